-- A wage is of a person and an employer that are registered.
alter table wages_declaration
  add constraint wages_declaration_employer foreign key (region, employer_no) references registry_employer,
  add constraint wages_declaration_person foreign key (region, person_no) references registry_person;
