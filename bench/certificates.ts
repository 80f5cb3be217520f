/** P12: certificates with seal, QR code and signature, each for somebody else, kept in the archive. */
import { issueCertificateDocument } from '../src/archive/index.ts';
import { type CivilDate, type Moment, month } from '../src/kernel/month.ts';
import { createClock } from '../src/platform/clock/index.ts';
import { openDb } from '../src/platform/db.ts';
import { createLog } from '../src/platform/log.ts';
import { stopRenderer } from '../src/platform/pdf/render.ts';
import { type Services, systemActor, transact } from '../src/platform/services.ts';
import { officeOf } from '../src/rules/index.ts';
import { REGION } from './city.ts';
import { type Bench, grouped, type Line, median, type Outcome, quantile, seconds, timed } from './harness.ts';

const DOCUMENTS = 60;
const ROWS = 20;
const MS_MAX = 20;
const BYTES_MAX = 100_000;
const AT = '2023-04-10T09:00:00.000+08:00' as Moment;
const NAMES = '赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许';

const certificate = (n: number) => ({
  employerNo: String(990_000_101 + n),
  employerName: `示例${NAMES[n % NAMES.length]}记第${n}号商贸有限公司`,
  insuranceName: '失业保险',
  payerCount: ROWS,
  region: '宜昌市',
  period: month('2023-04'),
  inArrears: false,
  ...officeOf(REGION),
  verifyMonths: 3,
  printedOn: '2023-04-10' as CivilDate,
  rows: Array.from({ length: ROWS }, (_, i) => ({
    name: `${NAMES[(n + i) % NAMES.length]}样${NAMES[(n * 7 + i * 3) % NAMES.length]}`,
    idNo: `42999919900101${String((n * ROWS + i) % 10_000).padStart(4, '0')}`,
    personNo: String(94_200_100_000 + n * ROWS + i),
    from: month('2022-07'),
    to: month('2023-03'),
    status: '实缴到账',
  })),
});

export async function run(bench: Bench): Promise<Outcome> {
  const database = await bench.database('bench_certificates');
  const db = openDb(database.url, { max: 2 });
  const clock = createClock({ offsetMs: 0, frozenAt: AT });
  const services: Services = { db, clock, region: REGION, mode: 'test', log: createLog('silent') };
  const options = { verifyPage: 'http://127.0.0.1:8080/verify' };
  let bytes: Uint8Array = new Uint8Array();
  const issue = (n: number): Promise<number> =>
    timed(() =>
      transact(services, systemActor('bench'), async (ctx) => {
        ({ bytes } = await issueCertificateDocument(ctx, certificate(n), { ...options, ref: `bench-${n}` }));
      }),
    );
  try {
    await database.pool.query('create table bench_bytes (bytes bytea)');
    const first = await issue(0);
    const product: number[] = [];
    const floor: number[] = [];
    let largest = 0;
    for (let n = 1; n <= DOCUMENTS; n += 1) {
      product.push(await issue(n));
      largest = Math.max(largest, bytes.length);
      floor.push(await timed(() => database.pool.query('insert into bench_bytes values ($1)', [Buffer.from(bytes)])));
    }
    const ms = median(product);
    const size = `${DOCUMENTS} 份，每份 ${ROWS} 人`;
    const lines: Line[] = [
      {
        ...{ p: 'P12', what: '参保证明一份，第一份之后', size, floor: seconds(median(floor)) },
        product: `${seconds(ms)}，p95 ${seconds(quantile(product, 0.95))}，第一份 ${seconds(first)}`,
        ...{ result: seconds(ms), target: `≤ ${MS_MAX} ms`, met: ms <= MS_MAX },
      },
      {
        ...{ p: 'P12', what: '参保证明最大的一份', size, floor: '', product: `${grouped(largest)} 字节` },
        ...{ result: `${(largest / 1000).toFixed(0)} kB`, target: '≤ 100 kB', met: largest <= BYTES_MAX },
      },
    ];
    return { lines };
  } finally {
    await stopRenderer();
    await db.destroy();
    await database.drop();
  }
}
