-- What waits for a person is listed on the pages of both sides: each list has an index of its own, and an alarm that was seen rests until it comes again.

alter table wire_alarm add column seen_at timestamptz;
drop index wire_alarm_at;
create index wire_alarm_open on wire_alarm (region, at) where seen_at is null;
create index wire_dead_letter_open on wire_dead_letter (region, at) where resolved_at is null;
create index wire_document_refused on wire_document (region, sealed_at) where state = 'refused';
