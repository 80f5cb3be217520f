-- Archived documents are kept against TRUNCATE too.
create function archive_document_no_truncate() returns trigger language plpgsql as $$
begin
  raise exception 'archived documents are kept';
end $$;
create trigger archive_document_no_truncate before truncate on archive_document
  for each statement execute function archive_document_no_truncate();
