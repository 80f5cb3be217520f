-- A paid month settles a hundred and fifty thousand dues at once: that each is a due is looked at once per statement, not once per row.
do $$
declare found name;
begin
  select conname into strict found from pg_constraint where conrelid = 'collection_settlement'::regclass and contype = 'f';
  execute format('alter table collection_settlement drop constraint %I', found);
end $$;

-- Dues are only added to: what was there once stays there, so that looking when a settlement is written is enough.
create function collection_settlement_has_due() returns trigger language plpgsql as $$
declare
  orphan text;
begin
  select s.due_id into orphan from added s
  where not exists (select 1 from collection_due d where d.region = s.region and d.due_id = s.due_id)
  limit 1;
  if orphan is not null then
    raise exception 'settlement of no due: %', orphan
      using errcode = 'foreign_key_violation', table = 'collection_settlement', constraint = 'collection_settlement_has_due';
  end if;
  return null;
end $$;
create trigger collection_settlement_has_due after insert on collection_settlement
  referencing new table as added for each statement execute function collection_settlement_has_due();
-- The settlements of a bill are found by its dues.
drop index collection_settlement_ref;
