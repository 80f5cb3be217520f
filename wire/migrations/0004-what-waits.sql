-- What is not answered yet has an index of its own: the sender loop counts it every second, and the outbox itself only grows.

drop index wire_outbox_item_queued;
create index wire_outbox_item_open on wire_outbox_item (region, state, peer, stream, n) where state in ('queued', 'sent', 'received');
