-- 应缴款 lie in the block of their lines: written once, found by one key, half the rows and two thirds of the keys of a month are gone.

-- What the dues and their lines say, kept while the tables are made anew. A block holds at most 36 dues: the last letter of a due's id is its slot.
create temp table old_due on commit drop as
  select d.*, l.person_nos,
         l.base_fen[(d.slot * c.people) % cardinality(l.base_fen) + 1 : (d.slot * c.people) % cardinality(l.base_fen) + c.people] as cell_base_fen,
         l.employer_fen[d.slot * c.people + 1 : (d.slot + 1) * c.people] as cell_employer_fen,
         c.paid || array_fill(0, array[c.people - cardinality(c.paid)]) as cell_person_fen,
         min(d.due_id) over (partition by d.region, d.month, d.employer_no, d.block_no, d.slot / 36) as block_id
  from collection_due d
  join collection_lines l on l.region = d.region and l.month = d.month and l.employer_no = d.employer_no and l.block_no = d.block_no
  cross join lateral (
    select cardinality(l.person_nos) as people,
           l.person_fen[d.slot * cardinality(l.person_nos) + 1 : (d.slot + 1) * cardinality(l.person_nos)] as paid
  ) c;
create temp table new_id on commit drop as
  select region, due_id, block_id || substr('0123456789abcdefghijklmnopqrstuvwxyz', slot % 36 + 1, 1) as now from old_due;
create unique index on new_id (region, due_id);

drop view collection_bill_person;
drop view collection_due_state;
drop view collection_due_net;
drop view collection_line;
drop table collection_due cascade;
drop table collection_lines;
drop function collection_cells(bigint[], int[], int[], int[], int);
drop function collection_due_has_parents();

-- 核定明细块: k dues (slots 0 … k-1) of one assessment, month, kind and start of late fee, with their lines of n people. Never changed.
create table collection_block (
  assessment_no bigint not null,
  -- Day from which late fee runs.
  late_from date not null,
  -- Of the employer in the month, from 0 on: two who book the same month at the same time cannot both.
  block_no smallint not null check (block_no >= 0),
  region text not null,
  block_id text not null,
  employer_no text not null,
  month month not null,
  kind text not null check (kind in ('MONTHLY','AUTO_BACK','BACK_UNIT','BACK_PERSON','CONTRACT','DEFERRED','INJURY_ONLY','CORRECTION','OPENING','REFUND')),
  insurances text[] not null check (insurances <@ array['pension', 'unemployment', 'injury']),
  -- Of each due four: how many lines, and the sums of their bases, employer's and person's parts.
  totals bigint[] not null,
  person_nos bigint[] not null,
  -- k × n amounts, due after due; or n amounts that all k dues share. A cell with three naughts is no line.
  cell_base_fen int[] not null,
  -- The employer's k rates and the person's k, where base × rate rounded half up gives back every amount: then no amount is written.
  rates_ppm int[],
  -- k × n amounts, due after due.
  cell_employer_fen int[],
  -- The same, naughts at the end left out.
  cell_person_fen int[],
  primary key (region, block_id),
  constraint collection_block_place unique (region, month, employer_no, block_no),
  constraint collection_block_dues check (cardinality(insurances) between 1 and 36
    and cardinality(totals) = 4 * cardinality(insurances) and array_position(totals, null) is null),
  constraint collection_block_cells check (cardinality(person_nos) > 0
    and cardinality(cell_base_fen) in (cardinality(person_nos), cardinality(insurances) * cardinality(person_nos))
    and (rates_ppm is null) = (cell_employer_fen is not null) and (rates_ppm is null) = (cell_person_fen is not null)
    and (rates_ppm is null or (cardinality(rates_ppm) = 2 * cardinality(insurances) and 0 <= all (rates_ppm)))
    and (cell_employer_fen is null or (cardinality(cell_employer_fen) = cardinality(insurances) * cardinality(person_nos)
      and cardinality(cell_person_fen) <= cardinality(cell_employer_fen))))
);

-- As the program packs them (src/collection/blocks.ts): bases that all dues share once, amounts not at all where a rate gives them back.
create function pg_temp.rate_of(base_fen int[], fen int[]) returns int language sql immutable as $$
  select (select step * ((r.least + step - 1) / step)
          from unnest('{1000000,100000,10000,1000,100,10,1}'::bigint[]) with ordinality as t (step, place)
          where step * ((r.least + step - 1) / step) <= r.most order by place limit 1)::int
  from (
    select greatest(0, max((c.fen * 1000000 - 500000 + c.base - 1) / nullif(c.base, 0))) as least,
           least(2147483647, min((c.fen * 1000000 + 499999) / nullif(c.base, 0))) as most,
           bool_and(c.base > 0 and c.fen >= 0 or c.base = 0 and c.fen = 0) as fits
    from unnest($1, $2) as u (b, f) cross join lateral (select u.b::bigint, u.f::bigint) as c (base, fen)
  ) r where r.fits
$$;
create function pg_temp.without_naughts(fen int[]) returns int[] language sql immutable as $$
  select $1[1 : coalesce((select max(i) from generate_subscripts($1, 1) as i where $1[i] <> 0), 0)]
$$;
insert into collection_block
select d.assessment_no, d.late_from, row_number() over (partition by d.region, d.month, d.employer_no order by d.block_id) - 1, d.region,
       d.block_id, d.employer_no, d.month, d.kind, d.insurances, d.totals, d.person_nos, d.bases,
       case when d.by_rate then d.rates end, case when not d.by_rate then d.employers end, case when not d.by_rate then pg_temp.without_naughts(d.persons) end
from (
  select d.*, array_position(d.rates, null) is null as by_rate
  from (
    select d.assessment_no, d.late_from, d.region, d.block_id, d.employer_no, d.month, d.kind, d.person_nos,
           array_agg(d.insurance order by d.slot) as insurances,
           array(select unnest(array_agg(array[d.persons, d.base_fen, d.employer_fen, d.person_fen] order by d.slot))) as totals,
           case when count(distinct d.cell_base_fen) = 1 then min(d.cell_base_fen)
                else array(select unnest(array_agg(d.cell_base_fen order by d.slot))) end as bases,
           array_agg(pg_temp.rate_of(d.cell_base_fen, d.cell_employer_fen) order by d.slot)
             || array_agg(pg_temp.rate_of(d.cell_base_fen, d.cell_person_fen) order by d.slot) as rates,
           array(select unnest(array_agg(d.cell_employer_fen order by d.slot))) as employers,
           array(select unnest(array_agg(d.cell_person_fen order by d.slot))) as persons
    from old_due d
    group by d.region, d.block_id, d.assessment_no, d.late_from, d.employer_no, d.month, d.kind, d.person_nos
  ) d
) d
order by d.block_id;

-- One entry per employer, however many blocks.
create index collection_block_employer on collection_block (region, employer_no);

-- 撤销: the due a due reverses. The undo of a case mirrors its dues one by one.
create table collection_reversal (
  region text not null,
  due_id text not null,
  reverses text not null,
  primary key (region, due_id),
  constraint collection_due_reversed_once unique (region, reverses),
  constraint collection_reversal_two_dues check (due_id <> reverses)
);
insert into collection_reversal (region, due_id, reverses)
select d.region, own.now, other.now from old_due d
join new_id own on own.region = d.region and own.due_id = d.due_id
join new_id other on other.region = d.region and other.due_id = d.reverses;

alter table collection_offset disable trigger user;
update collection_offset o set credit_due_id = c.now, debit_due_id = d.now
from new_id c, new_id d
where c.region = o.region and c.due_id = o.credit_due_id and d.region = o.region and d.due_id = o.debit_due_id;
alter table collection_offset enable trigger user;
alter table collection_settlement_unbilled disable trigger user;
update collection_settlement_unbilled s set due_id = r.now from new_id r where r.region = s.region and r.due_id = s.due_id;
-- An offset names the due it went with.
update collection_settlement_unbilled s set ref = r.now from new_id r where r.region = s.region and r.due_id = s.ref and s.how = 'OFFSET';
alter table collection_settlement_unbilled enable trigger user;
alter table collection_bill_due disable trigger user;
update collection_bill_due x set due_id = r.now from new_id r where r.region = x.region and r.due_id = x.due_id;
alter table collection_bill_due enable trigger user;
update collection_bill_credit x set due_id = r.now from new_id r where r.region = x.region and r.due_id = x.due_id;
update collection_refund f set due_ids = array(
  select r.now from unnest(f.due_ids) with ordinality as t (due_id, place)
  join new_id r on r.region = f.region and r.due_id = t.due_id order by t.place);

-- The block of a due, and its slot there, by its id.
create function collection_block_of(due_id text) returns text language sql immutable parallel safe as $$ select left($1, -1) $$;
create function collection_slot_of(due_id text) returns int language sql immutable parallel safe as $$
  select strpos('0123456789abcdefghijklmnopqrstuvwxyz', right($1, 1)) - 1
$$;

-- 应缴款. Whoever asks by due_id asks by block_id = collection_block_of(…) too: that is the key.
create view collection_due as
  select b.region, b.block_id || substr('0123456789abcdefghijklmnopqrstuvwxyz', s.place::int, 1) as due_id, b.block_id,
         (s.place - 1)::int as slot, b.assessment_no, b.employer_no, b.month, s.insurance, b.kind,
         b.totals[4 * s.place - 3]::int as persons, b.totals[4 * s.place - 2] as base_fen, b.totals[4 * s.place - 1] as employer_fen,
         b.totals[4 * s.place] as person_fen, b.late_from, b.person_nos, b.cell_base_fen, b.rates_ppm, b.cell_employer_fen, b.cell_person_fen
  from collection_block b
  cross join lateral unnest(b.insurances) with ordinality as s (insurance, place);

-- The lines of one due of a block: the one place that knows how a block is read, but for the yearly interest, which takes its columns as
-- they lie (src/account/interest-store.ts). Simple enough for the planner to take apart.
create function collection_cells(person_nos bigint[], cell_base_fen int[], rates_ppm int[], cell_employer_fen int[], cell_person_fen int[], slot int)
returns table (person_no bigint, base_fen bigint, employer_fen bigint, person_fen bigint)
language sql immutable parallel safe as $$
  select c.person_no, c.base_fen, c.employer_fen, c.person_fen
  from (
    select a.person_no, a.base_fen::bigint as base_fen,
           case when $3 is null then a.employer_fen else (a.base_fen::bigint * $3[$6 + 1] + 500000) / 1000000 end as employer_fen,
           case when $3 is null then coalesce(a.person_fen, 0)
                else (a.base_fen::bigint * $3[cardinality($3) / 2 + $6 + 1] + 500000) / 1000000 end as person_fen
    from unnest(
      $1,
      $2[($6 * cardinality($1)) % cardinality($2) + 1 : ($6 * cardinality($1)) % cardinality($2) + cardinality($1)],
      $4[$6 * cardinality($1) + 1 : ($6 + 1) * cardinality($1)],
      $5[$6 * cardinality($1) + 1 : ($6 + 1) * cardinality($1)]
    ) as a (person_no, base_fen, employer_fen, person_fen)
  ) c
  where c.base_fen <> 0 or c.employer_fen <> 0 or c.person_fen <> 0
$$;

-- 核定明细 in the long form: one row per person, insurance, month and act.
create view collection_line as
  select d.region, d.due_id, d.block_id, d.employer_no, d.insurance, d.month, d.kind, a.case_no, a.at,
         lpad(p.person_no::text, 11, '0') as person_no, p.base_fen, p.employer_fen, p.person_fen
  from collection_due d
  join collection_assessment a on a.region = d.region and a.assessment_no = d.assessment_no
  cross join lateral collection_cells(d.person_nos, d.cell_base_fen, d.rates_ppm, d.cell_employer_fen, d.cell_person_fen, d.slot) as p;

-- A due with the bill that holds it and how it was settled (结清), by what and when; nulls while it is free, and while it is owed.
create view collection_due_state as
  select d.*, x.bill_no as live_bill_no, b.state as live_bill_state,
         case when b.settled_at is not null then 'RECEIPT' else u.how end as settled_how,
         case when b.settled_at is not null then b.bill_no else u.ref end as settled_by,
         coalesce(b.settled_at, u.at) as settled_at
  from collection_due d
  left join collection_settlement_unbilled u on u.region = d.region and u.due_id = d.due_id
  left join collection_bill_due x on x.region = d.region and x.due_id = d.due_id and x.live
  left join collection_bill b on b.region = x.region and b.bill_no = x.bill_no;

-- Who is on a bill and with how much: the lines of its dues with what their credits took away. People who come to nothing are not on it.
create view collection_bill_person as
  select x.region, x.bill_no, x.line_no, l.insurance, l.kind, l.month, lpad(p.person_no::text, 11, '0') as person_no,
         sum(p.base_fen)::bigint as base_fen, sum(p.employer_fen)::bigint as employer_fen, sum(p.person_fen)::bigint as person_fen
  from (
    select region, bill_no, line_no, due_id from collection_bill_due
    union all
    select region, bill_no, line_no, due_id from collection_bill_credit
  ) x
  join collection_bill_line l on l.region = x.region and l.bill_no = x.bill_no and l.line_no = x.line_no
  join collection_block b on b.region = x.region and b.block_id = collection_block_of(x.due_id)
  cross join lateral collection_cells(
    b.person_nos, b.cell_base_fen, b.rates_ppm, b.cell_employer_fen, b.cell_person_fen, collection_slot_of(x.due_id)) as p
  group by x.region, x.bill_no, x.line_no, l.insurance, l.kind, l.month, p.person_no
  having sum(p.base_fen) <> 0 or sum(p.employer_fen) <> 0 or sum(p.person_fen) <> 0;

create trigger collection_block_append_only before update or delete or truncate on collection_block
  for each statement execute function collection_append_only();
create trigger collection_reversal_append_only before update or delete or truncate on collection_reversal
  for each statement execute function collection_append_only();

create trigger collection_bill_credit_append_only before update or delete or truncate on collection_bill_credit
  for each statement execute function collection_append_only();

-- Blocks and assessments are only added to: what was there once stays there, so that looking once per statement is enough.
create function collection_block_has_assessment() returns trigger language plpgsql as $$
declare
  orphan text;
begin
  select b.block_id into orphan
  from (select d.region, d.assessment_no, min(d.block_id) as block_id from added d group by d.region, d.assessment_no) b
  where not exists (select 1 from collection_assessment a where a.region = b.region and a.assessment_no = b.assessment_no)
  limit 1;
  if orphan is not null then
    raise exception 'block % has no assessment', orphan
      using errcode = 'foreign_key_violation', table = 'collection_block', constraint = 'collection_block_has_assessment';
  end if;
  return null;
end $$;
create trigger collection_block_has_assessment after insert on collection_block
  referencing new table as added for each statement execute function collection_block_has_assessment();

-- The first of these that is the id of no due; null when all are.
create function collection_no_due(regions text[], due_ids text[]) returns text language sql stable as $$
  select t.due_id from unnest($1, $2) as t (region, due_id)
  where not exists (select 1 from collection_block b
                    where b.region = t.region and b.block_id = collection_block_of(t.due_id)
                      and collection_slot_of(t.due_id) between 0 and cardinality(b.insurances) - 1)
  limit 1
$$;

-- What names a due names one that is there.
create function collection_names_dues() returns trigger language plpgsql as $$
declare
  wrong text;
begin
  if tg_table_name = 'collection_offset' then
    select collection_no_due(array_agg(region) || array_agg(region), array_agg(credit_due_id) || array_agg(debit_due_id)) into wrong from added;
  elsif tg_table_name = 'collection_reversal' then
    select collection_no_due(array_agg(region) || array_agg(region), array_agg(due_id) || array_agg(reverses)) into wrong from added;
  else
    select collection_no_due(array_agg(region), array_agg(due_id)) into wrong from added;
  end if;
  if wrong is not null then
    raise exception '% names no due: %', tg_table_name, wrong
      using errcode = 'foreign_key_violation', table = tg_table_name, constraint = tg_name;
  end if;
  return null;
end $$;
create trigger collection_offset_dues after insert on collection_offset
  referencing new table as added for each statement execute function collection_names_dues();
create trigger collection_reversal_dues after insert on collection_reversal
  referencing new table as added for each statement execute function collection_names_dues();
create trigger collection_bill_credit_dues after insert on collection_bill_credit
  referencing new table as added for each statement execute function collection_names_dues();

-- A due is on a live bill or settled without one, never both: what is on a bill is settled by that bill.
create or replace function collection_settlement_unbilled_due() returns trigger language plpgsql as $$
declare
  wrong text;
begin
  select collection_no_due(array_agg(region), array_agg(due_id)) into wrong from added;
  if wrong is not null then
    raise exception 'settlement of no due: %', wrong
      using errcode = 'foreign_key_violation', table = 'collection_settlement_unbilled', constraint = 'collection_settlement_unbilled_names';
  end if;
  -- Held until the end: whoever puts one of them on a bill at the same time waits, and then sees this.
  perform 1 from collection_block b where (b.region, b.block_id) in (select region, collection_block_of(due_id) from added)
  order by b.block_id for no key update;
  select s.due_id into wrong from added s
  join collection_bill_due x on x.region = s.region and x.due_id = s.due_id and x.live
  limit 1;
  if wrong is not null then
    raise exception 'due % is on a bill', wrong
      using errcode = 'check_violation', table = 'collection_settlement_unbilled', constraint = 'collection_settlement_unbilled_due';
  end if;
  return null;
end $$;

create or replace function collection_bill_due_open() returns trigger language plpgsql as $$
declare
  wrong text;
begin
  select collection_no_due(array_agg(region), array_agg(due_id)) into wrong from held;
  if wrong is not null then
    raise exception 'bill of no due: %', wrong
      using errcode = 'foreign_key_violation', table = 'collection_bill_due', constraint = 'collection_bill_due_names';
  end if;
  perform 1 from collection_block b where (b.region, b.block_id) in (select region, collection_block_of(due_id) from held where live)
  order by b.block_id for no key update;
  select x.due_id into wrong from held x
  join collection_settlement_unbilled s on s.region = x.region and s.due_id = x.due_id
  where x.live
  limit 1;
  if wrong is not null then
    raise exception 'due % is settled', wrong
      using errcode = 'check_violation', table = 'collection_bill_due', constraint = 'collection_bill_due_open';
  end if;
  return null;
end $$;
