import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { wireGauges } from '../../../wire/metrics.ts';
import { run, sql } from '../db.ts';
import { createHttpServer } from '../http/index.ts';
import { createScheduler, cronSlots } from '../jobs/index.ts';
import { momentAt, PLATFORM_MIGRATIONS, type TestServices, testServices } from '../testing/services.ts';
import { registerMetrics } from './index.ts';

let services: TestServices;
let app: FastifyInstance;
const TOKEN = 'a-token-of-the-test';
const ELSEWHERE = '192.0.2.7';

beforeAll(async () => {
  const wire = { name: 'wire', dir: join(import.meta.dirname, '../../../wire/migrations') };
  services = await testServices({ now: '2023-04-10 09:00', folders: [PLATFORM_MIGRATIONS, wire] });
  const job = (name: string, work: () => Promise<Record<string, number>>) => ({
    name,
    title: name,
    rule: '',
    slots: cronSlots('*/10 * * * *'),
    catchUp: 'last' as const,
    run: work,
  });
  const scheduler = createScheduler(services, [
    job('good', async () => ({ done: 1 })),
    job('bad', async () => Promise.reject(new Error('broken'))),
  ]);
  app = await createHttpServer({ services, title: 'test', findPrincipal: async () => undefined });
  app.get('/api/people/:id', async () => ({}));
  registerMetrics(app, {
    services,
    scheduler,
    token: TOKEN,
    gauges: [
      ...wireGauges(services.db, services.region, services.clock.now),
      { name: 'broken', help: 'a source that fails', read: () => Promise.reject(new Error('away')) },
    ],
  });
  await app.ready();
  await scheduler.nextSlot();
  services.clock.set({ offsetMs: 0, frozenAt: momentAt('2023-04-10 09:20') });
  await scheduler.runDue();
});
afterAll(async () => {
  await app.close();
  await services.close();
});

const page = async () => (await app.inject('/metrics')).body;
const measured = (text: string, series: string): number | undefined => {
  const line = text.split('\n').find((each) => each.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
};

test('requests are counted by route and status, and no address of a person stands in a label', async () => {
  await app.inject('/api/people/429999199001010015');
  await app.inject('/api/people/429999199001010023');
  await app.inject('/api/nothing/429999199001010031');
  const text = await page();
  const count = 'tongzheng_http_request_seconds_count';
  expect(measured(text, `${count}{method="GET",route="/api/people/:id",status="200"}`)).toBe(2);
  expect(measured(text, `${count}{method="GET",route="none",status="404"}`)).toBe(1);
  expect(text).not.toContain('429999199001');
});

test('jobs: what ran and what did not', async () => {
  const text = await page();
  expect(measured(text, 'tongzheng_job_last_success_timestamp_seconds{job="good"}')).toBeGreaterThan(1.7e9);
  expect(measured(text, 'tongzheng_job_last_success_timestamp_seconds{job="bad"}')).toBeUndefined();
  expect(measured(text, 'tongzheng_job_failed_runs{job="bad"}')).toBe(1);
  expect(measured(text, 'tongzheng_job_failed_runs{job="good"}')).toBe(0);
});

test('depth and age of what waits to be answered, in business time', async () => {
  for (const [id, at] of [
    ['first', '2023-04-10 09:05'],
    ['second', '2023-04-10 09:15'],
  ] as const) {
    await run(
      services.db,
      sql`insert into wire_outbox_item (region, peer, stream, item_id, type, entity, version, body, queued_at, changed_at)
          values (${services.region}, 'tax.429999', 'bills', ${id}, 'bill.issue', ${id}, 1, '', ${momentAt(at)}, ${momentAt(at)})`,
    );
  }
  const text = await page();
  expect(measured(text, 'tongzheng_outbox_items{peer="tax.429999",state="queued"}')).toBe(2);
  expect(measured(text, 'tongzheng_outbox_oldest_seconds{peer="tax.429999",state="queued"}')).toBe(15 * 60);
});

test('a source that fails takes nothing else with it', async () => {
  const text = await page();
  expect(text).toContain('tongzheng_db_connections{state="busy"}');
  // Not 0: that would say that all is well.
  expect(measured(text, 'tongzheng_broken')).toBeNaN();
});

test('from another machine only with the token, also through a proxy of this one', async () => {
  const ask = async (headers: Record<string, string>, remoteAddress = '127.0.0.1') =>
    (await app.inject({ url: '/metrics', headers, remoteAddress })).statusCode;
  expect(await ask({})).toBe(200);
  expect(await ask({}, ELSEWHERE)).toBe(404);
  expect(await ask({ 'x-forwarded-for': ELSEWHERE })).toBe(404);
  expect(await ask({ 'x-forwarded-for': `127.0.0.1, ${ELSEWHERE}` })).toBe(404);
  expect(await ask({ authorization: 'Bearer wrong' }, ELSEWHERE)).toBe(404);
  expect(await ask({ authorization: `Bearer ${TOKEN}` }, ELSEWHERE)).toBe(200);
});
