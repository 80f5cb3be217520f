/** What the portal says of an act, before and after it: numbers, amounts, dates with what is left of them, and what is still to do. */
import { afterEach, expect, test } from 'vitest';
import { markAccepted, markPushed } from '../../src/collection/index.ts';
import type { Section } from '../../src/items/contract.ts';
import type { ItemEnv } from '../../src/items/model.ts';
import { billPage, billView } from '../../src/items/queries/bills.ts';
import { homeView } from '../../src/items/queries/home.ts';
import type { Month } from '../../src/kernel/month.ts';
import { systemActor, transact } from '../../src/platform/services.ts';
import { type Bureau, employer, idNo, openBureau } from './harness.ts';

const EMPLOYER = '990000901';
let bureau: Bureau | undefined;
afterEach(async () => {
  await bureau?.close();
  bureau = undefined;
});

const show = <T>(of: Bureau, work: (env: ItemEnv) => Promise<T>): Promise<T> => of.show(EMPLOYER, work);
const facts = (sections: readonly Section[]) =>
  sections.flatMap((one) => (one.type === 'facts' ? one.rows.map((row) => `${row.label} ${row.value}`) : []));

async function begin(): Promise<Bureau> {
  bureau = await openBureau({ at: '2023-04-10 09:00' });
  const paid = { from: '2022-07' as Month, to: '2023-03' as Month };
  const persons = [1, 2].map((index) => ({
    idNo: idNo(index),
    name: `样${index}`,
    from: '2022-07' as Month,
    baseFen: 500_000,
    paid,
  }));
  await bureau.open([employer({ bookedThrough: '2023-03', persons })]);
  return bureau;
}

test('declared, not billed: the amount, until when, and the button with both; then the bill by its number', async () => {
  const of = await begin();
  await of.submit(EMPLOYER, 'unit.declare', { month: '2023-04' });
  const { headline } = await show(of, (env) => homeView(env, null));
  // Two of 5,000.00: 16 % + 8 %, 0.7 % + 0.3 %, 0.2 %.
  expect(headline).toMatchObject({
    title: '4月费款：还没开单',
    amountFen: 252_000,
    employerFen: 169_000,
    personFen: 83_000,
    tag: '还剩 20 天',
    action: { label: '开认定单 · 2,520.00 元', to: '/items/bill.issue' },
  });
  expect(headline.sentence).toContain('请在 4月30日（周日）24:00 前开单');

  const preview = await of.preview(EMPLOYER, 'bill.issue');
  expect(facts(preview.sections)[0]).toBe('截止 4月23日（周日，补班）24:00，还剩 13 天');
  const issued = await of.submit(EMPLOYER, 'bill.issue');
  const billNo = issued.refs.billNo ?? '';
  expect(issued.sections[0]?.type).toBe('facts');
  expect(facts(issued.sections).slice(0, 3)).toEqual([
    `征集通知单据号 ${billNo.replace(/(.{4})(?=.)/g, '$1 ')}`,
    '应缴合计 2,520.00 元',
    '截止 4月23日（周日，补班）24:00，还剩 13 天',
  ]);

  await transact(of.services, systemActor('test'), async (ctx) => {
    await markPushed(ctx, billNo, ctx.now);
    await markAccepted(ctx, billNo, ctx.now);
  });
  const { rows } = await show(of, (env) => billPage(env, { page: 1, size: 20 }));
  const view = await show(of, (env) => billView(env, billNo, null));
  expect([rows[0]?.stateName, view.stateName, view.track[1]?.words]).toEqual(Array(3).fill('税务已接收，待缴费'));
});

test('fees that came after the bill of the month was paid are told as new ones, beside what has been paid', async () => {
  const of = await begin();
  await of.submit(EMPLOYER, 'unit.declare', { month: '2023-04' });
  const { refs } = await of.submit(EMPLOYER, 'bill.issue');
  await of.pay(refs.billNo ?? '', '2023-04-10 10:00');
  of.setTime('2023-04-11 09:00');
  await of.post('2023-04-10 12:00');
  await of.allocate('2023-04-11 02:00');
  const people = [{ idNo: idNo(3), name: '样三', entryDate: '2023-04-03', wage: '5000' }];
  await of.submit(EMPLOYER, 'emp.enroll', { people });
  const { headline } = await show(of, (env) => homeView(env, null));
  expect(headline).toMatchObject({ title: '4月费款：新增的还没开单', amountFen: 126_000 });
  expect(headline.sentence).toMatch(/^4月费款的单据已到账；后来核定的尚未开具认定单/);
});

test('a stop: why, what it takes off each month, and that the month is still to be declared', async () => {
  const of = await begin();
  const { personNo } = (
    await show(of, async (env) => {
      const { findPersonsByIdNo } = await import('../../src/registry/index.ts');
      return [...(await findPersonsByIdNo(env.ctx.tx, env.ctx.region, [idNo(1)])).values()];
    })
  )[0] ?? { personNo: '' };
  const form = { people: [{ idNo: personNo, suspendDate: '2023-03-31', reason: 'S02' }] };
  const preview = await of.preview(EMPLOYER, 'emp.suspend', form);
  expect(preview.rows?.[0]?.values).toMatchObject({ name: '样1', idNo: expect.stringContaining('********') });
  const table = preview.sections.find((one) => one.type === 'table');
  expect(table?.rows[0]).toMatchObject({ name: '样1', reason: '本人辞职', last: '2023-03' });
  const effect = ['每月少缴 1,260.00 元，按各人最后缴费月的基数和费率', '2023年4月 还没申报，申报时不再算这 1 人'];
  expect(facts(preview.sections)).toEqual(effect);
  const done = await of.submit(EMPLOYER, 'emp.suspend', form);
  expect(done.notDone).toBe('2023年4月费款还没申报：停保不代替申报');
  expect(done.nextSteps.map((step) => [step.label, step.primary])).toEqual([
    ['申报2023年4月费款', true],
    ['看参保人员', false],
  ]);

  await of.submit(EMPLOYER, 'unit.declare', { month: '2023-04' });
  const other = await of.submit(EMPLOYER, 'emp.suspend', {
    people: [{ idNo: idNo(2), suspendDate: '2023-03-31', reason: 'S02' }],
  });
  // Declared with him and not paid: the month is corrected at once.
  expect([facts(other.sections).length, other.notDone, other.sections.at(-1)?.type]).toEqual([1, undefined, 'amounts']);
});

test('stopped with months that are paid: which can be claimed back, and the way there with the months filled in', async () => {
  const of = await begin();
  const stop = (...index: readonly number[]) => ({
    people: index.map((one) => ({ idNo: idNo(one), suspendDate: '2022-11-30', reason: 'S02' })),
  });
  const words = (preview: { readonly notices: readonly { readonly text: string }[] }) =>
    preview.notices.map((notice) => notice.text);
  // December is paid too, but longer ago than three months.
  expect(words(await of.preview(EMPLOYER, 'emp.suspend', stop(1, 2)))).toEqual([
    '停保以后的2023年1月、2023年2月、2023年3月已经缴费，提交以后可办“单位职工社会保险费多缴退费申报”，一人一件。',
  ]);
  const done = await of.submit(EMPLOYER, 'emp.suspend', stop(1));
  expect(words(done)).toEqual([
    '停保以后的2023年1月、2023年2月、2023年3月已经缴费，可办“单位职工社会保险费多缴退费申报”。',
  ]);
  expect(done.nextSteps.map((step) => step.label)).toEqual(['申报2023年4月费款', '申请多缴退费', '看参保人员']);
  const [path, given] = done.nextSteps[1]?.to.split('?') ?? [];
  expect(path).toBe('/items/refund.emp');
  const { personNo, months } = Object.fromEntries(new URLSearchParams(given));
  expect(months).toBe('2023-01,2023-02,2023-03');
  // Only what the address cannot carry is still missing: the evidence, the account.
  const refund = await of.preview(EMPLOYER, 'refund.emp', { idNo: personNo, months: months?.split(',') });
  expect(refund.problems.map((one) => one.code)).toEqual(['REF-003', 'REF-005']);
});
