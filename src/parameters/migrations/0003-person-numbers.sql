-- Person numbers come from a sequence: the counter row made every enrolment of a region wait until the one before it had committed.
create sequence parameters_person_no start with 94200100000;
select setval('parameters_person_no', max(value)) from parameters_counter where name = 'personNo' having max(value) >= 94200100000;
delete from parameters_counter where name = 'personNo';
