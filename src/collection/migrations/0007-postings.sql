-- ④ and ⑤ in bulk: many bills are one posting with one voucher per fund and book; each receipt names the postings it went through.

-- The money of a receipt by insurance and part, kept beside the lines so that adding up fifty thousand receipts does not read as many texts:
-- pension, unemployment, injury, each EMPLOYER, PERSON, LATE, INTEREST. Anything else has no place here and never fits a bill.
create function collection_receipt_parts(lines jsonb) returns bigint[] language sql immutable strict parallel safe as $$
  select array_agg(coalesce(s.fen, 0)::bigint order by i.no, p.no)
  from unnest(array['pension', 'unemployment', 'injury']) with ordinality as i (insurance, no)
  cross join unnest(array['EMPLOYER', 'PERSON', 'LATE', 'INTEREST']) with ordinality as p (part, no)
  left join (
    select l ->> 'insurance' as insurance, l ->> 'part' as part, sum((l ->> 'fen')::bigint) as fen
    from jsonb_array_elements(lines) as l group by 1, 2
  ) s on s.insurance = i.insurance and s.part = p.part
$$;

alter table collection_receipt
  -- The reference of the vouchers that booked it: its own number before postings were made in bulk.
  add column ss_posting text,
  add column allocation text,
  add column parts bigint[] generated always as (collection_receipt_parts(lines)) stored;

update collection_receipt set ss_posting = case when ss_posted_at is not null then receipt_no end,
                              allocation = case when allocated_at is not null then receipt_no end
where ss_posted_at is not null;

alter table collection_receipt
  add constraint collection_receipt_posted check ((ss_posted_at is null) = (ss_posting is null)),
  add constraint collection_receipt_allocated check ((allocated_at is null) = (allocation is null));
