/** What stops one bill, and what stops the run. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Ctx } from '../platform/context.ts';
import { isConnectionLost, run, sql } from '../platform/db.ts';
import { type JobControl, JobStopped } from '../platform/jobs/index.ts';
import { momentAt, type TestServices, testServices } from '../platform/testing/services.ts';
import { eachBill, eachRange } from './each-bill.ts';

const SLOT = momentAt('2023-04-10 04:00');
/** As much as one transaction takes (each-bill.ts). */
const RANGE = 2_500;

let services: TestServices;
beforeAll(async () => {
  services = await testServices();
});
afterAll(() => services.close());

/** The ranges that were tried, by how many bills they had. */
let tried: number[] = [];
beforeEach(() => {
  tried = [];
});

const bills = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `B${String(index).padStart(5, '0')}`);

function posting(billNos: readonly string[], work: (ctx: Ctx, billNos: readonly string[]) => Promise<unknown>) {
  return eachRange(services, {
    name: 'test-post',
    label: '登账',
    list: async () => billNos,
    work: async (ctx, range) => {
      tried.push(range.length);
      await work(ctx, range);
      return { done: range.length, busy: [], ref: null, detail: {} };
    },
  });
}

const control = (signal = new AbortController().signal): JobControl => ({ signal, progress: () => undefined });
/** What an administrator's shutdown does to it. */
const cutOff = (ctx: Ctx) => run(ctx.tx, sql`select pg_terminate_backend(pg_backend_pid())`);

test('a lost connection is no fault of a bill: the run fails once, with that error', async () => {
  const cut = posting(bills(100), (ctx) => cutOff(ctx))(SLOT, control());
  await expect(cut).rejects.toSatisfy(isConnectionLost);
  expect(tried).toEqual([100]);
});

test('the same for bills that are each a piece of work', async () => {
  const job = eachBill(services, {
    name: 'test-expire',
    label: '失效',
    list: async () => bills(100),
    work: async (ctx) => {
      tried.push(1);
      await cutOff(ctx);
      return true;
    },
  });
  await expect(job(SLOT, control())).rejects.toSatisfy(isConnectionLost);
  expect(tried).toEqual([1]);
});

test('with the connection of one range lost the others are not begun, and the run ends when those under way have', async () => {
  let underWay = 0;
  const cut = posting(bills(6 * RANGE), async (ctx, [first]) => {
    underWay += 1;
    try {
      if (first === 'B00000') await cutOff(ctx);
      else await run(ctx.tx, sql`select pg_sleep(0.3)`);
    } finally {
      underWay -= 1;
    }
  })(SLOT, control());
  await expect(cut).rejects.toSatisfy(isConnectionLost);
  expect(underWay).toBe(0);
  expect(tried).toEqual([RANGE, RANGE]);
});

test.each([
  ['refused by a key', (ctx: Ctx) => run(ctx.tx, sql`select 1 / 0`)],
  ['refused by the program', async () => Promise.reject(new Error('books do not take it'))],
  [
    'too slow for the server',
    async (ctx: Ctx) => {
      await run(ctx.tx, sql`set local statement_timeout = 10`);
      await run(ctx.tx, sql`select pg_sleep(5)`);
    },
  ],
])('a bill %s stops no other', async (_what, refusal) => {
  const done: string[] = [];
  const job = posting(bills(8), async (ctx, range) => {
    if (range.includes('B00003')) await refusal(ctx);
    done.push(...range);
  });
  await expect(job(SLOT, control())).rejects.toThrow('登账 7，失败 1：B00003');
  expect(done).toEqual(bills(8).filter((billNo) => billNo !== 'B00003'));
});

test('told to stop, it does not go on to the halves of a range that failed', async () => {
  const stop = new AbortController();
  const job = posting(bills(100), async () => {
    stop.abort('CANCELLED');
    throw new Error('books do not take it');
  });
  await expect(job(SLOT, control(stop.signal))).rejects.toBeInstanceOf(JobStopped);
  expect(tried).toEqual([100]);
});
