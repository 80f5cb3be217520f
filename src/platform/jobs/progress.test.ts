import { afterEach, beforeEach, expect, test } from 'vitest';
import { one, openDb, sql } from '../db.ts';
import { momentAt, type TestServices, testServices } from '../testing/services.ts';
import { createScheduler, cronSlots, type Job, JobStopped } from './index.ts';

let services: TestServices;
/** A second process on the same database. */
let other: TestServices;
beforeEach(async () => {
  services = await testServices({ now: '2023-04-10 09:00' });
  other = { ...services, db: openDb(services.database.url) };
});
afterEach(async () => {
  await other.db.destroy();
  await services.close();
});

const SLOT = momentAt('2023-04-11 02:00');
const by = { by: '样管理', reason: '样例原因' };

/** Ten parts; each waits until it is let through, as a transaction waits for its rows. */
function tenParts(done: number[]) {
  let open: (() => void) | undefined;
  const gate = { next: () => open?.(), started: () => open !== undefined };
  const job: Job = {
    name: 'parts',
    title: '十批',
    rule: '每天 02:00',
    slots: cronSlots('0 2 * * *'),
    catchUp: 'every',
    async run(_slot, { signal, progress }) {
      for (let part = 0; part < 10; part += 1) {
        progress({ done: part, total: 10, unit: '批' });
        if (signal.aborted) throw new JobStopped({ 批: part });
        if (done.includes(part)) continue;
        await new Promise<void>((pass) => {
          open = pass;
          signal.addEventListener('abort', () => pass(), { once: true });
        });
        done.push(part);
      }
      progress({ done: 10, total: 10, unit: '批' });
      return { 批: 10 };
    },
  };
  return { job, gate };
}

async function until(true_: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await true_())) await new Promise((pass) => setTimeout(pass, 5));
}

async function begun(done: number[] = []) {
  const { job, gate } = tenParts(done);
  const [mine, theirs] = [services, other].map((each) => createScheduler(each, [job], { beatMs: 10 })) as [
    ReturnType<typeof createScheduler>,
    ReturnType<typeof createScheduler>,
  ];
  await mine.runDue();
  services.clock.set({ offsetMs: 0, frozenAt: momentAt('2023-04-11 09:00') });
  const running = mine.runDue();
  await until(gate.started);
  return { mine, theirs, gate, running, done };
}

test('another process sees how far a run is, and does not run it', async () => {
  const { theirs, gate, running, mine } = await begun();
  gate.next();
  await until(async () => (await theirs.running())[0]?.progress?.done === 1);
  expect(await theirs.running()).toMatchObject([
    { job: 'parts', slot: SLOT, progress: { done: 1, total: 10, unit: '批' }, alive: true, cancelAsked: false },
  ]);
  expect(await theirs.runDue()).toEqual([]);
  await mine.cancel('parts', by);
  await running;
  expect(await theirs.running()).toEqual([]);
});

test('a run cancelled from another process stops, waits for a person, and goes on without doing anything twice', async () => {
  const { mine, theirs, gate, running, done } = await begun();
  gate.next();
  await until(() => done.length === 1);
  expect(await theirs.cancel('parts', by)).toBe(SLOT);
  expect(await running).toMatchObject([{ state: 'CANCELLED', result: { 批: 2 } }]);
  expect(await mine.last('parts')).toMatchObject({ state: 'CANCELLED', error: '做到 2 / 10批' });
  // Not by itself …
  expect(await mine.runDue()).toEqual([]);
  expect(await theirs.runDue()).toEqual([]);
  expect(await theirs.missed()).toEqual([{ job: 'parts', slot: SLOT }]);
  // … but when asked.
  const again = theirs.rerun('parts', SLOT);
  const keepOpen = setInterval(() => gate.next(), 1);
  expect(await again).toMatchObject({ state: 'DONE', result: { 批: 10 } });
  clearInterval(keepOpen);
  expect(done).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(await mine.missed()).toEqual([]);
});

test('a process that ends hands its run over: the next to look goes on', async () => {
  const { mine, theirs, gate, running, done } = await begun();
  await mine.stop();
  expect(await running).toEqual([]);
  const taken = theirs.runDue();
  const keepOpen = setInterval(() => gate.next(), 1);
  expect(await taken).toMatchObject([{ state: 'DONE' }]);
  clearInterval(keepOpen);
  expect(done).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('a run that was cut off from its lock stops, and one that was taken over writes no more', async () => {
  const { theirs, gate, running, mine } = await begun();
  await sql`select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and objsubid = 2
            and database = (select oid from pg_database where datname = current_database())`.execute(other.db);
  expect(await running).toEqual([]);
  const taken = theirs.runDue();
  await until(async () => (await mine.running())[0]?.progress !== undefined);
  const keepOpen = setInterval(() => gate.next(), 1);
  expect(await taken).toMatchObject([{ state: 'DONE' }]);
  clearInterval(keepOpen);
  const { tries } = await one(other.db, sql<{ tries: number }>`select tries from platform_job_run where job = 'parts'`);
  expect(tries).toBe(2);
});

test('what nobody runs cannot be cancelled; what a dead process left is cancelled at once', async () => {
  const { job } = tenParts([]);
  const scheduler = createScheduler(services, [job]);
  await expect(scheduler.cancel('parts', by)).rejects.toMatchObject({ code: 'OPS-009' });
  await sql`insert into platform_job_run (region, job, slot, state, started_real)
            values ('429999', 'parts', ${SLOT}, 'RUNNING', clock_timestamp() - interval '1 minute')`.execute(
    services.db,
  );
  expect(await scheduler.running()).toMatchObject([{ alive: false }]);
  await scheduler.cancel('parts', by);
  expect(await scheduler.running()).toEqual([]);
});

test('deaths of the process are no failures of the job', async () => {
  const { job } = tenParts([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  let broken = true;
  const run: Job['run'] = async (slot, control) => {
    if (broken) throw new Error('once');
    return job.run(slot, control);
  };
  const scheduler = createScheduler(services, [{ ...job, run }]);
  await scheduler.runDue();
  services.clock.set({ offsetMs: 0, frozenAt: momentAt('2023-04-11 09:00') });
  await sql`insert into platform_job_run (region, job, slot, state, tries) values ('429999', 'parts', ${SLOT}, 'RUNNING', 9)`.execute(
    services.db,
  );
  expect(await scheduler.runDue()).toMatchObject([{ state: 'FAILED' }]);
  broken = false;
  expect(await scheduler.runDue()).toMatchObject([{ state: 'DONE' }]);
});
