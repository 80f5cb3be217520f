/** ④ and ⑤ of a fully paid month beside appending one row per person, insurance and month (P5). */
import { eachRange } from '../src/app/each-bill.ts';
import { monthClose } from '../src/collection/batch/index.ts';
import { allocateBills, listBillsToAllocate, listBillsToPost, postBills, subscribe } from '../src/collection/index.ts';
import { ACCOUNTS, fundListener } from '../src/fund/index.ts';
import { addDays, addMonths, atTime, firstDay, type Moment, type Month, month } from '../src/kernel/month.ts';
import { createClock } from '../src/platform/clock/index.ts';
import { run as execute, openDb, sql } from '../src/platform/db.ts';
import { createLog } from '../src/platform/log.ts';
import type { Services } from '../src/platform/services.ts';
import { insertBills } from './bills.ts';
import { BOOKED_THROUGH, buildCity, REGION } from './city.ts';
import { runFloor } from './floor.ts';
import {
  type Bench,
  type BenchDatabase,
  grouped,
  type Outcome,
  ofPeople,
  ratioLine,
  scalar,
  seconds,
  timed,
} from './harness.ts';
import { CITY_LAW } from './law.ts';

const AT_MOST = 0.25;

let subscribed = false;

export async function run(bench: Bench): Promise<Outcome> {
  if (!subscribed) subscribe(fundListener);
  subscribed = true;
  const lines = [];
  for (const people of bench.people) lines.push(...(await measure(bench, people)));
  return { lines };
}

async function measure(bench: Bench, people: number): Promise<Outcome['lines']> {
  const database = await bench.database(`bench_allocation_${people}`);
  const db = openDb(database.url, { max: bench.workers + 1 });
  try {
    bench.say(`${grouped(people)} people: building the city …`);
    bench.say(`  built in ${seconds(await timed(() => buildCity(database.pool, people)))}`);
    const services: Services = {
      ...{ db, region: REGION, mode: 'test', log: createLog('silent') },
      clock: createClock({ offsetMs: 0, frozenAt: null }),
    };
    return await measureMonths(bench, database, services, people);
  } finally {
    await db.destroy();
    await database.drop();
  }
}

async function measureMonths(
  bench: Bench,
  { pool }: BenchDatabase,
  services: Services,
  people: number,
): Promise<Outcome['lines']> {
  const post = eachRange(services, { name: 'social-post', label: '登账', list: listBillsToPost, work: postBills });
  const allocate = eachRange(services, {
    name: 'allocate',
    label: '配账',
    list: listBillsToAllocate,
    work: allocateBills,
  });
  const control = { signal: new AbortController().signal, progress: () => undefined };
  const taken = { post: [] as number[], allocate: [] as number[], floor: [] as number[] };
  let of: Month = month(BOOKED_THROUGH);
  for (let i = 0; i < bench.repetitions; i += 1) {
    of = addMonths(of, 1);
    const first = firstDay(of);
    const slot = (days: number, time: string): Moment => atTime(addDays(first, days), time);
    const closed = await monthClose(pool, { region: REGION, month: of, law: CITY_LAW, slot: slot(0, '00:30') });
    const bills = await paidBills(services, of, slot(1, '09:00'));
    await pool.query('vacuum analyze');
    await pool.query('checkpoint');
    taken.post.push(await timed(async () => same(await post(slot(1, '12:00'), control), { 登账: bills })));
    await pool.query('checkpoint');
    taken.allocate.push(await timed(async () => same(await allocate(slot(2, '02:00'), control), { 配账: bills })));
    taken.floor.push(await runFloor(pool, closed.lines));
    bench.say(
      `  ${of}: ④ ${Math.round(taken.post[i] ?? 0)} ms, ⑤ ${Math.round(taken.allocate[i] ?? 0)} ms, floor ${Math.round(taken.floor[i] ?? 0)} ms`,
    );
  }
  const wrong = await scalar<number>(
    pool,
    `select ((select count(*) from collection_bill where state <> 'ALLOCATED')
             + (select count(*) from collection_due_state where settled_how is null)
             + abs((select sum(total_fen) from collection_bill)
                   - (select sum(credit_fen) from fund_entry where account in ('${ACCOUNTS.incomeEmployer}', '${ACCOUNTS.incomePerson}'))))::bigint as value`,
  );
  if (wrong !== 0) throw new Error('not everything was allocated, or the books differ from the bills');
  const size = ofPeople(people);
  return [
    ratioLine({ p: 'P5', what: '社保登账，缴齐的一个月', size, taken: { product: taken.post, floor: taken.floor } }),
    ratioLine({
      ...{ p: 'P5', what: '实收分配，缴齐的一个月', size, atMost: AT_MOST },
      taken: { product: taken.allocate, floor: taken.floor },
    }),
  ];
}

function same(found: unknown, wanted: unknown): void {
  if (JSON.stringify(found) !== JSON.stringify(wanted))
    throw new Error(`${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`);
}

/** The month's bills, paid whole at `at`. Returns how many. */
async function paidBills(services: Services, of: Month, at: Moment): Promise<number> {
  return services.db.transaction().execute(async (tx) => {
    const count = await insertBills(tx, of, { state: 'TAX_POSTED', at });
    await execute(
      tx,
      sql`insert into collection_receipt (region, receipt_no, bill_no, basis, payer, ticket_no, invoiced_at, paid_at, posted_at, received_at,
                                          total_fen, channel, lines, state)
          select b.region, 'R' || b.bill_no, b.bill_no, 'BILL', '示例', 'T' || b.bill_no, ${at}, ${at}, ${at}, ${at}, b.total_fen, 'BANK',
                 jsonb_agg(jsonb_build_object('insurance', d.insurance, 'part', p.part, 'fen', p.fen, 'monthFrom', d.month, 'monthTo', d.month)),
                 'MATCHED'
          from collection_bill b join collection_due d on d.region = b.region and d.employer_no = b.employer_no and d.month = ${of}
          cross join lateral (values ('EMPLOYER', d.employer_fen), ('PERSON', d.person_fen)) as p (part, fen)
          where b.region = ${services.region} and b.state = 'TAX_POSTED' and p.fen <> 0
          group by b.region, b.bill_no, b.total_fen`,
    );
    return count;
  });
}
