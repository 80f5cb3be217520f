-- 电子档案: what was printed is kept as it left the house, so that a paper shown later can be compared byte by byte (HB-CERT-05).
create table archive_document (
  region text not null,
  document_id text not null,
  kind text not null check (kind in ('BILL', 'CERTIFICATE')),
  ref text not null,
  title text not null,
  employer_no text not null,
  auth_code text not null unique check (auth_code ~ '^([0-9]{4} ){3}[0-9]{2}[A-Z0-9]{2} [A-Z0-9]{4}$'),
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  bytes bytea not null,
  data jsonb not null,
  fields jsonb not null,
  issued_at timestamptz not null,
  valid_through date,
  voided_at timestamptz,
  primary key (region, document_id)
);
create index archive_document_sha256 on archive_document (sha256);
create index archive_document_ref on archive_document (region, kind, ref);
create index archive_document_employer on archive_document (region, employer_no, issued_at);

-- A document never changes; it can only be declared void, once.
create function archive_document_keep() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then raise exception 'archived documents are kept'; end if;
  if (to_jsonb(new) - 'voided_at') is distinct from (to_jsonb(old) - 'voided_at') or old.voided_at is not null then
    raise exception 'archived documents do not change';
  end if;
  return new;
end $$;
create trigger archive_document_keep before update or delete on archive_document for each row execute function archive_document_keep();

-- 签章身份 of an office. Without a certificate of its own the agency signs with one the program made.
create table archive_signing_key (
  region text not null,
  key_id text not null,
  office_name text not null,
  p12 bytea not null,
  passphrase text not null,
  certificate_sha256 text not null unique,
  created_at timestamptz not null,
  retired_at timestamptz,
  primary key (region, key_id)
);
create unique index archive_signing_key_current on archive_signing_key (region, office_name) where retired_at is null;
