/** The month of a whole city beside the plain COPY of its lines (P1), its bytes (P4), two workers against one (P8), its memory (P9). */
import type { Pool } from 'pg';
import { ACCOUNTS } from '../src/fund/index.ts';
import { addMonths, type Month, month } from '../src/kernel/month.ts';
import { BOOKED_THROUGH, buildCity } from './city.ts';
import { runFloor } from './floor.ts';
import {
  type Bench,
  type BenchDatabase,
  type GrowthPoint,
  grouped,
  inTurn,
  type Line,
  median,
  type Outcome,
  ofPeople,
  ratioLine,
  scalar,
  seconds,
  timed,
} from './harness.ts';
import { openCloser } from './month-closer.ts';

const BYTES_MAX = 80;
const RSS_MIB_MAX = 256;
const TWO_WORKERS_MAX = 0.65;

const WRITTEN_BYTES = `
  select sum(pg_total_relation_size(oid))::bigint as value
  from pg_class where relkind in ('r', 'm')
    and relname ~ '^(collection_assessment|collection_block|fund_voucher|fund_entry)'`;

/** The server's own compression, of the arrays of a block. */
const COMPRESS = `alter table bench_copy set (toast_tuple_target = 128), ${[
  'person_nos',
  'cell_base_fen',
  'cell_employer_fen',
  'cell_person_fen',
]
  .map((column) => `alter ${column} set compression pglz, alter ${column} set storage main`)
  .join(', ')}`;

type Measured = {
  readonly people: number;
  readonly close: readonly number[];
  readonly floor: readonly number[];
  readonly againMs: number;
  /** Two connections and, in turn, one. */
  readonly two: readonly number[];
  readonly alone: readonly number[];
  readonly rssMiB: number;
  readonly bytesPerPersonMonth: number;
  readonly compressedPerPersonMonth: number;
};

export async function run(bench: Bench): Promise<Outcome> {
  const measured: Measured[] = [];
  for (const people of bench.people) measured.push(await measure(bench, people));
  return { lines: measured.flatMap(linesOf(bench.workers)).concat(growthLines(measured)), growth: points(measured) };
}

async function measure(bench: Bench, people: number): Promise<Measured> {
  const database = await bench.database(`bench_${people}`);
  try {
    bench.say(`${grouped(people)} people: building the city …`);
    bench.say(`  built in ${seconds(await timed(() => buildCity(database.pool, people)))}`);
    return await measureMonths(bench, database, people);
  } finally {
    await database.drop();
  }
}

async function measureMonths(bench: Bench, { pool, url }: BenchDatabase, people: number): Promise<Measured> {
  const { repetitions, workers } = bench;
  const close: number[] = [];
  const floor: number[] = [];
  let of: Month = month(BOOKED_THROUGH);
  let lines = 0;
  let rssMiB = 0;
  const closer = openCloser(url, Math.max(workers, 2) + 1);
  const closeMonth = async (withWorkers: number): Promise<number> => {
    of = addMonths(of, 1);
    await pool.query('checkpoint');
    const closed = await closer.close(of, withWorkers);
    ({ lines, rssMiB } = closed);
    return closed.ms;
  };
  const before = await scalar<number>(pool, WRITTEN_BYTES);
  for (let i = 0; i < repetitions; i += 1) {
    close.push(await closeMonth(workers));
    floor.push(await runFloor(pool, lines));
    bench.say(`  ${of}: ${Math.round(close.at(-1) ?? 0)} ms, floor ${Math.round(floor.at(-1) ?? 0)} ms`);
  }
  const bytes = (await scalar<number>(pool, WRITTEN_BYTES)) - before;
  const again = await closer.close(of, workers);
  if (again.lines !== 0) throw new Error('the second run of a month posted something');
  const againMs = again.ms;
  const { product: two, floor: alone } = await inTurn(
    repetitions,
    () => closeMonth(2),
    () => closeMonth(1),
  );
  closer.end();
  await verify(pool, lines * 3 * repetitions);
  const bytesPerPersonMonth = bytes / (people * repetitions);
  return {
    ...{ people, close, floor, two, alone, rssMiB, againMs, bytesPerPersonMonth },
    compressedPerPersonMonth: bytesPerPersonMonth - (await savedByCompression(pool, of)) / people,
  };
}

/** Bytes that the lines of a month need less when the server compresses them. */
async function savedByCompression(pool: Pool, of: Month): Promise<number> {
  const sizeOf = async (setUp: string): Promise<number> => {
    await pool.query(`create unlogged table bench_copy (like collection_block including indexes); ${setUp}`);
    await pool.query(`insert into bench_copy select * from collection_block where month = '${of}'`);
    const bytes = await scalar<number>(pool, `select pg_total_relation_size('bench_copy') as value`);
    await pool.query('drop table bench_copy');
    return bytes;
  };
  return (await sizeOf('')) - (await sizeOf(COMPRESS));
}

/** What is in the tables is what was reported, and the books balance. */
async function verify(pool: Pool, lines: number): Promise<void> {
  const posted = await scalar<number>(pool, 'select count(*)::bigint as value from collection_line');
  const open = await scalar<number>(
    pool,
    `select ((select sum(employer_fen + person_fen) from collection_due)
             - (select sum(debit_fen) from fund_entry where account = '${ACCOUNTS.receivable}'))::bigint as value`,
  );
  if (posted !== lines || open !== 0) throw new Error(`lines ${posted} of ${lines}, books differ by ${open} fen`);
}

const linesOf =
  (workers: number) =>
  ({ people, close, floor, againMs, two, alone, rssMiB, ...of }: Measured): Line[] => {
    const size = ofPeople(people);
    const taken = { product: close, floor };
    return [
      ratioLine({ p: 'P1', what: `月结，${workers} 个连接`, size, taken, atMost: 1 }),
      {
        ...{ p: 'P1', what: '同一个月再做一遍，什么都不过账', size, floor: '', target: '', met: null },
        product: seconds(againMs),
        result: `×${(againMs / median(close)).toFixed(2)} 月结`,
      },
      {
        ...{ p: 'P4', what: '一个人月占的字节，连主键与索引', size, floor: '', target: `≤ ${BYTES_MAX}` },
        product: `${of.bytesPerPersonMonth.toFixed(0)} 字节`,
        result: of.bytesPerPersonMonth.toFixed(0),
        met: of.bytesPerPersonMonth <= BYTES_MAX,
      },
      {
        ...{
          p: 'P4',
          what: '若压缩：关账月的明细交给服务器（pglz），产品不这样做',
          ...{ size, floor: '', target: '', met: null },
        },
        product: `${of.compressedPerPersonMonth.toFixed(0)} 字节`,
        result: of.compressedPerPersonMonth.toFixed(0),
      },
      ratioLine({
        p: 'P8',
        what: '2 个连接对一个',
        size,
        taken: { product: two, floor: alone },
        atMost: TWO_WORKERS_MAX,
      }),
      {
        ...{ p: 'P9', what: '运行月结的进程的内存峰值', size, floor: '', target: `≤ ${RSS_MIB_MAX} MiB` },
        product: `${rssMiB.toFixed(0)} MiB`,
        result: rssMiB.toFixed(0),
        met: rssMiB <= RSS_MIB_MAX,
      },
    ];
  };

/** How the time grows from one size to the next; ten times the people should take at most eleven times as long. */
function growthLines(measured: readonly Measured[]): Line[] {
  return measured.slice(1).map((one, i) => {
    const former = measured[i] as Measured;
    const growth = median(one.close) / median(former.close);
    const people = one.people / former.people;
    return {
      ...{ p: 'P9', what: `时间随人数增长（自 ${ofPeople(former.people)}）`, size: ofPeople(one.people) },
      product: seconds(median(one.close)),
      floor: seconds(median(former.close)),
      result: `×${growth.toFixed(1)}`,
      target: `≤ ×${(people * 1.1).toFixed(1)}`,
      met: growth <= people * 1.1,
    };
  });
}

function points(measured: readonly Measured[]): GrowthPoint[] {
  return measured.flatMap(({ people, close, floor }) => [
    { series: '月结', people, ms: median(close) },
    { series: '月结的下限', people, ms: median(floor) },
  ]);
}
