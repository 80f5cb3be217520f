-- A span is of a person and an employer that are registered.
alter table enrolment_employer_insurance
  add constraint enrolment_employer_insurance_employer foreign key (region, employer_no) references registry_employer;
alter table enrolment_span
  add constraint enrolment_span_person_known foreign key (region, person_no) references registry_person;
