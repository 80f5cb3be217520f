-- 核定明细 by employer and month: one block holds every due of an act with the same people, so that people, keys and bases are written once; dues keep what is theirs alone.

-- What the dues say, kept while the tables are made anew in the order that packs best.
create temp table kept_due on commit drop as
  select d.*, l.person_nos, l.base_fen as bases, l.employer_fen as employers, l.person_fen as persons_fen,
         row_number() over (partition by d.region, d.assessment_id, d.month, d.kind, l.person_nos
                            order by array_position(array['pension', 'unemployment', 'injury'], d.insurance), d.due_id) - 1 as slot,
         min(d.due_id) over (partition by d.region, d.assessment_id, d.month, d.kind, l.person_nos) as head
  from collection_due d
  join collection_lines l on l.region = d.region and l.due_id = d.due_id;
create temp table kept_block on commit drop as
  select region, month, employer_no, head,
         row_number() over (partition by region, month, employer_no order by head) - 1 as block_no
  from kept_due where due_id = head;

-- References to a due come back below, under names that say what they are.
drop view collection_bill_person;
drop view collection_due_net;
drop view collection_line;
drop table collection_lines;
drop table collection_due cascade;

-- A short number for the dues to point with. The month's run is one act for many employers: it names none.
alter table collection_assessment
  add column assessment_no bigint generated always as identity,
  alter column employer_no drop not null;
alter table collection_assessment add constraint collection_assessment_no unique (region, assessment_no);
comment on column collection_assessment.employer_no is 'null: the run of a month, which assesses many employers in one act';

-- 核定明细, k dues (slots 0 … k-1) of n people. employer_fen: k × n amounts, due after due. base_fen: the same, or n amounts that all k dues
-- share. person_fen: the same as employer_fen, naughts at the end left out. A cell with three naughts is no line. Never changed.
create table collection_lines (
  block_no smallint not null check (block_no >= 0),
  region text not null,
  month month not null,
  employer_no text not null,
  person_nos bigint[] not null,
  base_fen int[] not null,
  employer_fen int[] not null,
  person_fen int[] not null,
  primary key (region, month, employer_no, block_no),
  constraint collection_lines_shape check (cardinality(person_nos) > 0
    and cardinality(employer_fen) > 0 and cardinality(employer_fen) % cardinality(person_nos) = 0
    and cardinality(base_fen) in (cardinality(person_nos), cardinality(employer_fen))
    and cardinality(person_fen) <= cardinality(employer_fen))
);

-- 应缴款: one per insurance, month, kind and sign of an assessment. Who, when and for which case: its assessment. Never changed.
create table collection_due (
  assessment_no bigint not null,
  base_fen bigint not null,
  employer_fen bigint not null,
  person_fen bigint not null,
  persons int not null check (persons > 0),
  late_from date not null,
  -- Where its lines are: slot `slot` of that block of the employer and month.
  block_no smallint not null,
  slot smallint not null check (slot >= 0),
  region text not null,
  due_id text not null,
  employer_no text not null,
  month month not null,
  insurance text not null check (insurance in ('pension', 'unemployment', 'injury')),
  kind text not null check (kind in ('MONTHLY','AUTO_BACK','BACK_UNIT','BACK_PERSON','CONTRACT','DEFERRED','INJURY_ONLY','CORRECTION','OPENING','REFUND')),
  -- The due this one reverses (撤销): the undo of a case mirrors its dues one by one.
  reverses text,
  primary key (region, due_id)
);

insert into collection_lines (region, month, employer_no, block_no, person_nos, base_fen, employer_fen, person_fen)
select b.region, b.month, b.employer_no, b.block_no, d.person_nos,
       array(select unnest(array_agg(d.bases order by d.slot)))::int[],
       array(select unnest(array_agg(d.employers order by d.slot)))::int[],
       array(select unnest(array_agg(d.persons_fen order by d.slot)))::int[]
from kept_block b join kept_due d on d.region = b.region and d.head = b.head
group by b.region, b.month, b.employer_no, b.block_no, d.person_nos;

insert into collection_due (region, due_id, employer_no, month, insurance, kind, assessment_no, block_no, slot, persons, base_fen,
                            employer_fen, person_fen, late_from, reverses)
select d.region, d.due_id, d.employer_no, d.month, d.insurance, d.kind, a.assessment_no, b.block_no, d.slot, d.persons, d.base_fen,
       d.employer_fen, d.person_fen, d.late_from, d.reverses
from kept_due d
join kept_block b on b.region = d.region and b.head = d.head
join collection_assessment a on a.region = d.region and a.assessment_id = d.assessment_id
order by d.due_id;

-- One entry per employer, however many dues: an index with the month would be three times its size, and an employer's dues are few.
create index collection_due_employer on collection_due (region, employer_no);
create unique index collection_due_reversed_once on collection_due (region, reverses) where reverses is not null;

alter table collection_offset
  add constraint collection_offset_credit_due foreign key (region, credit_due_id) references collection_due,
  add constraint collection_offset_debit_due foreign key (region, debit_due_id) references collection_due;
alter table collection_settlement
  add constraint collection_settlement_due foreign key (region, due_id) references collection_due;
alter table collection_bill_due
  add constraint collection_bill_due_due foreign key (region, due_id) references collection_due;
alter table collection_bill_credit
  add constraint collection_bill_credit_due foreign key (region, due_id) references collection_due;

create trigger collection_due_append_only before update or delete or truncate on collection_due
  for each statement execute function collection_append_only();
create trigger collection_lines_append_only before update or delete or truncate on collection_lines
  for each statement execute function collection_append_only();

-- A due has its assessment and its lines. Looked at once per statement instead of once per row (a month writes millions of dues); because
-- all three tables are only added to, what was there once stays there.
create function collection_due_has_parents() returns trigger language plpgsql as $$
declare
  orphan text;
begin
  select d.due_id into orphan from added d
  where not exists (select 1 from collection_assessment a where a.region = d.region and a.assessment_no = d.assessment_no)
     or not exists (select 1 from collection_lines l
                    where l.region = d.region and l.month = d.month and l.employer_no = d.employer_no and l.block_no = d.block_no
                      and (d.slot + 1) * cardinality(l.person_nos) <= cardinality(l.employer_fen))
  limit 1;
  if orphan is not null then
    raise exception 'due % has no assessment or no lines', orphan
      using errcode = 'foreign_key_violation', table = 'collection_due', constraint = 'collection_due_has_parents';
  end if;
  return null;
end $$;
create trigger collection_due_has_parents after insert on collection_due
  referencing new table as added for each statement execute function collection_due_has_parents();

-- The lines of one due of a block: the one place that knows how a block is read. Simple enough for the planner to take apart.
create function collection_cells(person_nos bigint[], base_fen int[], employer_fen int[], person_fen int[], slot int)
returns table (person_no bigint, base_fen bigint, employer_fen bigint, person_fen bigint)
language sql immutable parallel safe as $$
  select c.person_no, c.base_fen::bigint, c.employer_fen::bigint, coalesce(c.person_fen, 0)::bigint
  from unnest(
    $1,
    $2[($5 * cardinality($1)) % cardinality($2) + 1 : ($5 * cardinality($1)) % cardinality($2) + cardinality($1)],
    $3[$5 * cardinality($1) + 1 : ($5 + 1) * cardinality($1)],
    $4[$5 * cardinality($1) + 1 : ($5 + 1) * cardinality($1)]
  ) as c (person_no, base_fen, employer_fen, person_fen)
  where c.base_fen <> 0 or c.employer_fen <> 0 or c.person_fen <> 0
$$;

-- 核定明细 in the long form: one row per person, insurance, month and act.
create view collection_line as
  select d.region, d.due_id, d.employer_no, d.insurance, d.month, d.kind, a.case_no, a.at,
         lpad(p.person_no::text, 11, '0') as person_no, p.base_fen, p.employer_fen, p.person_fen
  from collection_due d
  join collection_assessment a on a.region = d.region and a.assessment_no = d.assessment_no
  join collection_lines l
    on l.region = d.region and l.month = d.month and l.employer_no = d.employer_no and l.block_no = d.block_no
  cross join lateral collection_cells(l.person_nos, l.base_fen, l.employer_fen, l.person_fen, d.slot) as p;

-- What a due is worth after 冲抵, in both directions: a credit takes from its debit, an undone credit gives back to it.
create view collection_due_net as
  select d.region, d.due_id,
         (d.employer_fen + coalesce(o.employer_fen, 0))::bigint as employer_fen,
         (d.person_fen + coalesce(o.person_fen, 0))::bigint as person_fen
  from collection_due d
  left join lateral (
    select sum(x.employer_fen) as employer_fen, sum(x.person_fen) as person_fen
    from (
      select f.employer_fen, f.person_fen from collection_offset f where f.region = d.region and f.credit_due_id = d.due_id
      union all
      select -f.employer_fen, -f.person_fen from collection_offset f where f.region = d.region and f.debit_due_id = d.due_id
    ) x
  ) o on true;

-- Who is on a bill and with how much: the lines of its dues with what their credits took away. People who come to nothing are not on it.
create view collection_bill_person as
  select x.region, x.bill_no, x.line_no, b.insurance, b.kind, b.month, lpad(p.person_no::text, 11, '0') as person_no,
         sum(p.base_fen)::bigint as base_fen, sum(p.employer_fen)::bigint as employer_fen, sum(p.person_fen)::bigint as person_fen
  from (
    select region, bill_no, line_no, due_id from collection_bill_due
    union all
    select region, bill_no, line_no, due_id from collection_bill_credit
  ) x
  join collection_bill_line b on b.region = x.region and b.bill_no = x.bill_no and b.line_no = x.line_no
  join collection_due d on d.region = x.region and d.due_id = x.due_id
  join collection_lines l
    on l.region = d.region and l.month = d.month and l.employer_no = d.employer_no and l.block_no = d.block_no
  cross join lateral collection_cells(l.person_nos, l.base_fen, l.employer_fen, l.person_fen, d.slot) as p
  group by x.region, x.bill_no, x.line_no, b.insurance, b.kind, b.month, p.person_no
  having sum(p.base_fen) <> 0 or sum(p.employer_fen) <> 0 or sum(p.person_fen) <> 0;
