-- The run of a month: pivots move in place without touching their index, and the blocks of dues are looked up once per block instead of per due.

-- Every pivot moves once a month: half of each page is left for its next version (heap-only update).
alter table collection_pivot set (fillfactor = 45);

create or replace function collection_due_has_parents() returns trigger language plpgsql as $$
declare
  orphan text;
begin
  select b.due_id into orphan
  from (select d.region, d.month, d.employer_no, d.block_no, max(d.slot) as slot, min(d.due_id) as due_id
        from added d group by d.region, d.month, d.employer_no, d.block_no) b
  where not exists (select 1 from collection_lines l
                    where l.region = b.region and l.month = b.month and l.employer_no = b.employer_no and l.block_no = b.block_no
                      and (b.slot + 1) * cardinality(l.person_nos) <= cardinality(l.employer_fen))
  limit 1;
  if orphan is null then
    select b.due_id into orphan
    from (select d.region, d.assessment_no, min(d.due_id) as due_id from added d group by d.region, d.assessment_no) b
    where not exists (select 1 from collection_assessment a where a.region = b.region and a.assessment_no = b.assessment_no)
    limit 1;
  end if;
  if orphan is not null then
    raise exception 'due % has no assessment or no lines', orphan
      using errcode = 'foreign_key_violation', table = 'collection_due', constraint = 'collection_due_has_parents';
  end if;
  return null;
end $$;
