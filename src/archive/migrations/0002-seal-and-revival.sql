-- The passphrase of a signing key stood beside the key it protects. Keys kept that way are retired and destroyed: documents signed by them are still known
-- by the certificate's digest; the next document makes a new key under a secret that is not in the database (HB-CERT-05, D-SEC).
update archive_signing_key set retired_at = created_at where retired_at is null;
alter table archive_signing_key drop column passphrase, alter column p12 drop not null;
update archive_signing_key set p12 = null;
alter table archive_signing_key add check (retired_at is not null or p12 is not null);

-- A bill whose dues had been let go lives again when a payment made in time turns up late (design §9): so does its paper.
create or replace function archive_document_keep() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then raise exception 'archived documents are kept'; end if;
  if (to_jsonb(new) - 'voided_at') is distinct from (to_jsonb(old) - 'voided_at')
     or (old.voided_at is not null and new.voided_at is not null and new.voided_at <> old.voided_at) then
    raise exception 'archived documents do not change';
  end if;
  return new;
end $$;
