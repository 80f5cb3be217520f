import { dueIs, netOfDue } from '../../collection/index.ts';
import { DomainError } from '../../kernel/errors.ts';
import { formatYuan } from '../../kernel/fen.ts';
import type { Insurance } from '../../kernel/insurance.ts';
import { addDays, type CivilDate, daysBetween } from '../../kernel/month.ts';
import { inPages, one, rows, sql } from '../../platform/db.ts';
import { lateCharges } from '../../rules/index.ts';
import { type Findings, findings, ofEmployers, type PromiseCheck, type Scope } from './promise.ts';

/** 4. A bill = Σ its dues + late fee + interest = Σ its people, to the cent; a due is on at most one live bill and settled at most once. */
export const billsPromise: PromiseCheck = {
  no: 4,
  title: '单据金额 ＝ 应缴款＋滞纳金＋利息',
  check: async (scope) => {
    const found = findings();
    await checkTotals(scope, found);
    await checkDuesOfLines(scope, found);
    await checkPersonsOfLines(scope, found);
    await checkCharges(scope, found);
    await checkOneLiveBill(scope, found);
    await checkSettlements(scope, found);
    await checkNames(scope, found);
    const { count } = await one(
      scope.on,
      sql<{ count: number }>`select count(*) as count from collection_bill where region = ${scope.region}`,
    );
    return found.result(`${count} 张单据`);
  },
};

async function checkTotals(scope: Scope, found: Findings): Promise<void> {
  const { on, region } = scope;
  const wrong = await rows(
    on,
    sql<{ bill_no: string }>`
      select b.bill_no from collection_bill b
      left join lateral (
        select sum(employer_fen)::bigint as employer_fen, sum(person_fen)::bigint as person_fen, sum(late_fen)::bigint as late_fen,
               sum(interest_fen)::bigint as interest_fen, sum(total_fen)::bigint as total_fen
        from collection_bill_line l where l.region = b.region and l.bill_no = b.bill_no
      ) s on true
      where b.region = ${region} ${ofEmployers(scope, 'b.employer_no')}
        and (s.employer_fen, s.person_fen, s.late_fen, s.interest_fen, s.total_fen)
            is distinct from (b.employer_fen, b.person_fen, b.late_fen, b.interest_fen, b.total_fen)`,
  );
  for (const row of wrong) found.violation(`bill:${row.bill_no}`, '单据合计与它的明细行不符');
}

async function checkDuesOfLines(scope: Scope, found: Findings): Promise<void> {
  const { on, region } = scope;
  const lines = await rows(
    on,
    sql<{ bill_no: string; line_no: number }>`
      select l.bill_no, l.line_no
      from collection_bill b join collection_bill_line l on l.region = b.region and l.bill_no = b.bill_no
      left join lateral (
        select coalesce(sum(d.employer_fen), 0)::bigint as employer_fen, coalesce(sum(d.person_fen), 0)::bigint as person_fen
        from collection_bill_due d where d.region = l.region and d.bill_no = l.bill_no and d.line_no = l.line_no
      ) s on true
      where b.region = ${region} ${ofEmployers(scope, 'b.employer_no')}
        and (s.employer_fen, s.person_fen) is distinct from (l.employer_fen, l.person_fen)`,
  );
  for (const row of lines) found.violation(`bill:${row.bill_no}`, `第 ${row.line_no} 行与它的应缴款合计不符`);
  // Only while the bill holds them: an offset may have lessened a due since it was let go.
  const dues = await rows(
    on,
    sql<{ bill_no: string; due_id: string }>`
      select b.bill_no, b.due_id
      from collection_bill_due b
      join collection_bill_line l on l.region = b.region and l.bill_no = b.bill_no and l.line_no = b.line_no
      join collection_due d on d.region = b.region and ${dueIs(sql`b.due_id`)}
      cross join lateral ${netOfDue(region)}
      where b.region = ${region} ${ofEmployers(scope, 'd.employer_no')} and b.live
        and (n.employer_fen <> b.employer_fen or n.person_fen <> b.person_fen
             or d.insurance <> l.insurance or d.kind <> l.kind or d.month <> l.month or d.late_from <> l.late_from)`,
  );
  for (const row of dues) found.violation(`bill:${row.bill_no}`, `应缴款 ${row.due_id} 与单据所记不符`);
}

/** 缴费明细: the people of a line are what the line says, in number, base and amount. */
async function checkPersonsOfLines(scope: Scope, found: Findings): Promise<void> {
  const { on, region } = scope;
  const wrong = await rows(
    on,
    sql<{ bill_no: string; line_no: number }>`
      select l.bill_no, l.line_no
      from collection_bill b join collection_bill_line l on l.region = b.region and l.bill_no = b.bill_no
      left join (
        select p.bill_no, p.line_no, count(*) as persons, sum(p.base_fen)::bigint as base_fen,
               sum(p.employer_fen)::bigint as employer_fen, sum(p.person_fen)::bigint as person_fen
        from collection_bill o join collection_bill_person p on p.region = o.region and p.bill_no = o.bill_no
        where o.region = ${region} ${ofEmployers(scope, 'o.employer_no')} group by p.bill_no, p.line_no
      ) p on p.bill_no = l.bill_no and p.line_no = l.line_no
      where b.region = ${region} ${ofEmployers(scope, 'b.employer_no')}
        and (coalesce(p.persons, 0), coalesce(p.base_fen, 0), coalesce(p.employer_fen, 0), coalesce(p.person_fen, 0))
            is distinct from (l.persons, l.base_fen, l.employer_fen, l.person_fen)`,
  );
  for (const row of wrong) found.violation(`bill:${row.bill_no}`, `第 ${row.line_no} 行与它的人员明细合计不符`);
}

/** Charged again one after the other, in the memory of a page. */
const LINES_AT_ONCE = 5_000;

type ChargedLine = {
  bill_no: string;
  line_no: number;
  insurance: Insurance;
  late_from: CivilDate;
  late_days: number;
  principal_fen: number;
  late_fen: number;
  interest_fen: number;
  issued_on: CivilDate;
  /** Days the employer waited for revocations of earlier bills to be granted. */
  waited_days: number;
};

/** Late fee and interest once more by the rules, to the day of issue less the days waited for a late grant (design §9.5). */
async function checkCharges(scope: Scope, found: Findings): Promise<void> {
  const { on, region, law } = scope;
  const lines = inPages(LINES_AT_ONCE, (behind: ChargedLine | undefined) =>
    rows(
      on,
      sql<ChargedLine>`
      select l.bill_no, l.line_no, l.insurance, l.late_from, l.late_days, (l.employer_fen + l.person_fen)::bigint as principal_fen,
             l.late_fen, l.interest_fen, (b.issued_at at time zone 'Asia/Shanghai')::date as issued_on,
             coalesce((
               select max(w.days) from (
                 select mine.due_id, sum(greatest(0, (o.revoked_at at time zone 'Asia/Shanghai')::date
                          - greatest((o.revoke_asked_at at time zone 'Asia/Shanghai')::date, l.late_from - 1))) as days
                 from collection_bill_due mine
                 join collection_bill_due other on other.region = mine.region and other.due_id = mine.due_id and other.bill_no <> mine.bill_no
                 join collection_bill o on o.region = other.region and o.bill_no = other.bill_no and o.state = 'REVOKED'
                 where mine.region = l.region and mine.bill_no = l.bill_no and mine.line_no = l.line_no and o.issued_at <= b.issued_at
                 group by mine.due_id) w), 0)::int as waited_days
      from collection_bill_line l join collection_bill b on b.region = l.region and b.bill_no = l.bill_no
      where l.region = ${region} ${ofEmployers(scope, 'b.employer_no')}
        and (l.bill_no, l.line_no) > (${behind?.bill_no ?? ''}, ${behind?.line_no ?? 0})
      order by l.bill_no, l.line_no limit ${sql.lit(LINES_AT_ONCE)}`,
    ),
  );
  for await (const line of lines) {
    const object = `bill:${line.bill_no}`;
    const days = (until: CivilDate): number => Math.max(0, daysBetween(line.late_from, until) + 1);
    const allowed = [...new Set([line.issued_on, addDays(line.issued_on, -line.waited_days)])].map(days);
    if (!allowed.includes(line.late_days)) {
      found.violation(object, `第 ${line.line_no} 行加收 ${line.late_days} 天，应为 ${allowed.join(' 或 ')} 天`);
      continue;
    }
    try {
      const charges = lateCharges(law.book, region, {
        insurance: line.insurance,
        principalFen: line.principal_fen,
        lateFrom: line.late_from,
        until: addDays(line.late_from, line.late_days - 1),
      });
      if (charges.lateFeeFen !== line.late_fen) {
        const expected = formatYuan(charges.lateFeeFen);
        found.violation(object, `第 ${line.line_no} 行滞纳金 ${formatYuan(line.late_fen)}，复算 ${expected}`);
      }
      if (charges.interestFen !== line.interest_fen) {
        const expected = formatYuan(charges.interestFen);
        found.violation(object, `第 ${line.line_no} 行利息 ${formatYuan(line.interest_fen)}，复算 ${expected}`);
      }
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      found.violation(object, `第 ${line.line_no} 行无法复算：${error.message}`);
    }
  }
}

async function checkOneLiveBill(scope: Scope, found: Findings): Promise<void> {
  const { on, region } = scope;
  const twice = await rows(
    on,
    sql<{ due_id: string; bills: string }>`
      select due_id, string_agg(bill_no, '、' order by bill_no) as bills from collection_bill_due
      where region = ${region} and live group by due_id having count(*) > 1`,
  );
  for (const row of twice) found.violation(`due:${row.due_id}`, `同时在单据 ${row.bills} 上`);
  const loose = await rows(
    on,
    sql<{ bill_no: string }>`
      select distinct b.bill_no from collection_bill b join collection_bill_due d on d.region = b.region and d.bill_no = b.bill_no
      where b.region = ${region} and d.live = (b.state = 'REVOKED' or b.released)`,
  );
  for (const row of loose) found.violation(`bill:${row.bill_no}`, '单据状态与它是否占用应缴款不符');
}

/** Settled dues are exactly those of allocated bills, of offsets that leave nothing and of the opening. */
async function checkSettlements(scope: Scope, found: Findings): Promise<void> {
  const { on, region } = scope;
  const theirBill = ofEmployers(scope, 'b.employer_no');
  const theirDue = ofEmployers(scope, 'd.employer_no');
  const say = async (query: ReturnType<typeof sql<{ object: string }>>, text: string): Promise<void> => {
    for (const row of await rows(on, query)) found.violation(row.object, text);
  };
  await say(
    sql<{ object: string }>`
      select 'due:' || s.due_id as object
      from collection_settlement_unbilled s
      join collection_bill_due x on x.region = s.region and x.due_id = s.due_id and x.live
      join collection_due d on d.region = s.region and ${dueIs(sql`s.due_id`)}
      where s.region = ${region} ${theirDue}`,
    '一条应缴款结清了两次',
  );
  await say(
    sql<{ object: string }>`
      select distinct 'bill:' || b.bill_no as object
      from collection_bill b join collection_bill_due x on x.region = b.region and x.bill_no = b.bill_no
      where b.region = ${region} ${theirBill} and b.settled_at is not null and (b.state <> 'ALLOCATED' or not x.live)`,
    '单据已结清，但没有配账，或者放开了应缴款',
  );
  // A bill whose money went back after allocation keeps its state; its dues are owed again (wire §4).
  await say(
    sql<{ object: string }>`
      select 'bill:' || b.bill_no as object from collection_bill b
      where b.region = ${region} ${theirBill} and b.state = 'ALLOCATED' and b.settled_at is null
        and not exists (
          select 1 from collection_arrears a where a.region = b.region and a.bill_no = b.bill_no
            and (a.state = 'OPEN' or (a.state = 'RELEASED' and b.released)))`,
    '单据已配账，但应缴款没有结清',
  );
  await say(
    sql<{ object: string }>`
      select 'bill:' || b.bill_no as object from collection_bill b
      left join lateral (
        select coalesce(sum(r.total_fen), 0)::bigint as fen from collection_receipt r
        where r.region = b.region and r.bill_no = b.bill_no and (r.state = 'MATCHED' or (r.state = 'REVERSED' and r.ss_posted_at is not null))
      ) r on true
      where b.region = ${region} ${theirBill} and b.state in ('TAX_POSTED', 'SS_POSTED', 'ALLOCATED') and r.fen < b.total_fen`,
    '到账金额少于单据金额',
  );
  await say(
    sql<{ object: string }>`
      select 'bill:' || b.bill_no as object from collection_bill b
      left join lateral (
        select coalesce(sum(r.total_fen), 0)::bigint as fen from collection_receipt r
        where r.region = b.region and r.bill_no = b.bill_no and r.state = 'MATCHED'
      ) r on true
      where b.region = ${region} ${theirBill} and b.state in ('SS_POSTED', 'ALLOCATED') and r.fen < b.total_fen
        and not exists (
          select 1 from collection_arrears a where a.region = b.region and a.bill_no = b.bill_no
            and (a.state = 'OPEN' or (a.state = 'RELEASED' and b.released)))`,
    '登账的费款已冲正，没有人处理欠费',
  );
  await say(
    sql<{ object: string }>`
      select 'due:' || s.due_id as object
      from collection_settlement_unbilled s
      join collection_due d on d.region = s.region and ${dueIs(sql`s.due_id`)}
      cross join lateral ${netOfDue(region)}
      where s.region = ${region} ${theirDue} and s.how = 'OFFSET' and (n.employer_fen <> 0 or n.person_fen <> 0)`,
    '按冲抵结清，但冲抵后不为零',
  );
  // Money of naught with a base is a fee that the law waives: that stays open, to be billed should the law change.
  await say(
    sql<{ object: string }>`
      select 'due:' || d.due_id as object
      from (select distinct o.debit_due_id as due_id from collection_offset o where o.region = ${region}) o
      join collection_due_state d on d.region = ${region} and ${dueIs(sql`o.due_id`)}
      cross join lateral ${netOfDue(region)}
      where d.settled_how is null ${theirDue} and n.employer_fen = 0 and n.person_fen = 0
        and d.base_fen + (
          select sum(x.base_fen) from (
            select credit_due_id as due_id from collection_offset where region = ${region} and debit_due_id = d.due_id
            union all
            select debit_due_id from collection_offset where region = ${region} and credit_due_id = d.due_id
          ) e
          join collection_due x on x.region = ${region} and x.block_id = collection_block_of(e.due_id) and x.due_id = e.due_id) = 0`,
    '冲抵后什么也不剩，却没有结清',
  );
  await say(
    sql<{ object: string }>`
      select 'due:' || d.due_id as object
      from collection_due d join collection_assessment a on a.region = d.region and a.assessment_no = d.assessment_no
      left join collection_settlement_unbilled s on s.region = d.region and s.due_id = d.due_id and s.how = 'OPENING'
      where d.region = ${region} ${theirDue} and (a.act = 'OPENING') <> (s.due_id is not null)`,
    '期初应缴款与结清方式不符',
  );
}

/** Whoever names a due names one that is there; where the tables are spread over machines no constraint says so. */
async function checkNames(scope: Scope, found: Findings): Promise<void> {
  const { on, region, employerNos } = scope;
  // Whose a name without a due is, only a bill can tell.
  const others = sql`
    union all select due_id from collection_settlement_unbilled where region = ${region}
    union all select unnest(array[due_id, reverses]) from collection_reversal where region = ${region}
    union all select unnest(array[credit_due_id, debit_due_id]) from collection_offset where region = ${region}`;
  const dangling = await rows(
    on,
    sql<{ due_id: string }>`
      select distinct t.due_id from (
        select x.due_id from collection_bill b
        join (select region, bill_no, due_id from collection_bill_due union all select region, bill_no, due_id from collection_bill_credit) x
          on x.region = b.region and x.bill_no = b.bill_no
        where b.region = ${region} ${ofEmployers(scope, 'b.employer_no')}
        ${employerNos ? sql`` : others}
      ) t
      left join collection_block b on b.region = ${region} and b.block_id = collection_block_of(t.due_id)
      where b.block_id is null or collection_slot_of(t.due_id) not between 0 and cardinality(b.insurances) - 1`,
  );
  for (const row of dangling) found.violation(`due:${row.due_id}`, '单据、冲抵、撤销或结清指向的应缴款不存在');
}
