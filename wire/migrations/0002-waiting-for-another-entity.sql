-- An item may wait for another entity (a bill for the registration of its employer): the two travel in different streams.
alter table wire_parked
  add column awaits text,
  drop constraint wire_parked_why_check,
  add constraint wire_parked_why_check check (why in ('order', 'error', 'entity')),
  add constraint wire_parked_awaits_check check ((why = 'entity') = (awaits is not null));
create index wire_parked_awaits on wire_parked (region, sender, awaits) where awaits is not null;
