/** Closes one month of the city of month-close.ts and says after each range how far it is: the process that is killed. */

import { REGION } from '../../bench/city.ts';
import { cityLaw } from '../../bench/law.ts';
import { monthClose } from '../../src/collection/batch/index.ts';
import { subscribe } from '../../src/collection/index.ts';
import { fundListener } from '../../src/fund/index.ts';
import { atTime, firstDay, month } from '../../src/kernel/month.ts';
import { openPool } from '../../src/platform/db.ts';

const [url = '', monthText = '', workers = '2', rangeSize = '50'] = process.argv.slice(2);
subscribe(fundListener);
const of = month(monthText);
const pool = openPool(url, { max: Number(workers), applicationName: 'month-close' });
const say = (text: string): void => void process.stdout.write(`${text}\n`);
say('begin');
const result = await monthClose(pool, {
  ...{ region: REGION, month: of, law: cityLaw(REGION), slot: atTime(firstDay(of), '00:30') },
  ...{ workers: Number(workers), rangeSize: Number(rangeSize) },
  onProgress: ({ employers }) => say(`booked ${employers}`),
});
say(result.complete && result.skipped.length === 0 ? 'complete' : 'incomplete');
await pool.end();
