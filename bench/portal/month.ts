/** Closes month after month of another city in the same database until it is told to stop; a process of its own, as a job's worker is. */
import { CLOSE_WORKERS, monthClose } from '../../src/collection/batch/index.ts';
import { subscribe } from '../../src/collection/index.ts';
import { fundListener } from '../../src/fund/index.ts';
import { addMonths, atTime, firstDay, month } from '../../src/kernel/month.ts';
import { openPool } from '../../src/platform/db.ts';
import { BOOKED_THROUGH } from '../city.ts';
import { cityLaw } from '../law.ts';

const region = process.env.TONGZHENG_REGION ?? '';
const pool = openPool(process.env.DATABASE_URL ?? '', { max: CLOSE_WORKERS });
let stopping = false;
process.on('SIGTERM', () => {
  stopping = true;
});
subscribe(fundListener);
let of = month(BOOKED_THROUGH);
while (!stopping) {
  of = addMonths(of, 1);
  const slot = atTime(firstDay(of), '00:30');
  await monthClose(pool, { region, month: of, law: cityLaw(region), workers: CLOSE_WORKERS, slot });
  process.stdout.write(`${of}\n`);
}
await pool.end();
