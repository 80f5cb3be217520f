/** A wage corrected back for twelve months: one act per employer, its people × three insurances × twelve months by difference. */
import { monthClose } from '../src/collection/batch/index.ts';
import { cellsOfMonths, loadFacts, planLines, postAssessment, sumPosted } from '../src/collection/index.ts';
import { INSURANCES } from '../src/kernel/insurance.ts';
import { addMonths, atTime, firstDay, type Moment, month } from '../src/kernel/month.ts';
import { createClock } from '../src/platform/clock/index.ts';
import { openDb } from '../src/platform/db.ts';
import { createLog } from '../src/platform/log.ts';
import { type Services, systemActor, transact } from '../src/platform/services.ts';
import { lockEmployer } from '../src/registry/index.ts';
import { declareWages } from '../src/wages/index.ts';
import { BOOKED_THROUGH, buildCity, PEOPLE_PER_EMPLOYER, REGION } from './city.ts';
import { runFloor } from './floor.ts';
import { type Bench, inTurn, type Outcome, ofPeople, ratioLine } from './harness.ts';
import { cityLaw } from './law.ts';

const PEOPLE_MAX = 2_000;
const MONTHS = 12;
/** Within the limits of the base, whatever round it is. */
const FIRST_WAGE_FEN = 500_000;

export async function run(bench: Bench): Promise<Outcome> {
  const database = await bench.database('bench_back_dated');
  const law = cityLaw(REGION);
  const people = Math.min(PEOPLE_MAX, Math.max(...bench.people));
  const first = addMonths(month(BOOKED_THROUGH), 1);
  const months = Array.from({ length: MONTHS }, (_, i) => addMonths(first, i));
  const now = atTime(firstDay(addMonths(first, MONTHS)), '09:00') as Moment;
  const db = openDb(database.url, { max: 2 });
  const clock = createClock({ offsetMs: 0, frozenAt: now });
  const services: Services = { db, clock, region: REGION, mode: 'test', log: createLog('silent') };
  try {
    await buildCity(database.pool, people);
    for (const of of months) {
      const slot = atTime(firstDay(of), '00:30');
      await monthClose(database.pool, { region: REGION, month: of, law, workers: 1, slot });
    }
    const { rows: employers } = await database.pool.query<{ employer_no: string }>(
      'select employer_no from registry_employer order by employer_no',
    );
    const correct = (employerNo: string, caseNo: string, wageFen: number): Promise<number> =>
      transact(services, systemActor('bench'), async (ctx) => {
        await lockEmployer(ctx.tx, REGION, employerNo);
        const before = await loadFacts(ctx.tx, REGION, employerNo);
        const wages = [...before.persons.keys()].map((personNo) => ({
          ...{ personNo, from: first, basis: 'DECLARED' as const, wageFen },
        }));
        await declareWages(ctx, employerNo, caseNo, wages);
        const facts = await loadFacts(ctx.tx, REGION, employerNo);
        const posted = await sumPosted(ctx.tx, REGION, employerNo, months);
        const cells = cellsOfMonths(facts, posted, INSURANCES, months, 'MONTHLY');
        const lines = planLines(law, REGION, facts, posted, cells);
        await postAssessment(ctx, law, employerNo, { act: 'CORRECTION', caseNo }, lines);
        return lines.length;
      });
    let lines = 0;
    const taken = await inTurn(
      bench.repetitions,
      async (round) => {
        const started = performance.now();
        lines = 0;
        for (const [i, { employer_no }] of employers.entries()) {
          const caseNo = `${REGION}20240401${String(round * employers.length + i + 1).padStart(6, '0')}`;
          lines += await correct(employer_no, caseNo, FIRST_WAGE_FEN + round * 10_000);
        }
        return performance.now() - started;
      },
      () => runFloor(database.pool, lines),
    );
    const size = `${ofPeople(people)}，每单位 ${PEOPLE_PER_EMPLOYER} 人`;
    return { lines: [ratioLine({ p: '–', what: `工资更正，重算 ${MONTHS} 个月，每单位一次提交`, size, taken })] };
  } finally {
    await db.destroy();
    await database.drop();
  }
}
