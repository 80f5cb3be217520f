-- A bill keeps which credits had lessened its dues, so that its people, base and explanation add up to it; what a due is still worth has one definition.

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

-- The other ends of the offsets of a bill's dues at the moment of issue: their lines belong to the line of the due they changed.
create table collection_bill_credit (
  region text not null,
  bill_no text not null,
  line_no int not null,
  due_id text not null,
  primary key (region, bill_no, due_id),
  foreign key (region, bill_no, line_no) references collection_bill_line,
  foreign key (region, due_id) references collection_due
);
insert into collection_bill_credit (region, bill_no, line_no, due_id)
select m.region, m.bill_no, min(m.line_no), x.other
from collection_bill_due m
join collection_bill b on b.region = m.region and b.bill_no = m.bill_no
join lateral (
  select f.credit_due_id as other, f.at from collection_offset f where f.region = m.region and f.debit_due_id = m.due_id
  union all
  select f.debit_due_id, f.at from collection_offset f where f.region = m.region and f.credit_due_id = m.due_id
) x on x.at <= b.issued_at
group by m.region, m.bill_no, x.other;

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
  join collection_lines l on l.region = x.region and l.due_id = x.due_id
  cross join lateral unnest(l.person_nos, l.base_fen, l.employer_fen, l.person_fen) as p (person_no, base_fen, employer_fen, person_fen)
  group by x.region, x.bill_no, x.line_no, b.insurance, b.kind, b.month, p.person_no
  having sum(p.base_fen) <> 0 or sum(p.employer_fen) <> 0 or sum(p.person_fen) <> 0;
