import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Refused, Session } from '../../src/app/play/client.ts';
import { checkIntegrity } from '../../src/control/index.ts';
import { idNumberCheckDigit } from '../../src/kernel/id-number.ts';
import { usccCheckDigit } from '../../src/kernel/uscc.ts';
import { rows, sql } from '../../src/platform/db.ts';
import { DEMO_PASSWORD } from '../../src/platform/identity/index.ts';
import { momentAt } from '../../src/platform/testing/services.ts';
import { openSeveral, type Several } from './stage.ts';

/** Two agency processes on one database behind one address that remembers nobody, and a tax process (deploy/README.md 多个进程). */

const REGION = '420500';
const EMPLOYERS = 6;
const PEOPLE_EACH = 3;
/** Base 3450, three insurances, one person and month: AT-06 (requirements part 3). */
const PERSON_MONTH_FEN = 86_940;
const BASE_FEN = 345_000;
const PASSWORD = 'Yanlian-2023';

const person = (index: number) => {
  const first17 = `4299991990${String(1 + (index % 12)).padStart(2, '0')}15${String(100 + index)}`;
  return { idNo: `${first17}${idNumberCheckDigit(first17)}`, name: `样${index}` };
};
const uscc = (index: number): string => {
  const first17 = `91429999MA00${20_000 + index}`;
  return `${first17}${usccCheckDigit(first17)}`;
};

let several: Several;
let staff: Session;
let clerk: Session;
const employers: Session[] = [];

async function signIn(base: string, body: object): Promise<Session> {
  const session = new Session(base);
  await session.call('POST', '/api/login', body);
  return session;
}

type Submitted = { readonly caseNo: string; readonly refs: { readonly billNo?: string } };
const submit = (session: Session, item: string, form: object, key?: string): Promise<Submitted> =>
  session.call('POST', `/api/items/${item}/submit`, { form }, key ? { 'idempotency-key': key } : {});

beforeAll(async () => {
  several = await openSeveral(2, '2023-04-17 09:00', REGION);
  staff = await signIn(several.url, { login: 'yunying', password: DEMO_PASSWORD });
  clerk = await signIn(several.taxUrl, { login: 'tax01', password: DEMO_PASSWORD, kind: 'CLERK' });
  const overlays = [
    { key: 'declaration.mode', value: 'AUTO_CLOSE' },
    { key: 'close.day', value: 20 },
    { key: 'wage.roundTo', value: 1 },
  ].map((one) => ({ ...one, region: REGION, from: '2022-01', to: null, label: '测试参数' }));
  await staff.call('POST', '/api/ops/overlays', { overlays });
  await staff.call('POST', '/api/ops/opening', {
    employers: Array.from({ length: EMPLOYERS }, (_, index) => ({
      employerNo: String(990_002_000 + index),
      uscc: uscc(index),
      name: `第${index}示例有限公司`,
      injuryClass: 1,
      insurances: ['pension', 'unemployment', 'injury'].map((insurance) => ({
        insurance,
        from: '2022-07',
        bookedThrough: '2023-03',
      })),
      legal: { login: uscc(index), password: PASSWORD, name: '样法人' },
      persons: Array.from({ length: PEOPLE_EACH }, (_, at) => ({
        ...person(index * PEOPLE_EACH + at),
        from: '2023-04',
        baseFen: BASE_FEN,
      })),
    })),
  });
  for (let index = 0; index < EMPLOYERS; index += 1) {
    employers.push(await signIn(several.url, { login: uscc(index), password: PASSWORD }));
  }
}, 120_000);
afterAll(() => several?.close());

const at = (text: string) => momentAt(text);
const agencyRows = <T>(query: ReturnType<typeof sql<T>>): Promise<T[]> => rows(several.databases.agency.db, query);
const integrity = () =>
  checkIntegrity({ db: several.databases.agency.db, region: REGION, now: several.conductor.now() });

test('started together on an empty database they made one of everything', async () => {
  const made = await agencyRows(
    sql<{ accounts: number; migrations: number; names: number }>`
      select (select count(*)::int from platform_account where login = 'yunying') as accounts,
             (select count(*)::int from platform_migration) as migrations,
             (select count(distinct name)::int from platform_migration) as names`,
  );
  expect(made[0]?.accounts).toBe(1);
  expect(made[0]?.migrations).toBe(made[0]?.names);
});

test('somebody signed in at one is signed in at the other, and out at both', async () => {
  const session = await signIn(several.url, { login: uscc(0), password: PASSWORD });
  for (let turn = 0; turn < 4; turn += 1) await session.call('GET', '/api/bills');
  await session.call('POST', '/api/logout', {});
  for (let turn = 0; turn < 2; turn += 1) {
    await expect(session.call('GET', '/api/bills')).rejects.toMatchObject({ status: 401 });
  }
});

test('wrong passwords are counted over both', async () => {
  const answers: number[] = [];
  for (let turn = 0; turn < 6; turn += 1) {
    await signIn(several.url, { login: 'nobody-of-the-test', password: 'wrong' }).catch((error: Refused) =>
      answers.push(error.status),
    );
  }
  expect(answers).toEqual([401, 401, 401, 401, 401, 429]);
});

test('certificate codes are not to be guessed: the tries of both count', async () => {
  const answers: number[] = [];
  const stranger = new Session(several.url);
  for (let turn = 0; turn < 21; turn += 1) {
    await stranger.call('POST', '/api/verify', { code: '2023 0410 0900 00AA AAAA' }).then(
      () => answers.push(200),
      (error: Refused) => answers.push(error.status),
    );
  }
  expect(answers.filter((status) => status === 429)).toHaveLength(1);
});

test('one submission sent to both at once is done once', async () => {
  const [session] = employers;
  if (!session) throw new Error('no employer');
  const form = { people: [{ ...person(500), entryDate: '2023-04-03', wage: '4000.00' }] };
  const answers = await Promise.all(
    Array.from({ length: 4 }, () => submit(session, 'emp.enroll', form, 'one-key-of-the-test')),
  );
  expect(new Set(answers.map((answer) => answer.caseNo)).size).toBe(1);
});

test('a month is closed once while people work, and no slot of any job runs twice', async () => {
  let closing = true;
  const hired: string[] = [];
  const load = employers.slice(1, 4).map(async (session, index) => {
    for (let turn = 0; closing; turn += 1) {
      await session.call('GET', '/api/bills');
      if (turn > 0) continue;
      const form = { people: [{ ...person(600 + index), entryDate: '2023-04-03', wage: '4000.00' }] };
      hired.push((await submit(session, 'emp.enroll', form)).caseNo);
    }
  });
  await several.conductor.advance(at('2023-04-20 09:00'), { freeze: true });
  closing = false;
  await Promise.all(load);
  expect(new Set(hired).size).toBe(3);

  const runs = await agencyRows(
    sql<{ job: string; state: string; tries: number; error: string | null }>`
      select job, state, tries, error from platform_job_run`,
  );
  expect(runs.length).toBeGreaterThan(20);
  expect(runs.filter((run) => run.state !== 'DONE' || run.tries !== 1)).toEqual([]);
  expect(runs.filter((run) => run.job === 'month-close')).toHaveLength(1);
  // The last two employers hired nobody: their month is known to the cent.
  const booked = await agencyRows(
    sql<{ employer_no: string; fen: number }>`
      select employer_no, sum(employer_fen + person_fen)::bigint as fen from collection_due
      where month = '2023-04' and employer_no >= '990002004' group by employer_no order by employer_no`,
  );
  expect(booked).toEqual([
    { employer_no: '990002004', fen: PEOPLE_EACH * PERSON_MONTH_FEN },
    { employer_no: '990002005', fen: PEOPLE_EACH * PERSON_MONTH_FEN },
  ]);
});

test('bills, messages and money go through either, none lost or doubled', async () => {
  const bills = await Promise.all(employers.map((session) => submit(session, 'bill.issue', {})));
  const billNos = bills.map(({ refs }) => refs.billNo ?? '');
  expect(new Set(billNos).size).toBe(EMPLOYERS);
  expect(await several.conductor.settle()).toBe(true);
  for (const billNo of billNos) {
    await clerk.call('POST', `/api/clerk/bills/${billNo}/invoice`, {});
    await clerk.call('POST', `/api/clerk/bills/${billNo}/pay`, { channel: 'CLIENT', post: true });
  }
  expect(await several.conductor.settle()).toBe(true);
  await several.conductor.advance(at('2023-04-21 09:00'), { freeze: true });
  const states = await agencyRows(sql<{ state: string; count: number }>`
    select state, count(*)::int as count from collection_bill group by state`);
  expect(states).toEqual([{ state: 'ALLOCATED', count: EMPLOYERS }]);
  const received = await agencyRows(sql<{ bill_no: string }>`select bill_no from collection_receipt order by bill_no`);
  expect(received.map((row) => row.bill_no)).toEqual([...billNos].sort());
  expect((await integrity()).promises.flatMap((promise) => promise.violations)).toEqual([]);
});

test('one dies, the other goes on with its sessions and its slots', async () => {
  await several.kill(0);
  for (const session of employers) await session.call('GET', '/api/bills');
  await several.conductor.advance(at('2023-04-22 09:00'), { freeze: true });
  const late = await agencyRows(
    sql<{ job: string }>`select job from platform_job_run where slot > '2023-04-21 09:00+08' and state <> 'DONE'`,
  );
  expect(late).toEqual([]);
  expect((await integrity()).promises.flatMap((promise) => promise.violations)).toEqual([]);
});

test('both had their share, and nothing stands in their logs', () => {
  expect(Math.min(...several.served)).toBeGreaterThan(20);
  expect(several.output.filter((line) => line.startsWith('{') && /"level":[56]0/.test(line))).toEqual([]);
});
