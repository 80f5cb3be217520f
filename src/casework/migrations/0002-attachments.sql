-- 档案袋: the evidence handed in with an act (HB-GEN-04, HB-REF-03) is kept as it was handed in; before, only its names were.
create table casework_attachment (
  region text not null,
  case_no text not null,
  no int not null check (no >= 1),
  -- The field of the form it was handed in for.
  field text not null,
  name text not null,
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  bytes bytea not null,
  primary key (region, case_no, no),
  foreign key (region, case_no) references casework_case
);

create function casework_attachment_keep() returns trigger language plpgsql as $$
begin
  raise exception 'evidence of a case is kept as it was handed in';
end $$;
create trigger casework_attachment_keep before update or delete on casework_attachment
  for each row execute function casework_attachment_keep();
create trigger casework_attachment_keep_all before truncate on casework_attachment
  for each statement execute function casework_attachment_keep();
