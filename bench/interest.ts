/** The yearly interest of every personal account beside reading what it must read and writing one row per entry (P6). */
import { finished } from 'node:stream/promises';
import type { Pool } from 'pg';
import { from } from 'pg-copy-streams';
import { annualInterest } from '../src/account/index.ts';
import { monthClose } from '../src/collection/batch/index.ts';
import { addDays, addMonths, atTime, firstDay, type Month, month } from '../src/kernel/month.ts';
import { copyWriter, openCopySession } from '../src/platform/copy/index.ts';
import { openDb } from '../src/platform/db.ts';
import { interestRatePpm } from '../src/rules/index.ts';
import { insertBills } from './bills.ts';
import { BOOKED_THROUGH, buildCity, REGION } from './city.ts';
import {
  type Bench,
  type BenchDatabase,
  grouped,
  inTurn,
  type Line,
  type Outcome,
  ofPeople,
  ratioLine,
  scalar,
  seconds,
  timed,
} from './harness.ts';
import { CITY_LAW } from './law.ts';

const AT_MOST = 1.2;
/** As for the month (P9). */
const RSS_MIB_MAX = 256;
/** The months of this year that the city has are paid in their own month. */
const YEAR = 2023;
const SLOT = atTime(firstDay(month('2024-07')), '03:30');

export async function run(bench: Bench): Promise<Outcome> {
  const lines: Line[] = [];
  for (const people of bench.people) lines.push(...(await measure(bench, people)));
  return { lines };
}

async function measure(bench: Bench, people: number): Promise<Line[]> {
  const database = await bench.database(`bench_interest_${people}`);
  const { pool } = database;
  try {
    bench.say(`${grouped(people)} people: building the city and its months …`);
    bench.say(`  built in ${seconds(await timed(() => build(bench, database, people)))}`);
    let persons = 0;
    let rss = 0;
    const interest = async () =>
      annualInterest(pool, {
        ...{ region: REGION, year: YEAR, law: CITY_LAW, slot: SLOT },
        onProgress: () => {
          rss = Math.max(rss, process.memoryUsage.rss());
        },
      });
    const taken = await inTurn(
      bench.repetitions,
      async () => {
        await clear(pool);
        const ms = await timed(async () => {
          persons = (await interest()).persons;
        });
        bench.say(`  ${Math.round(ms)} ms, ${grouped(persons)} entries`);
        return ms;
      },
      () => floor(pool, persons),
    );
    const againMs = await timed(async () => {
      if ((await interest()).persons !== 0) throw new Error('the second run wrote something');
    });
    await verify(pool, persons);
    const size = ofPeople(people);
    return [
      ratioLine({ p: 'P6', what: '年度计息，九个月的缴费', size, taken, atMost: AT_MOST }),
      {
        ...{ p: 'P6', what: '同一年再计一遍，什么都不写', size, floor: '', target: `≤ ${RSS_MIB_MAX} MiB` },
        product: seconds(againMs),
        result: `内存 ${(rss / 2 ** 20).toFixed(0)} MiB`,
        met: rss <= RSS_MIB_MAX * 2 ** 20,
      },
    ];
  } finally {
    await database.drop();
  }
}

async function build(bench: Bench, { pool, url }: BenchDatabase, people: number): Promise<void> {
  await buildCity(pool, people);
  const db = openDb(url, { max: 1 });
  for (let of: Month = addMonths(month(BOOKED_THROUGH), 1); of <= `${YEAR}-12`; of = addMonths(of, 1)) {
    const slot = atTime(firstDay(of), '00:30');
    await monthClose(pool, { region: REGION, month: of, law: CITY_LAW, slot, workers: bench.workers });
    await insertBills(db, of, { state: 'ALLOCATED', at: atTime(addDays(firstDay(of), 14), '02:00') });
  }
  await db.destroy();
  await pool.query('vacuum analyze');
}

async function clear(pool: Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('set session_replication_role = replica');
    await client.query('truncate account_interest');
    await client.query('set session_replication_role = origin');
    await client.query('checkpoint');
  } finally {
    client.release();
  }
}

/** The columns that must be read, table by table and without putting them together, and one plain row per entry into a table without a key. */
async function floor(pool: Pool, entries: number): Promise<number> {
  const copy = await openCopySession(pool);
  const client = await pool.connect();
  try {
    await client.query(
      `drop table if exists bench_floor; create table bench_floor as select * from account_entry limit 0`,
    );
    await client.query('checkpoint');
    const reading = await timed(async () => {
      for (const query of [
        'select block_id, month, insurances, person_nos, cell_base_fen, rates_ppm, cell_person_fen from collection_block',
        'select due_id, bill_no from collection_bill_due where live',
        'select bill_no, settled_at from collection_bill',
      ])
        await copy.copyOutParts(query, () => undefined);
    });
    const writer = copyWriter(1 << 20);
    return (
      reading +
      (await timed(async () => {
        await client.query('begin');
        const stream = client.query(from('copy bench_floor from stdin (format binary)'));
        const part = 10_000;
        for (let start = 0; start < entries; start += part) {
          writer.reset();
          for (let i = start; i < Math.min(entries, start + part); i += 1) {
            writer.row(9);
            writer.ascii(REGION);
            writer.ascii(`01J00000000000000000${String(i).padStart(6, '0')}`);
            writer.ascii(String(42_000_000_001 + i));
            writer.ascii('INTEREST');
            writer.int8(7_000 + (i % 997));
            writer.date(`${YEAR}-12-31`);
            writer.ascii(String(YEAR));
            writer.timestamptz(SLOT);
            writer.ascii('system:annual-interest');
          }
          const bytes = writer.bytes();
          const head = start === 0 ? 0 : 19;
          const tail = start + part >= entries ? 0 : 2;
          if (!stream.write(Buffer.from(bytes.subarray(head, bytes.length - tail))))
            await new Promise((resolve) => stream.once('drain', resolve));
        }
        stream.end();
        await finished(stream);
        await client.query('commit');
      }))
    );
  } finally {
    client.release();
    copy.release();
  }
}

/** Σ of the entries is what the rule says of everybody, counted once more by the database from the long form of the lines. */
async function verify(pool: Pool, persons: number): Promise<void> {
  const ratePpm = interestRatePpm(CITY_LAW.book, REGION, YEAR);
  const wrong = await scalar<number>(
    pool,
    `select count(*)::bigint as value from (
       select person_no, round(sum(person_fen * (12 - right(month, 2)::int + 1)) * ${ratePpm} / 12000000.0) as fen
       from collection_line where insurance = 'pension' group by person_no) own
     full join (select person_no, fen from account_all_entries) entry using (person_no)
     where coalesce(own.fen, 0) <> coalesce(entry.fen, 0)`,
  );
  const count = await scalar<number>(pool, 'select count(*)::bigint as value from account_all_entries');
  if (wrong !== 0 || count !== persons) throw new Error(`${wrong} entries differ, ${count} of ${persons} there`);
}
