/** Two short lives of the city in every test run; `npm run simulate` plays longer and more of them. */
import { inject, test } from 'vitest';
import { month } from '../src/kernel/month.ts';
import { databasesOn } from './databases.ts';
import { runSteps } from './run.ts';
import { planSteps } from './steps.ts';

const MONTHS = 3;
const FROM = month('2023-01');
const TIMEOUT_MS = 300_000;

test.each(['101', '102'])('种子 %s：三个月，各种故障', { timeout: TIMEOUT_MS }, async (seed) => {
  const databases = databasesOn(inject('postgresUrl'));
  const steps = planSteps(seed, FROM, MONTHS);
  const { violations, failedAt, story } = await runSteps({ databases, seed, from: FROM, months: MONTHS, steps });
  if (violations.length > 0) {
    throw new Error(
      `npm run simulate -- --seed ${seed} --months ${MONTHS}\n第 ${failedAt ?? '末'} 步：${violations.slice(0, 5).join('\n')}\n${story.slice(-15).join('\n')}`,
    );
  }
});
