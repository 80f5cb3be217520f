import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Moment } from '../../kernel/month.ts';
import { openDb, sql } from '../db.ts';
import { momentAt, type TestServices, testServices } from '../testing/services.ts';
import { createScheduler, cronSlots, type Job } from './index.ts';

let services: TestServices;
beforeEach(async () => {
  services = await testServices({ now: '2023-04-10 09:00' });
});
afterEach(() => services.close());

function job(name: string, cron: string, extra: Partial<Job> = {}): Job & { readonly seen: Moment[] } {
  const seen: Moment[] = [];
  return {
    name,
    title: name,
    rule: cron,
    slots: cronSlots(cron),
    catchUp: 'every',
    run: async (slot) => {
      seen.push(slot);
      return { count: seen.length };
    },
    ...extra,
    seen,
  };
}
const standAt = (text: string) => services.clock.set({ offsetMs: 0, frozenAt: momentAt(text) });

test('slots are moments of Shanghai, after the first and up to the last', () => {
  const slots = cronSlots('0 */4 * * *')(momentAt('2023-04-10 08:00'), momentAt('2023-04-10 16:00'));
  expect(slots).toEqual(['2023-04-10T12:00:00.000+08:00', '2023-04-10T16:00:00.000+08:00']);
});

test('after down time every missed slot runs, in order, under its own date; nothing is owed from before the first start', async () => {
  const allocate = job('allocate', '0 2 * * *');
  const scheduler = createScheduler(services, [allocate]);
  expect(await scheduler.runDue()).toEqual([]);
  expect(await scheduler.nextSlot()).toBe('2023-04-11T02:00:00.000+08:00');
  standAt('2023-04-13 10:00');
  await scheduler.runDue();
  expect(allocate.seen).toEqual([
    '2023-04-11T02:00:00.000+08:00',
    '2023-04-12T02:00:00.000+08:00',
    '2023-04-13T02:00:00.000+08:00',
  ]);
  expect(await scheduler.runDue()).toEqual([]);
});

test('a job that only needs its last slot catches up with one run', async () => {
  const report = job('report', '30 2 * * *', { catchUp: 'last' });
  const scheduler = createScheduler(services, [report]);
  await scheduler.runDue();
  standAt('2023-04-13 10:00');
  await scheduler.runDue();
  expect(report.seen).toEqual(['2023-04-13T02:30:00.000+08:00']);
  expect(await scheduler.runDue()).toEqual([]);
});

test('a job that only looks neither stops a jump of the clock nor looks at every night of it', async () => {
  const look = job('look', '0 4 * * *', { catchUp: 'last', realPauseMs: 3_600_000 });
  const scheduler = createScheduler(services, [look]);
  expect(await scheduler.nextSlot()).toBeNull();
  await scheduler.runDue();
  for (const day of ['11', '12', '13']) {
    standAt(`2023-04-${day} 10:00`);
    await scheduler.runDue();
  }
  expect(look.seen).toEqual(['2023-04-11T04:00:00.000+08:00']);
});

test('two processes at once run a slot once', async () => {
  const slow = (seen: string[]) =>
    job('post', '0 */4 * * *', {
      run: async (slot) => {
        seen.push(slot);
        await new Promise((done) => setTimeout(done, 50));
        return {};
      },
    });
  const seen: string[] = [];
  const other = openDb(services.database.url);
  try {
    const both = [createScheduler(services, [slow(seen)]), createScheduler({ ...services, db: other }, [slow(seen)])];
    await both[0]?.runDue();
    standAt('2023-04-11 09:00');
    for (let round = 0; round < 4; round += 1) await Promise.all(both.map((scheduler) => scheduler.runDue()));
    expect(seen).toEqual([...new Set(seen)]);
    expect(seen).toHaveLength(6);
  } finally {
    await other.destroy();
  }
});

test('a failure is recorded, later slots wait for it, and it is tried again', async () => {
  let broken = true;
  const seen: string[] = [];
  const shaky = job('shaky', '0 2 * * *', {
    run: async (slot) => {
      if (broken) throw new Error('no connection');
      seen.push(slot);
      return {};
    },
  });
  const scheduler = createScheduler(services, [shaky]);
  await scheduler.runDue();
  standAt('2023-04-12 10:00');
  const [first, ...rest] = await scheduler.runDue();
  expect(first).toMatchObject({ slot: '2023-04-11T02:00:00.000+08:00', state: 'FAILED', error: 'no connection' });
  expect(rest).toEqual([]);
  broken = false;
  await scheduler.runDue();
  expect(seen).toEqual(['2023-04-11T02:00:00.000+08:00', '2023-04-12T02:00:00.000+08:00']);
  expect(await scheduler.last('shaky')).toMatchObject({ state: 'DONE', error: null });
});

test('a slot that failed is tried again after a pause, each longer than the one before', async () => {
  const shaky = job('shaky', '0 2 * * *', {
    run: async () => {
      throw new Error('no connection');
    },
  });
  const scheduler = createScheduler(services, [shaky], { retryPauseMs: 60_000 });
  /** As if the last try had ended this long ago. */
  const ended = (seconds: number) =>
    sql`update platform_job_run set finished_real = statement_timestamp() - make_interval(secs => ${seconds})`.execute(
      services.db,
    );
  await scheduler.runDue();
  standAt('2023-04-11 10:00');
  expect(await scheduler.runDue()).toHaveLength(1);
  expect(await scheduler.runDue()).toEqual([]);
  await ended(61);
  expect(await scheduler.runDue()).toHaveLength(1);
  await ended(61);
  expect(await scheduler.runDue()).toEqual([]);
  expect(await scheduler.rerun('shaky', momentAt('2023-04-11 02:00'))).toMatchObject({ state: 'FAILED' });
  await ended(4 * 240 + 1);
  expect(await scheduler.runDue()).toHaveLength(1);
});

test('a run whose process died is taken over', async () => {
  const post = job('post', '0 2 * * *');
  const scheduler = createScheduler(services, [post]);
  await scheduler.runDue();
  standAt('2023-04-11 10:00');
  await sql`insert into platform_job_run (region, job, slot, state) values ('429999', 'post', '2023-04-11 02:00+08', 'RUNNING')`.execute(
    services.db,
  );
  await scheduler.runDue();
  expect(post.seen).toEqual(['2023-04-11T02:00:00.000+08:00']);
});

test('a slot can be run again by hand', async () => {
  const post = job('post', '0 2 * * *');
  const scheduler = createScheduler(services, [post]);
  await scheduler.runDue();
  standAt('2023-04-11 10:00');
  await scheduler.runDue();
  await scheduler.rerun('post', momentAt('2023-04-11 02:00'));
  expect(post.seen).toHaveLength(2);
});

test('a job of once a year can be run again by hand most of a year after its day', async () => {
  const interest = job('interest', '30 3 1 7 *');
  standAt('2024-06-20 10:00');
  await createScheduler(services, [interest]).rerun('interest');
  expect(interest.seen).toEqual(['2023-07-01T03:30:00.000+08:00']);
});

test('a story that begins before the first start gets its jobs', async () => {
  const post = job('post', '0 2 * * *');
  const scheduler = createScheduler(services, [post]);
  await scheduler.runDue();
  standAt('2021-11-15 09:00');
  await scheduler.runDue();
  standAt('2021-11-16 09:00');
  await scheduler.runDue();
  expect(post.seen).toEqual(['2021-11-16T02:00:00.000+08:00']);
});

test.each(['every', 'last'] as const)(
  'a run by hand out of turn does not end the job: nothing before or after it is left out (%s)',
  async (catchUp) => {
    const post = job('post', '0 */4 * * *', { catchUp });
    const scheduler = createScheduler(services, [post]);
    await scheduler.runDue();
    standAt('2023-04-10 20:30');
    await scheduler.rerun('post', momentAt('2023-04-10 20:00'));
    for (const wrong of ['2099-01-01 00:00', '2023-04-10 23:00', '2023-04-10 19:59']) {
      await expect(scheduler.rerun('post', momentAt(wrong))).rejects.toMatchObject({ code: 'OPS-002' });
    }
    post.seen.length = 0;
    await scheduler.runDue();
    const due = ['12:00', '16:00', '20:00'].map((time) => momentAt(`2023-04-10 ${time}`));
    expect(post.seen).toEqual(catchUp === 'every' ? due : due.slice(-1));
    standAt('2023-04-11 00:00');
    await scheduler.runDue();
    expect(post.seen.at(-1)).toBe(momentAt('2023-04-11 00:00'));
  },
);

test('a row of the future, left by an older version, does not hold the job up', async () => {
  const post = job('post', '0 */4 * * *');
  const scheduler = createScheduler(services, [post]);
  await scheduler.runDue();
  await sql`insert into platform_job_run (region, job, slot, state) values ('429999', 'post', '2099-01-01 00:00+08', 'DONE')`.execute(
    services.db,
  );
  standAt('2023-04-10 12:00');
  await scheduler.runDue();
  expect(post.seen).toEqual([momentAt('2023-04-10 12:00')]);
  expect(await scheduler.last('post')).toMatchObject({ slot: momentAt('2023-04-10 12:00') });
});

test('slots that are owed and did not run are named: those that came and those given up', async () => {
  const post = job('post', '0 */4 * * *');
  const shaky = job('shaky', '0 2 * * *', {
    run: async () => {
      throw new Error('no connection');
    },
  });
  const scheduler = createScheduler(services, [post, shaky]);
  await scheduler.runDue();
  expect(await scheduler.missed()).toEqual([]);
  standAt('2023-04-11 02:00');
  for (let round = 0; round < 6; round += 1) await scheduler.runDue();
  expect(await scheduler.missed()).toEqual([{ job: 'shaky', slot: momentAt('2023-04-11 02:00') }]);
  standAt('2023-04-11 09:00');
  expect(await scheduler.missed()).toEqual([
    { job: 'post', slot: momentAt('2023-04-11 04:00') },
    { job: 'shaky', slot: momentAt('2023-04-11 02:00') },
  ]);
});

test('slots that find nothing to do are settled without a run, in order, up to the first that has work', async () => {
  await sql`create table job_work (at timestamptz)`.execute(services.db);
  const seen: string[] = [];
  const works = (name: string, expression: string) =>
    job(name, expression, {
      catchUp: 'every',
      wanted: (slot) => sql`exists (select 1 from job_work where at <= ${slot})`,
      run: async (slot) => {
        seen.push(`${name} ${slot.slice(0, 16)}`);
        await sql`delete from job_work where at <= ${slot}`.execute(services.db);
        return {};
      },
    });
  const always = job('always', '0 6 * * *');
  const scheduler = createScheduler(services, [works('a', '0 2 * * *'), works('b', '0 3 * * *'), always]);
  await scheduler.runDue();
  await sql`insert into job_work values ('2023-04-12 01:00+08')`.execute(services.db);
  standAt('2023-04-14 10:00');
  await scheduler.runDue();
  expect(seen).toEqual(['a 2023-04-12T02:00']);
  expect(always.seen).toHaveLength(4);
  expect(await scheduler.missed()).toEqual([]);
  expect(await scheduler.last('b')).toMatchObject({ slot: momentAt('2023-04-14 03:00'), state: 'DONE' });
});
