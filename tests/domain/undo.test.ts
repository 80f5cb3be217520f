/** 撤销 gives back exactly what an act did: the lines, the free dues, and what could be undone before. */
import { afterEach, describe, expect, test } from 'vitest';
import { findCase } from '../../src/casework/index.ts';
import { listFreeDues, loadFacts, sumPosted } from '../../src/collection/index.ts';
import { expectIntact, openBooksBureau, pay } from '../../src/control/testing/bureau.ts';
import { openEnv, undoProblems } from '../../src/items/engine.ts';
import { billPersons } from '../../src/items/queries/bills.ts';
import { explain } from '../../src/items/queries/explain.ts';
import { sumFen } from '../../src/kernel/fen.ts';
import type { Month } from '../../src/kernel/month.ts';
import { read, systemActor } from '../../src/platform/services.ts';
import { type Bureau, employer, idNo } from './harness.ts';

const EMPLOYER = '990000901';
const OTHER = '990000902';
let bureau: Bureau | undefined;
afterEach(async () => {
  await bureau?.close();
  bureau = undefined;
});

const stop = (index: number, date: string) => ({ people: [{ idNo: idNo(index), suspendDate: date, reason: 'S01' }] });
const person = (index: number) => ({
  idNo: idNo(index),
  name: `样${index}`,
  from: '2022-07' as Month,
  baseFen: 500_000,
  paid: { from: '2022-07' as Month, to: '2023-03' as Month },
});

/** Three people of 5,000.00, paid through March; a second employer without people; 10 April. */
async function begin(): Promise<Bureau> {
  const opened = await openBooksBureau('2023-04-10 09:00');
  bureau = opened;
  const refundAccount = { bankName: '示例银行', account: '6200000000000001', holder: '云帆示例制造有限公司' };
  await opened.open([
    employer({ bookedThrough: '2023-03', refundAccount, persons: [1, 2, 3].map(person) }),
    employer({
      bookedThrough: '2023-03',
      employerNo: OTHER,
      uscc: '91429999MA0000T1XK',
      name: '长堤示例物流有限公司',
    }),
  ]);
  return opened;
}

const refusals = (work: Promise<unknown>): Promise<string[]> =>
  work.then(
    () => ['accepted'],
    (error: Error & { problems?: readonly { code: string }[] }) =>
      error.problems?.map((one) => one.code) ?? [error.message],
  );

const MONTHS = ['2023-02', '2023-03', '2023-04', '2023-05'] as Month[];

/** What stands: every posted cell that is not nothing, and the dues that wait for a bill. */
async function standing(of: Bureau, employerNo = EMPLOYER) {
  const { db, region } = of.services;
  const posted = await sumPosted(db, region, employerNo, MONTHS);
  const free = await listFreeDues(db, region, employerNo);
  return {
    posted: [...posted].filter(([, cell]) => cell.baseFen !== 0 || cell.employerFen !== 0).sort(),
    free: free.map(({ dueId, employerFen, personFen }) => ({ dueId, employerFen, personFen })),
    insured: [...(await loadFacts(db, region, employerNo)).persons]
      .flatMap(([no, one]) => one.spans.map((span) => `${no} ${span.insurance} ${span.from}–${span.to}`))
      .sort(),
  };
}

async function canUndo(of: Bureau, employerNo: string, caseNo: string): Promise<string[]> {
  return read(of.services, systemActor('test'), async (ctx) => {
    const record = await findCase(ctx.tx, ctx.region, employerNo, caseNo);
    if (!record) throw new Error('no case');
    return (await undoProblems(await openEnv(ctx, of.deps, employerNo, false), record)).map((one) => one.code);
  });
}

describe('every undo gives back what the act did', () => {
  const APRIL = { month: '2023-04' };
  const NEW = { people: [{ idNo: idNo(9), name: '样新', entryDate: '2023-03-15', wage: '6000' }] };
  test.each([
    ['unit.declare', APRIL, []],
    ['emp.enroll', NEW, []],
    ['emp.enroll', NEW, ['unit.declare']],
    ['emp.suspend', stop(1, '2023-03-31'), []],
    ['emp.suspend', stop(1, '2023-03-31'), ['unit.declare']],
    ['emp.suspend', { people: [1, 2, 3].flatMap((i) => stop(i, '2023-03-31').people) }, ['unit.declare']],
    [
      'refund.emp',
      { idNo: idNo(1), months: '2023-02,2023-03', attachments: [{ name: 'x.pdf', content: '%PDF-1.7' }] },
      ['stop'],
    ],
  ] as [string, Record<string, unknown>, string[]][])('%s %j after %j', async (code, form, before) => {
    const of = await begin();
    for (const one of before) {
      if (one === 'stop') await of.submit(EMPLOYER, 'emp.suspend', stop(1, '2023-01-31'));
      else await of.submit(EMPLOYER, one, APRIL);
    }
    const was = await standing(of);
    const { caseNo } = await of.submit(EMPLOYER, code, form);
    expect(await standing(of)).not.toEqual(was);
    expect(await canUndo(of, EMPLOYER, caseNo)).toEqual([]);
    await of.undo(EMPLOYER, caseNo);
    expect(await standing(of)).toEqual(was);
    await expectIntact(of);
  });

  test('停保撤销以后，原来的申报也能撤销；两次停保谁先撤都一样', async () => {
    const of = await begin();
    const empty = await standing(of);
    const declared = await of.submit(EMPLOYER, 'unit.declare', { month: '2023-04' });
    const full = await standing(of);
    const first = await of.submit(EMPLOYER, 'emp.suspend', stop(1, '2023-03-31'));
    const one = await standing(of);
    const second = await of.submit(EMPLOYER, 'emp.suspend', stop(2, '2023-03-31'));
    expect(await refusals(of.undo(EMPLOYER, declared.caseNo))).toEqual(['CAN-001']);
    await of.undo(EMPLOYER, first.caseNo);
    await of.undo(EMPLOYER, second.caseNo);
    expect(await standing(of)).toEqual(full);
    expect(one).not.toEqual(full);
    await of.undo(EMPLOYER, declared.caseNo);
    expect(await standing(of)).toEqual(empty);
    await expectIntact(of);
  });

  test('冲抵过的应缴开在单据上，先撤单据；缴了就不能再撤停保', async () => {
    const of = await begin();
    await of.submit(EMPLOYER, 'unit.declare', { month: '2023-04' });
    const { caseNo } = await of.submit(EMPLOYER, 'emp.suspend', stop(1, '2023-03-31'));
    const bill = await of.submit(EMPLOYER, 'bill.issue');
    expect(await canUndo(of, EMPLOYER, caseNo)).toEqual(['CAN-001']);
    await pay(of, bill.refs.billNo ?? '', '2023-04-10 10:00');
    expect(await canUndo(of, EMPLOYER, caseNo)).toEqual(['CAN-002']);
    await of.post('2023-04-10 12:00');
    await of.allocate('2023-04-11 02:00');
    expect(await refusals(of.undo(EMPLOYER, caseNo))).toEqual(['CAN-002']);
    await expectIntact(of);
  });
});

describe('a bill of dues that were partly offset', () => {
  test('persons, base, 缴费明细 and 为什么 add up to the bill; the person who left is not on it', async () => {
    const of = await begin();
    await of.submit(EMPLOYER, 'unit.declare', { month: '2023-04' });
    await of.submit(EMPLOYER, 'emp.suspend', stop(1, '2023-03-31'));
    const undone = await of.submit(EMPLOYER, 'emp.suspend', stop(2, '2023-03-31'));
    await of.undo(EMPLOYER, undone.caseNo);
    const { refs } = await of.submit(EMPLOYER, 'bill.issue');
    const billNo = refs.billNo ?? '';
    const bill = await of.bill(billNo);
    // Two people of 5,000.00: 24 % + 1 % + 0.2 % as in AT-06 (base 3,450.00: 869.40).
    expect(bill.totalFen).toBe(2 * 126_000);
    await read(of.services, systemActor('test'), async (ctx) => {
      const env = await openEnv(ctx, of.deps, EMPLOYER, false);
      const people = await billPersons(env, billNo);
      expect(new Set(people.map((one) => one.name))).toEqual(new Set(['样2', '样3']));
      expect(sumFen(people, (one) => one.employerFen + one.personFen)).toBe(bill.totalFen);
      const answer = await explain(env, {
        billNo,
        insurance: 'pension',
        kind: 'MONTHLY',
        month: '2023-04',
        part: 'employer',
      });
      expect([answer.matches, answer.storedFen, answer.partsTotal]).toEqual([true, 2 * 80_000, 2]);
      const whole = await explain(env, { billNo, part: 'total' });
      expect(whole.parts.map((part) => part.words)).toEqual(Array(3).fill('2 人，基数合计 10,000.00'));
    });
    await expectIntact(of);
  });
});

describe('后办先撤 of 停保', () => {
  test('its 多缴退费 stands (CAN-001)', async () => {
    const of = await begin();
    const { caseNo } = await of.submit(EMPLOYER, 'emp.suspend', stop(1, '2023-01-31'));
    const refund = await of.submit(EMPLOYER, 'refund.emp', {
      idNo: idNo(1),
      months: '2023-02',
      attachments: [{ name: 'x.pdf', content: '%PDF-1.7' }],
    });
    expect(await canUndo(of, EMPLOYER, caseNo)).toEqual(['CAN-001']);
    expect(await refusals(of.undo(EMPLOYER, caseNo))).toEqual(['CAN-001']);
    await of.undo(EMPLOYER, refund.caseNo);
    await of.undo(EMPLOYER, caseNo);
    await expectIntact(of);
  });

  test('a refund whose person has been enrolled again for a refunded month (CAN-001)', async () => {
    const of = await begin();
    await of.submit(EMPLOYER, 'emp.suspend', stop(1, '2023-01-31'));
    const refund = await of.submit(EMPLOYER, 'refund.emp', {
      idNo: idNo(1),
      months: '2023-02,2023-03',
      attachments: [{ name: 'x.pdf', content: '%PDF-1.7' }],
    });
    const again = await of.submit(EMPLOYER, 'emp.enroll', {
      people: [{ idNo: idNo(1), name: '样1', entryDate: '2023-03-06', wage: '5000' }],
    });
    expect((await standing(of)).free).toHaveLength(3);
    expect(await refusals(of.undo(EMPLOYER, refund.caseNo))).toEqual(['CAN-001']);
    await of.undo(EMPLOYER, again.caseNo);
    await of.undo(EMPLOYER, refund.caseNo);
    await expectIntact(of);
  });

  test('another employer has enrolled the person (REG-009), or this one has again (CAN-001)', async () => {
    const of = await begin();
    const { caseNo } = await of.submit(EMPLOYER, 'emp.suspend', stop(1, '2023-03-31'));
    const joined = await of.submit(OTHER, 'emp.enroll', {
      people: [{ idNo: idNo(1), name: '样1', entryDate: '2023-04-03', wage: '5000' }],
    });
    expect(await canUndo(of, EMPLOYER, caseNo)).toEqual(['REG-009']);
    expect(await refusals(of.undo(EMPLOYER, caseNo))).toEqual(['REG-009']);
    await of.undo(OTHER, joined.caseNo);
    await of.submit(EMPLOYER, 'emp.enroll', {
      people: [{ idNo: idNo(1), name: '样1', entryDate: '2023-04-03', wage: '5000' }],
    });
    expect(await refusals(of.undo(EMPLOYER, caseNo))).toEqual(['CAN-001']);
  });

  test('a month has been declared without the person (CAN-001)', async () => {
    const of = await begin();
    const { caseNo } = await of.submit(EMPLOYER, 'emp.suspend', stop(1, '2023-03-31'));
    const declared = await of.submit(EMPLOYER, 'unit.declare', { month: '2023-04' });
    expect(await refusals(of.undo(EMPLOYER, caseNo))).toEqual(['CAN-001']);
    await of.undo(EMPLOYER, declared.caseNo);
    await of.undo(EMPLOYER, caseNo);
    await expectIntact(of);
  });
});

describe('停保 while a later month is paid but not allocated', () => {
  test('is done like that of an allocated month: the money waits for 多缴退费', async () => {
    const of = await begin();
    await of.submit(EMPLOYER, 'unit.declare', { month: '2023-04' });
    const bill = await of.submit(EMPLOYER, 'bill.issue');
    await pay(of, bill.refs.billNo ?? '', '2023-04-10 10:00');
    const stopped = await of.submit(EMPLOYER, 'emp.suspend', stop(1, '2023-03-31'));
    expect(stopped.notices.map((notice) => notice.text)).toEqual([
      '停保以后的2023年4月费款刚到账，配账以后可办“单位职工社会保险费多缴退费申报”。',
    ]);
    expect(stopped.nextSteps.map((step) => step.to)).toEqual(['/people']);
    const refund = { idNo: idNo(1), months: '2023-04', attachments: [{ name: 'x.pdf', content: '%PDF-1.7' }] };
    const early = await of.preview(EMPLOYER, 'refund.emp', refund);
    expect(early.problems.map((one) => one.why)).toEqual(['2023年4月的费款刚到账，还没有配账到人。']);
    await of.post('2023-04-10 12:00');
    await of.allocate('2023-04-11 02:00');
    of.setTime('2023-04-11 09:00');
    await of.submit(EMPLOYER, 'refund.emp', refund);
    await expectIntact(of);
  });
});
