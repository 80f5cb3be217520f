-- A key belongs to one request: the same key under another address or with another content got the first one's answer and did nothing.
alter table platform_idempotency add column request_digest text;
