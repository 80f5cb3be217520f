import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bureau, employer, idNo } from '../../tests/domain/harness.ts';
import { personalAccount } from '../account/index.ts';
import { ACCOUNTS, listBalances } from '../fund/index.ts';
import { ulid } from '../kernel/ids.ts';
import { loadLaw } from '../parameters/index.ts';
import { one, rows, run, sql } from '../platform/db.ts';
import { PROMISES } from './index.ts';
import type { Checked } from './promises/promise.ts';
import { integrityOf, openBooksBureau, pay, violationsOf } from './testing/bureau.ts';

const EMPLOYER = '990000901';
const BASES = [3450, 4000, 5200, 6680, 18_000];

let bureau: Bureau;
let billNo: string;

/** AT-05: five people, February booked and paid; March back paid, April declared, one bill. */
beforeAll(async () => {
  bureau = await openBooksBureau('2023-04-12 09:00');
  await bureau.overlay('interest.annualRate', 36_500);
  await bureau.open([
    employer({
      bookedThrough: '2023-02',
      persons: BASES.map((base, index) => ({
        idNo: idNo(index + 1),
        name: `样员${index + 1}`,
        from: '2022-07' as never,
        baseFen: base * 100,
        paid: { from: '2023-01' as never, to: '2023-02' as never },
      })),
    }),
  ]);
  await bureau.submit(EMPLOYER, 'bp.unit', { from: '2023-03', to: '2023-03' });
  await bureau.submit(EMPLOYER, 'unit.declare', { month: '2023-04' });
  billNo = (await bureau.submit(EMPLOYER, 'bill.issue')).refs.billNo ?? '';
});
afterAll(() => bureau.close());

const check = () => integrityOf(bureau);
const violations = violationsOf;

describe('a clean run', () => {
  it('has no violation after declaration and bill, and gates what the opening left out', async () => {
    expect((await bureau.bill(billNo)).totalFen).toBe(1_888_152);
    const integrity = await check();
    expect(violations(integrity)).toEqual([]);
    expect(integrity.violations).toBe(0);
    // July to December 2022: insured, booked, and not among the months that were loaded (5 people × 3 insurances × 6 months).
    expect(integrity.promises[0]?.gated).toEqual([
      { object: 'employer:990000901', text: '建账前有 90 人月，期初没有载入', gate: '期初建账' },
    ]);
    expect(integrity.promises.map((promise) => promise.no)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('has no violation through payment, posting and allocation; books and accounts show the money', async () => {
    const { db, region } = bureau.services;
    await pay(bureau, billNo, '2023-04-12 09:12');
    expect(violations(await check())).toEqual([]);
    bureau.setTime('2023-04-12 12:00');
    await bureau.post('2023-04-12 12:00');
    expect(violations(await check())).toEqual([]);
    bureau.setTime('2023-04-13 02:00');
    await bureau.allocate('2023-04-13 02:00');
    expect(violations(await check())).toEqual([]);

    const balances = await listBalances(db, region);
    const sum = (account: string) =>
      balances.filter((each) => each.account === account).reduce((total, each) => total + each.balanceFen, 0);
    expect(sum(ACCOUNTS.bank)).toBe(1_888_152);
    expect(sum(ACCOUNTS.suspense)).toBe(0);
    expect(sum(ACCOUNTS.incomeLate)).toBe(5_645);
    expect(sum(ACCOUNTS.incomeInterest)).toBe(1_075);
    expect(sum(ACCOUNTS.receivable)).toBe(0);

    const person = await one(
      db,
      sql<{ person_no: string }>`select person_no from registry_person where region = ${region} and id_no = ${idNo(1)}`,
    );
    // HB-RATE-07: base 3450 → person part 276.00 a month; two opened and two paid months.
    const account = await personalAccount(db, region, await loadLaw(db), person.person_no);
    expect(account.credits.map((credit) => [credit.month, credit.creditFen])).toEqual([
      ['2023-01', 27_600],
      ['2023-02', 27_600],
      ['2023-03', 27_600],
      ['2023-04', 27_600],
    ]);
    expect(account.balanceFen).toBe(110_400);
  });

  it('has looked at the signed document of the bill', async () => {
    expect((await check()).promises[6]?.checked).toBe('抽 1 份');
  });
});

class RolledBack extends Error {}

/** Plants a fault with triggers and foreign keys off, checks one promise on it, and takes everything back. */
async function planted(no: number, ...statements: ReturnType<typeof sql>[]): Promise<Checked> {
  return plantedIn(no, statements, false);
}

async function plantedIn(no: number, statements: ReturnType<typeof sql>[], ofOthers: boolean): Promise<Checked> {
  const { db, region, clock } = bureau.services;
  let checked: Checked | undefined;
  await db
    .transaction()
    .execute(async (tx) => {
      await run(tx, sql`set local session_replication_role = replica`);
      for (const statement of statements) {
        expect(await run(tx, statement), 'the fault must have been planted').toBeGreaterThanOrEqual(0);
      }
      const law = await loadLaw(tx);
      const look = (employerNos?: readonly string[]) =>
        PROMISES[no - 1]?.check({ on: tx, region, law, now: clock.now(), employerNos });
      checked = await look();
      // Asked for one employer, the same is found in its books.
      if (no === 4) expect((await look([EMPLOYER]))?.violations).toEqual(checked?.violations);
      if (no === 4 && ofOthers) expect((await look(['990000999']))?.violations).toEqual([]);
      throw new RolledBack();
    })
    .catch((error: unknown) => {
      if (!(error instanceof RolledBack)) throw error;
    });
  if (!checked) throw new Error(`promise ${no} was not checked`);
  return checked;
}

const texts = (checked: Checked): string[] => checked.violations.map((violation) => violation.text);

/** One due of April with the kind and insurance that make it unique. */
const APRIL = sql`(select due_id from collection_due where month = '2023-04' and insurance = 'pension' and kind = 'MONTHLY')`;
const OFFSET_APRIL = sql`insert into collection_settlement_unbilled
  select region, due_id, 'OFFSET', due_id, now() from collection_due where due_id = ${APRIL}`;
/** Its block; pension is the first of the dues in it. */
const IN_APRIL = sql`block_id = collection_block_of(${APRIL})`;
/** Its amounts written out instead of the rates that give them, so that a single one can be touched. */
const amountsAt = (rate: ReturnType<typeof sql>) => sql`array(
  select (b.cell_base_fen[i % cardinality(b.cell_base_fen) + 1]::bigint * b.rates_ppm[${rate}] + 500000) / 1000000
  from generate_series(0, cardinality(b.insurances) * cardinality(b.person_nos) - 1) i order by i)::int[]`;
const WRITTEN_OUT = sql`
  update collection_block b set rates_ppm = null, cell_employer_fen = ${amountsAt(sql`i / cardinality(b.person_nos) + 1`)},
         cell_person_fen = ${amountsAt(sql`cardinality(b.insurances) + i / cardinality(b.person_nos) + 1`)}
  where ${IN_APRIL}`;

describe('promise 1 finds', () => {
  it('a line that was touched', async () => {
    const found = await planted(
      1,
      WRITTEN_OUT,
      sql`update collection_block set cell_person_fen[1] = cell_person_fen[1] + 1 where ${IN_APRIL}`,
    );
    expect(texts(found)).toContainEqual(expect.stringMatching(/应缴款与它的明细合计不符/));
    expect(texts(found)).toContainEqual(expect.stringMatching(/2023-04 养老：应缴 .*没有事由/));
  });

  it('a person who was left out of the month', async () => {
    const found = await planted(
      1,
      WRITTEN_OUT,
      sql`update collection_block set cell_employer_fen[1] = 0, cell_person_fen[1] = 0 where ${IN_APRIL}`,
    );
    expect(texts(found)).toContainEqual('2023-04 养老：应缴 828.00，明细 0.00；没有事由');
  });

  it('lines beyond the booked months', async () => {
    const found = await planted(1, sql`update collection_booked set injury = '2023-03'`);
    expect(texts(found)).toHaveLength(5);
    expect(texts(found)[0]).toMatch(/明细在做账期号以外/);
  });

  it('an undone case whose dues still stand', async () => {
    const found = await planted(
      1,
      sql`update casework_case set state = 'REVOKED', revoked_at = now(), revoked_by = 'x' where case_no = (
            select a.case_no from collection_due join collection_assessment a using (region, assessment_no) where due_id = ${APRIL})`,
    );
    expect(texts(found)).toContainEqual(expect.stringMatching(/已撤销，应缴款没有冲回$/));
  });

  it('but gates what a later fact has changed', async () => {
    const found = await planted(
      1,
      sql`insert into registry_exemption (region, exemption_id, person_no, reason, month_from, recorded_at)
          select region, '7ZZZZZZZZZZZZZZZZZZZZZZZZZ', person_no, 'RETIREMENT_APPROVED', '2023-04', now() from registry_person where id_no = ${idNo(1)}`,
    );
    expect(texts(found)).toEqual([]);
    expect(found.gated.filter((one) => one.gate === '等单位申请多缴退费')).toHaveLength(3);
  });
});

/** A value laid over the book after everything was posted; its id is its own, for a law is kept by the last of them. */
const overlay = (no: number, region: string, key: string, value: number, from = '2020-01', to: string | null = null) =>
  sql`insert into parameters_overlay (overlay_id, region, key, valid_from, valid_to, value, recorded_at)
      values (${`7ZZZZZZZZZZZZZZZZZZZZZZZ${no}`}, ${region}, ${key}, ${from}, ${to}, ${JSON.stringify(value)}::jsonb, now())`;
const TOUCHED = [
  WRITTEN_OUT,
  sql`update collection_block set cell_person_fen[1] = cell_person_fen[1] + 1 where ${IN_APRIL}`,
];
const OF_FIRST = sql`from registry_person where id_no = ${idNo(1)}`;

describe('promises 1 and 8 are not put off by what came later and has nothing to do with the line', () => {
  const laterFacts: [string, ...ReturnType<typeof sql>[]][] = [
    ['another parameter', overlay(11, '420500', 'close.day', 5)],
    ['another insurance', overlay(12, '420500', 'rate.unemployment.person', 4_000)],
    ['another region', overlay(13, '140100', 'rate.pension.person', 70_000)],
    ['months before', overlay(14, '420500', 'rate.pension.person', 70_000, '2020-01', '2023-03')],
    ['months after', overlay(15, '420500', 'rate.pension.person', 70_000, '2023-05')],
    ['limits that do not hold an approved base', overlay(16, '420500', 'base.upper', 300_000)],
    [
      'a wage of the next month',
      sql`insert into wages_declaration (region, wage_id, employer_no, person_no, month_from, basis, wage_fen, case_no, recorded_at)
          select region, '7ZZZZZZZZZZZZZZZZZZZZZZZZZ', ${EMPLOYER}, person_no, '2023-05', 'DECLARED', 500000, 'X', now() ${OF_FIRST}`,
    ],
    [
      'an exemption of the next month',
      sql`insert into registry_exemption (region, exemption_id, person_no, reason, month_from, recorded_at)
          select region, '7ZZZZZZZZZZZZZZZZZZZZZZZZZ', person_no, 'CUSTODY', '2023-05', now() ${OF_FIRST}`,
    ],
    [
      'an exemption that had ended',
      sql`insert into registry_exemption (region, exemption_id, person_no, reason, month_from, month_to, recorded_at)
          select region, '7ZZZZZZZZZZZZZZZZZZZZZZZZZ', person_no, 'CUSTODY', '2023-01', '2023-01', now() ${OF_FIRST}`,
    ],
    [
      'the injury class',
      sql`insert into registry_injury_class (region, employer_no, month_from, injury_class, recorded_at, fact_id)
          values ('420500', ${EMPLOYER}, '2023-04', 1, now(), '7ZZZZZZZZZZZZZZZZZZZZZZZZZ')`,
    ],
    [
      'another insurance ended',
      sql`update enrolment_span set span_id = '7ZZZZZZZZZZZZZZZZZZZZZZZZZ' where insurance = 'injury' and person_no = (select person_no ${OF_FIRST})`,
    ],
  ];
  it.each(laterFacts)('%s', async (_, later) => {
    const lines = await planted(1, ...TOUCHED, later);
    expect(texts(lines)).toContainEqual(expect.stringMatching(/^2023-04 养老：应缴 828.00，明细 828.01；没有事由$/));
    const told = await planted(8, ...TOUCHED, later);
    expect(texts(told)).toContainEqual(expect.stringMatching(/^2023-04 养老：解释 /));
  });

  it('but by a rate of the insurance in that month: of the place, of its province', async () => {
    for (const [no, region] of [
      [21, '420500'],
      [22, '420000'],
    ] as const) {
      const rate = overlay(no, region, 'rate.pension.person', 70_000, '2023-04');
      const lines = await planted(1, rate);
      expect(texts(lines)).toEqual([]);
      expect(lines.gated.filter((one) => one.object.endsWith('/pension/2023-04'))).toHaveLength(5);
      expect(texts(await planted(8, rate))).toEqual([]);
    }
  });
});

describe('promise 2 finds', () => {
  const secondHolder = [
    sql`alter table enrolment_span drop constraint enrolment_one_holder`,
    sql`insert into enrolment_span (region, span_id, employer_no, person_no, insurance, month_from, case_no, recorded_at)
        select region, 'X' || span_id, '990000999', person_no, insurance, '2023-01', case_no, recorded_at
        from enrolment_span where insurance = 'unemployment' limit 1`,
  ];
  it('two enrolments in one month', async () => {
    const found = await planted(2, ...secondHolder);
    expect(texts(found)).toEqual(['失业同一月份在单位 990000901 和 990000999 都参保']);
  });

  it('lines at two employers in one month', async () => {
    const found = await planted(
      2,
      sql`insert into collection_block (region, block_id, block_no, employer_no, assessment_no, month, kind, late_from, insurances, totals,
                                        person_nos, cell_base_fen, rates_ppm)
          select region, 'X', 0, '990000999', assessment_no, month, kind, late_from, insurances[1:1], totals[1:4], person_nos[1:1],
                 cell_base_fen[1:1], array[160000, 80000]
          from collection_block where ${IN_APRIL}`,
    );
    expect(texts(found)).toEqual(['2023-04 养老在单位 990000901、990000999 都有明细']);
  });
});

describe('promise 3 finds', () => {
  const POSTED = sql`(select voucher_id from fund_voucher where kind = 'RECEIPT_POSTED' and insurance = 'pension')`;
  it('a voucher that does not balance, and with it the fund', async () => {
    const found = await planted(
      3,
      sql`update fund_entry set debit_fen = debit_fen + 1 where voucher_id = ${POSTED} and account = '1001'`,
    );
    expect(texts(found)).toContain('养老凭证借贷不相等');
    expect(texts(found)).toContainEqual(expect.stringMatching(/养老收入户存款 .*应为/));
  });

  it('money that was never booked', async () => {
    const found = await planted(
      3,
      sql`delete from fund_entry where voucher_id = ${POSTED}`,
      sql`delete from fund_voucher where voucher_id = ${POSTED}`,
    );
    expect(texts(found)).toContainEqual(expect.stringMatching(/养老收入户存款 0.00，应为/));
  });

  it('a receivable without its due', async () => {
    const found = await planted(3, sql`update collection_bill_due set live = false where due_id = ${APRIL}`);
    expect(texts(found)).toContainEqual(expect.stringMatching(/养老应收保费 0.00，应为 8959.20/));
  });

  it('personal accounts that are not the money paid', async () => {
    const found = await planted(
      3,
      WRITTEN_OUT,
      sql`update collection_block set cell_person_fen[1] = cell_person_fen[1] + 100 where ${IN_APRIL}`,
    );
    expect(texts(found)).toContainEqual(expect.stringMatching(/^个人账户记入合计/));
  });
});

describe('promise 4 finds', () => {
  const unchecked = [
    sql`alter table collection_bill_line drop constraint collection_bill_line_check`,
    sql`alter table collection_bill drop constraint collection_bill_check`,
  ];
  it('late fee that the rules do not give', async () => {
    const found = await planted(
      4,
      ...unchecked,
      sql`update collection_bill_line set late_fen = late_fen + 1 where month = '2023-03' and insurance = 'injury'`,
    );
    expect(texts(found)).toContainEqual(expect.stringMatching(/行滞纳金 0.46，复算 0.45/));
    expect(texts(found)).toContain('单据合计与它的明细行不符');
  });

  it('interest, days and dues that do not fit', async () => {
    const interest = await planted(
      4,
      sql`update collection_bill_line set interest_fen = 0, total_fen = total_fen - interest_fen where interest_fen > 0`,
    );
    expect(texts(interest)).toContainEqual(expect.stringMatching(/行利息 0.00，复算 10.75/));
    const days = await planted(
      4,
      sql`update collection_bill_line set late_days = 11 where month = '2023-03' and insurance = 'injury'`,
    );
    expect(texts(days)).toContainEqual(expect.stringMatching(/加收 11 天，应为 12 天/));
    const due = await planted(4, sql`update collection_block set totals[4] = totals[4] + 1 where ${IN_APRIL}`);
    expect(texts(due)).toContainEqual(expect.stringMatching(/与单据所记不符/));
  });

  it('people that do not add up to their line', async () => {
    const text = /^第 \d+ 行与它的人员明细合计不符$/;
    const number = await planted(
      4,
      sql`update collection_bill_line set persons = persons + 1 where insurance = 'injury'`,
    );
    expect(texts(number)).toContainEqual(expect.stringMatching(text));
    const amount = await planted(
      4,
      WRITTEN_OUT,
      sql`update collection_block set cell_person_fen[1] = cell_person_fen[1] - 100 where ${IN_APRIL}`,
    );
    expect(texts(amount)).toEqual([expect.stringMatching(text)]);
  });

  it('nothing in the books of another employer', async () => {
    const faults = [
      sql`update collection_bill_line set late_days = 11`,
      sql`update collection_bill set total_fen = total_fen + 1`,
      OFFSET_APRIL,
    ];
    const found = await plantedIn(4, [...unchecked, ...faults], true);
    expect(found.total).toBeGreaterThanOrEqual(3);
  });

  it('what names a due that is not there', async () => {
    const text = '单据、冲抵、撤销或结清指向的应缴款不存在';
    const slot = sql`update collection_bill_due set due_id = collection_block_of(due_id) || '9' where due_id = ${APRIL}`;
    expect(texts(await planted(4, slot))).toContain(text);
    const block = sql`update collection_bill_due set due_id = 'nothing0' where due_id = ${APRIL}`;
    expect(texts(await planted(4, block))).toContain(text);
  });

  it('a due on two live bills', async () => {
    const found = await planted(
      4,
      sql`drop index collection_due_on_one_live_bill`,
      sql`insert into collection_bill_due select region, '2023041209000099', line_no, due_id, employer_fen, person_fen, true from collection_bill_due where due_id = ${APRIL}`,
    );
    expect(texts(found)).toContain(`同时在单据 ${billNo}、2023041209000099 上`);
  });

  it('a due settled twice, without its bill, or not at all', async () => {
    const twice = await planted(4, OFFSET_APRIL);
    expect(texts(twice)).toContain('一条应缴款结清了两次');
    const loose = await planted(4, sql`update collection_bill_due set live = false where due_id = ${APRIL}`);
    expect(texts(loose)).toContain('单据已结清，但没有配账，或者放开了应缴款');
    const open = await planted(4, sql`update collection_bill set settled_at = null`);
    expect(texts(open)).toContain('单据已配账，但应缴款没有结清');
  });

  it('an offset that leaves something, an opening that is not settled as one, money that is too little', async () => {
    const offset = await planted(4, OFFSET_APRIL);
    expect(texts(offset)).toContain('按冲抵结清，但冲抵后不为零');
    const opening = await planted(4, sql`delete from collection_settlement_unbilled where how = 'OPENING'`);
    expect(texts(opening)).toContain('期初应缴款与结清方式不符');
    const money = await planted(4, sql`update collection_receipt set total_fen = total_fen - 1`);
    expect(texts(money)).toContain('到账金额少于单据金额');
  });

  it('booked money that went back without anybody minding the arrears', async () => {
    const text = '登账的费款已冲正，没有人处理欠费';
    const back = sql`update collection_receipt set state = 'REVERSED'`;
    expect(texts(await planted(4, back))).toContain(text);
    const minded = await planted(
      4,
      back,
      sql`insert into collection_arrears (region, bill_no, receipt_no, opened_at) select region, bill_no, receipt_no, now() from collection_receipt`,
    );
    expect(texts(minded)).not.toContain(text);
  });

  it('a bill that holds its dues in a state in which it must not', async () => {
    const found = await planted(4, sql`update collection_bill_due set live = false`);
    expect(texts(found)).toContain('单据状态与它是否占用应缴款不符');
  });
});

describe('promise 5 finds', () => {
  const region = '420500';
  it('a hole in what came, once an hour has passed', async () => {
    const hole = (since: string) =>
      planted(
        5,
        sql`insert into wire_cursor (region, sender, stream, contiguous_seq, highest_seq, hole_since)
            values (${region}, 'tax.420500', 'money', 3, 7, ${since})`,
      );
    expect(texts(await hole('2023-04-13T00:30:00+08:00'))).toEqual(['收到第 7 号，缺第 4 号起的报文']);
    const fresh = await hole('2023-04-13T01:59:00+08:00');
    expect(texts(fresh)).toEqual([]);
    expect(fresh.gated.map((one) => one.gate)).toContain('已请对方补发');
  });

  it('a hole in what we sent', async () => {
    const found = await planted(
      5,
      sql`insert into wire_stream (region, peer, stream, last_seq, head_digest) values (${region}, 'tax.420500', 'refund', 2, '')`,
    );
    expect(texts(found)).toEqual(['发出的报文序号不连续']);
  });

  it('an item that had its effect twice', async () => {
    const found = await planted(
      5,
      sql`insert into wire_inbox select region, sender, 'again', document_id, entity, version, type, digest, state, null, null, at from wire_inbox`,
    );
    expect(texts(found)).toEqual(['tax.420500 的第 1 版生效了不止一次']);
  });

  it('a receipt without a message and a message without a receipt', async () => {
    expect(texts(await planted(5, sql`delete from wire_inbox`))).toContain('有到账，没有对应的税务报文');
    expect(texts(await planted(5, sql`delete from collection_receipt`))).toContain('税务报文已生效，没有到账');
  });

  it('a bill that never went out, parked items, dead letters', async () => {
    expect(texts(await planted(5, sql`delete from wire_outbox_item`))).toContain('开单报文应有一份，实有 0 份');
    const parked = await planted(
      5,
      sql`insert into wire_parked (region, sender, entity, version, item_id, document_id, stream, seq, type, body, sent_at, why, since)
          values (${region}, 'tax.420500', 'bill:1', 2, 'i', 'd', 'bills', 4, 'bill.invoiced', '', now(), 'order', '2023-04-12T20:00:00+08:00')`,
    );
    expect(texts(parked)).toEqual(['第 2 版没有生效：等前一版']);
    const dead = await planted(
      5,
      sql`insert into wire_dead_letter (region, dead_id, direction, peer, document_id, type, reason, at)
          values (${region}, 'x', 'out', 'tax.420500', 'd', 'bill.issue', '72 小时无应答', now())`,
    );
    expect(texts(dead)).toEqual(['死信 bill.issue：72 小时无应答']);
  });

  it('a reconciliation that differs without saying in what', async () => {
    const found = await planted(
      5,
      sql`insert into exchange_recon_run (region, day, ours, state, at) values
          (${region}, '2023-04-10', '{}', 'DIFFERENT', '2023-04-11T02:30:00+08:00'), (${region}, '2023-04-11', '{}', 'EQUAL', '2023-04-12T02:30:00+08:00')`,
    );
    expect(texts(found)).toEqual(['当日对账不平，没有列出差异']);
  });

  it('but gates suspense and named differences', async () => {
    const found = await planted(
      5,
      sql`update collection_receipt set state = 'SUSPENSE', suspense_reason = 'DOUBLE'`,
      sql`insert into exchange_recon_case (region, case_no, day, kind, insurance, direction, receipt_no, state, at)
          values (${region}, 'C1', '2023-04-12', 'AMOUNT', 'pension', 'IN', 'R1', 'OPEN', now())`,
    );
    expect(texts(found)).toEqual([]);
    expect(found.gated).toHaveLength(2);
  });
});

describe('promise 6 finds', () => {
  it('an act without its case, an actor or an audit record', async () => {
    const lost = await planted(6, sql`update collection_assessment set case_no = 'nobody' where act <> 'OPENING'`);
    expect(texts(lost)).toContain('核定没有对应的办件或审计记录');
    expect(texts(await planted(6, sql`update casework_case set actor_name = ''`))).toContain('办件没有经办人');
    expect(texts(await planted(6, sql`update casework_case set case_no = 'X' || case_no`))).toContain(
      '办件提交没有审计记录',
    );
    const revoked = await planted(
      6,
      sql`update casework_case set state = 'REVOKED', revoked_at = now(), revoked_by = 'portal:x'`,
    );
    expect(texts(revoked)).toContain('办件撤销没有经办人或审计记录');
  });

  it('an audit record that was changed, taken out or never sealed', async () => {
    const changed = await planted(
      6,
      sql`update platform_audit set actor_name = '别人' where action like 'item.submit%'`,
    );
    expect(texts(changed)).toContain('审计记录内容与摘要不符');
    const gone = await planted(
      6,
      sql`delete from platform_audit where audit_id = (select min(audit_id) from platform_audit)`,
    );
    expect(texts(gone)).toContainEqual(expect.stringMatching(/审计链/));
    const unsealed = await planted(
      6,
      sql`delete from platform_audit_seal where seq = (select max(seq) from platform_audit_seal)`,
      sql`update platform_audit set real_at = real_at - interval '1 hour'`,
    );
    expect(texts(unsealed)).toContain('审计记录超过一分钟未封入链');
  });
});

describe('promise 7 finds', () => {
  it('a changed byte, and with it a signature that fails', async () => {
    const found = await planted(
      7,
      sql`update archive_document set bytes = set_byte(bytes, 200, get_byte(bytes, 200) # 1)`,
    );
    expect(texts(found)).toContainEqual(expect.stringMatching(/与存档摘要不符/));
    expect(texts(found)).toContainEqual(expect.stringMatching(/签名无效/));
  });

  it('a certificate that is not ours', async () => {
    expect(texts(await planted(7, sql`delete from archive_signing_key`))).toContainEqual(
      expect.stringMatching(/不是本机构的签章/),
    );
  });
});

describe('promise 8 finds', () => {
  it('a stored figure that its explanation does not give', async () => {
    const found = await planted(
      8,
      WRITTEN_OUT,
      sql`update collection_block set cell_employer_fen[1] = cell_employer_fen[1] - 1 where ${IN_APRIL}`,
    );
    expect(texts(found)).toEqual(['2023-04 养老：解释 552.00 + 276.00，入库 551.99 + 276.00']);
  });

  it('a figure that can no longer be explained', async () => {
    const found = await planted(8, sql`delete from registry_injury_class`);
    expect(found.total).toBeGreaterThan(0);
  });
});

describe('the list', () => {
  it('is cut at a hundred while the number counts all', async () => {
    const found = await planted(
      1,
      sql`update collection_booked set pension = '2022-06', unemployment = '2022-06', injury = '2022-06'`,
    );
    // 5 people × 3 insurances × 4 months.
    expect(found.total).toBe(60);
    const many = await planted(
      6,
      sql`insert into casework_case select region, 'M' || n, employer_no, item_code, item_name, summary, '', '', submitted_at, state, revoked_at, revoked_by, form, result, refs
          from (select * from casework_case limit 1) c, generate_series(1, 150) n`,
    );
    expect(many.violations).toHaveLength(100);
    expect(many.total).toBe(300);
  });

  it('leaves nothing behind', async () => {
    const planted = await rows(bureau.services.db, sql`select 1 from collection_block where block_id = 'X'`);
    expect(planted).toEqual([]);
    expect(violations(await check())).toEqual([]);
  });
});

it('promise 4 finds a due that an offset left nothing of and that was not settled with it', async () => {
  const own = await openBooksBureau('2023-04-10 09:00');
  try {
    const { db, region, clock } = own.services;
    await own.open([
      employer({
        bookedThrough: '2023-03',
        persons: [{ idNo: idNo(1), name: '样员1', from: '2022-07' as never, baseFen: 345_000 }],
      }),
    ]);
    await own.submit(EMPLOYER, 'unit.declare', { month: '2023-04' });
    await run(
      db,
      sql`insert into registry_exemption (region, exemption_id, person_no, reason, month_from, recorded_at)
          select region, ${ulid()}, person_no, 'RETIREMENT_APPROVED', '2023-04', ${clock.now()} from registry_person`,
    );
    await own.submit(EMPLOYER, 'unit.declare', { month: '2023-04' });
    const texts = async () => violationsOf(await integrityOf(own));
    expect(await texts()).toEqual([]);
    await db.transaction().execute(async (tx) => {
      await run(tx, sql`set local session_replication_role = replica`);
      const debits = sql`select debit_due_id from collection_offset where region = ${region}`;
      expect(await run(tx, sql`delete from collection_settlement_unbilled where due_id in (${debits})`)).toBe(3);
    });
    expect(await texts()).toEqual(Array(3).fill(expect.stringMatching(/^4 due:.* 冲抵后什么也不剩，却没有结清$/)));
  } finally {
    await own.close();
  }
});
