-- Every unique key holds the region, so that the tables can be spread over machines by it.
alter table tax_employer
  drop constraint tax_employer_tax_reg_no_key,
  add constraint tax_employer_tax_reg_no unique (tax_reg_no, region);
