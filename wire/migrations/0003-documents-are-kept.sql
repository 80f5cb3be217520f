-- What was sent and received is evidence (wire.md §5): its state moves on, its content and its place in the stream do not; nothing is deleted.
create function wire_document_keep() returns trigger language plpgsql as $$
begin
  if tg_op in ('DELETE', 'TRUNCATE') then raise exception '% keeps its documents', tg_table_name; end if;
  if (new.region, new.document_id, new.stream, new.seq, new.type, new.item_count, new.bytes, new.bytes_digest, new.head_digest)
     is distinct from
     (old.region, old.document_id, old.stream, old.seq, old.type, old.item_count, old.bytes, old.bytes_digest, old.head_digest) then
    raise exception '% keeps its documents as they were', tg_table_name;
  end if;
  return new;
end $$;
create trigger wire_document_keep before update or delete on wire_document for each row execute function wire_document_keep();
create trigger wire_document_no_truncate before truncate on wire_document for each statement execute function wire_document_keep();
create trigger wire_inbox_document_keep before update or delete on wire_inbox_document
  for each row execute function wire_document_keep();
create trigger wire_inbox_document_no_truncate before truncate on wire_inbox_document
  for each statement execute function wire_document_keep();
