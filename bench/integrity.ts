/** The nightly check of all promises on a loaded city: how long it takes and in how much memory. There is no floor: it reads everything. */
import { loadCity } from '../src/app/generate/load.ts';
import { checkIntegrity } from '../src/control/index.ts';
import { atTime, firstDay, month } from '../src/kernel/month.ts';
import { openDb } from '../src/platform/db.ts';
import { REGION } from './city.ts';
import { type Bench, grouped, type Line, median, type Outcome, ofPeople, seconds, timed } from './harness.ts';

const YEAR = { from: month('2022-04'), through: month('2023-03') };
const NOW = atTime(firstDay(month('2023-04')), '04:00');
const LOOK_MS = 20;

export async function run(bench: Bench): Promise<Outcome> {
  const lines: Line[] = [];
  for (const people of bench.people) lines.push(await measure(bench, people));
  return { lines };
}

async function measure(bench: Bench, people: number): Promise<Line> {
  const { pool, url, drop } = await bench.database(`bench_integrity_${people}`);
  const db = openDb(url, { max: 1 });
  try {
    bench.say(`${grouped(people)} people: loading the city …`);
    await loadCity(pool, { ...YEAR, seed: 'integrity', people, region: REGION, now: NOW });
    let rss = 0;
    const look = setInterval(() => {
      rss = Math.max(rss, process.memoryUsage.rss());
    }, LOOK_MS);
    const taken: number[] = [];
    for (let round = 0; round < bench.repetitions; round += 1) {
      taken.push(
        await timed(async () => {
          const { violations } = await checkIntegrity({ db, region: REGION, now: NOW });
          if (violations > 0) throw new Error(`${violations} violations`);
        }),
      );
      bench.say(`  ${seconds(taken.at(-1) as number)}`);
    }
    clearInterval(look);
    return {
      ...{ p: '–', what: '八条承诺的夜间核对，一年的缴费', size: ofPeople(people), floor: '', target: '', met: null },
      product: seconds(median(taken)),
      result: `内存 ${(rss / 2 ** 20).toFixed(0)} MiB`,
    };
  } finally {
    await db.destroy();
    await drop();
  }
}
