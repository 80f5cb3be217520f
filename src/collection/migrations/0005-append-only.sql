-- 明细、应缴款、冲抵 are only added to (D-LAW-04): the database says so, not only the program. An offset moves money from one due to another.
create function collection_append_only() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name;
end $$;
create trigger collection_assessment_append_only before update or delete or truncate on collection_assessment
  for each statement execute function collection_append_only();
create trigger collection_due_append_only before update or delete or truncate on collection_due
  for each statement execute function collection_append_only();
create trigger collection_lines_append_only before update or delete or truncate on collection_lines
  for each statement execute function collection_append_only();
create trigger collection_offset_append_only before update or delete or truncate on collection_offset
  for each statement execute function collection_append_only();

alter table collection_offset
  add constraint collection_offset_two_dues check (credit_due_id <> debit_due_id),
  add constraint collection_offset_not_negative check (employer_fen >= 0 and person_fen >= 0),
  add constraint collection_offset_something check (employer_fen > 0 or person_fen > 0);
alter table collection_pivot
  add constraint collection_pivot_employer foreign key (region, employer_no) references registry_employer;
