-- The sealer looks only at what was written since the last sealed row; without this index it would read the whole log every second.
create index platform_audit_real_at on platform_audit (region, real_at);
