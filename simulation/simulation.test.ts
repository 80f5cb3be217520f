/** Ten short lives of the city in every test run; `npm run simulate` plays longer and more of them. */
import { beforeAll, expect, inject, test } from 'vitest';
import { month } from '../src/kernel/month.ts';
import { type Databases, databasesOn } from './databases.ts';
import { playSeed } from './seed.ts';

const MONTHS = 3;
const FROM = month('2023-01');
const TIMEOUT_MS = 300_000;
const SEEDS = ['101', '102', '103', '104', '105', '106', '107', '108', '109', '110'];

let databases: Databases;
beforeAll(() => {
  databases = databasesOn(inject('postgresUrl'));
});
const play = (seed: string, months: number) => playSeed(databases, { seed, from: FROM, months, shrinks: false });

test.each(SEEDS)('种子 %s：三个月，各种故障', { timeout: TIMEOUT_MS }, async (seed) => {
  const { violations, failedAt } = await play(seed, MONTHS);
  if (violations.length > 0) {
    throw new Error(
      `npm run simulate -- --seed ${seed} --months ${MONTHS} --verbose\n第 ${failedAt ?? '末'} 步：${violations.slice(0, 5).join('\n')}`,
    );
  }
});

test('the same seed tells the same story again, whatever the machine does meanwhile', {
  timeout: TIMEOUT_MS,
}, async () => {
  const first = await play('111', 1);
  let busy = true;
  const load = (async () => {
    while (busy) {
      for (let n = 0; n < 2_000_000; n += 1) Math.imul(n, n);
      await new Promise((done) => setTimeout(done, performance.now() % 3));
    }
  })();
  const again = await play('111', 1);
  busy = false;
  await load;
  expect(again.hash).toBe(first.hash);
  expect((await play('112', 1)).hash).not.toBe(first.hash);
});
