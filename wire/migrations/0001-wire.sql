-- Reason: outbox, inbox, documents and stream positions of the exchange (wire.md §5); the same tables serve agency and tax side.

create table wire_outbox_item (
  region text not null,
  peer text not null,
  stream text not null,
  n bigint generated always as identity,
  item_id text not null,
  type text not null,
  entity text not null,
  version bigint not null check (version > 0),
  body text not null,
  reply_to text,
  state text not null default 'queued'
    check (state in ('queued', 'sent', 'received', 'accepted', 'refused', 'dead', 'withdrawn')),
  document_id text,
  code text,
  detail text,
  queued_at timestamptz not null,
  changed_at timestamptz not null,
  primary key (region, item_id),
  check (state not in ('queued', 'withdrawn') or document_id is null)
);
create unique index wire_outbox_item_n on wire_outbox_item (region, peer, stream, n);
create index wire_outbox_item_queued on wire_outbox_item (region, peer, stream, n) where state = 'queued';
create index wire_outbox_item_document on wire_outbox_item (region, document_id) where document_id is not null;
create index wire_outbox_item_entity on wire_outbox_item (region, entity);
create unique index wire_outbox_item_version on wire_outbox_item (region, peer, entity, version) where state <> 'withdrawn';
create index wire_outbox_item_accepted on wire_outbox_item (region, changed_at) where state = 'accepted';
create index wire_outbox_item_failed on wire_outbox_item (region, changed_at) where state in ('refused', 'dead');

create table wire_version (
  region text not null,
  peer text not null,
  entity text not null,
  version bigint not null,
  primary key (region, peer, entity)
);

create table wire_stream (
  region text not null,
  peer text not null,
  stream text not null,
  last_seq bigint not null default 0,
  head_digest text not null,
  primary key (region, peer, stream)
);

create table wire_document (
  region text not null,
  peer text not null,
  stream text not null,
  seq bigint not null check (seq > 0),
  document_id text not null,
  type text not null,
  item_count integer not null,
  bytes text not null,
  bytes_digest text not null,
  head_digest text not null,
  state text not null default 'sent' check (state in ('sent', 'received', 'accepted', 'refused', 'dead')),
  code text,
  tries integer not null default 0,
  sealed_at timestamptz not null,
  next_at timestamptz,
  received_at timestamptz,
  accepted_at timestamptz,
  primary key (region, document_id),
  unique (region, peer, stream, seq)
);
create index wire_document_due on wire_document (region, next_at) where next_at is not null;
create index wire_document_open on wire_document (region, peer) where state in ('sent', 'received');

create table wire_inbox_document (
  region text not null,
  sender text not null,
  stream text not null,
  seq bigint not null check (seq > 0),
  document_id text not null,
  type text not null,
  prev text not null,
  head_digest text not null,
  bytes_digest text not null,
  bytes text not null,
  item_count integer not null,
  state text not null check (state in ('received', 'accepted', 'refused', 'quarantined')),
  applied boolean not null default false,
  -- answers for items whose own row belongs to an earlier document (JSON)
  exceptions text,
  code text,
  detail text,
  sent_at timestamptz not null,
  received_at timestamptz not null,
  accepted_at timestamptz,
  primary key (region, sender, document_id),
  unique (region, sender, stream, seq)
);
create index wire_inbox_document_open on wire_inbox_document (region, sender, stream, seq)
  where state in ('received', 'quarantined');

create table wire_inbox (
  region text not null,
  sender text not null,
  item_id text not null,
  document_id text not null,
  entity text not null,
  version bigint not null,
  type text not null,
  digest text not null,
  state text not null check (state in ('waiting', 'accepted', 'parked', 'refused', 'duplicate')),
  code text,
  reason text,
  at timestamptz not null,
  primary key (region, sender, item_id)
);
create index wire_inbox_document_items on wire_inbox (region, sender, document_id);
create index wire_inbox_entity on wire_inbox (region, sender, entity, version);

create table wire_entity (
  region text not null,
  sender text not null,
  entity text not null,
  applied_version bigint not null default 0,
  primary key (region, sender, entity)
);

create table wire_parked (
  region text not null,
  sender text not null,
  entity text not null,
  version bigint not null,
  item_id text not null,
  document_id text not null,
  stream text not null,
  seq bigint not null,
  type text not null,
  body text not null,
  sent_at timestamptz not null,
  why text not null check (why in ('order', 'error')),
  tries integer not null default 0,
  since timestamptz not null,
  next_at timestamptz,
  refusal text,
  primary key (region, sender, entity, version)
);
create index wire_parked_due on wire_parked (region, next_at) where next_at is not null;

create table wire_cursor (
  region text not null,
  sender text not null,
  stream text not null,
  contiguous_seq bigint not null default 0,
  highest_seq bigint not null default 0,
  hole_since timestamptz,
  hole_next_at timestamptz,
  hole_tries integer not null default 0,
  primary key (region, sender, stream)
);

create table wire_peer (
  region text not null,
  peer text not null,
  window_items bigint,
  not_before timestamptz,
  failures integer not null default 0,
  last_contact_at timestamptz,
  probe_at timestamptz,
  skew_ms bigint,
  primary key (region, peer)
);

create table wire_dead_letter (
  region text not null,
  dead_id text not null,
  direction text not null check (direction in ('out', 'in')),
  peer text not null,
  document_id text not null,
  item_id text,
  type text not null,
  reason text not null,
  at timestamptz not null,
  resolved_at timestamptz,
  primary key (region, dead_id)
);

create table wire_alarm (
  region text not null,
  alarm_id text not null,
  at timestamptz not null,
  peer text not null,
  code text not null,
  subject text not null,
  detail text not null,
  primary key (region, alarm_id)
);
create index wire_alarm_at on wire_alarm (region, at);
create unique index wire_alarm_once on wire_alarm (region, peer, code, subject);
