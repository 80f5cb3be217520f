import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idNo, moment } from '../../tests/domain/harness.ts';
import { generateSigner, verifyKeyOf } from '../../wire/index.ts';
import { type Agency, createAgency } from '../app/agency.ts';
import { agencyMigrations } from '../app/migrations.ts';
import { seedCalendar, seedStaff } from '../app/seed.ts';
import { loadLaw } from '../parameters/index.ts';
import { createClock } from '../platform/clock/index.ts';
import { one, rows, run, sql } from '../platform/db.ts';
import { DEMO_PASSWORD } from '../platform/identity/index.ts';
import type { Mode, Services } from '../platform/services.ts';
import { type TestDatabase, testDatabase } from '../platform/testing/index.ts';
import { checkIntegrity, PROMISES } from './integrity.ts';
import { saveIntegrity } from './store.ts';

const TOKEN = 'token-of-the-pair';
let database: TestDatabase;
let services: Services;
let agency: Agency;
let conductor: Server;
const advanced: unknown[] = [];

async function start(mode: Mode, conductorUrl: string | null): Promise<Agency> {
  const [ours, theirs] = [generateSigner('agency-1'), generateSigner('tax-1')];
  return createAgency({
    services: { ...services, mode },
    databaseUrl: database.url,
    signer: ours,
    taxKeys: [verifyKeyOf(theirs)],
    send: async () => {
      throw new Error('the tax side is not there');
    },
    publicUrl: 'http://127.0.0.1:8080',
    taxUrl: null,
    controlToken: TOKEN,
    conductorUrl,
  });
}

beforeAll(async () => {
  conductor = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => {
      advanced.push({ url: request.url, token: request.headers['x-control-token'], body: JSON.parse(text) });
      response.end(JSON.stringify({ now: '2023-04-11T09:00:00.000+08:00', slotsRun: 12 }));
    });
  });
  await new Promise<void>((done) => conductor.listen(0, '127.0.0.1', done));
  database = await testDatabase(agencyMigrations());
  services = {
    db: database.db,
    clock: createClock({ offsetMs: 0, frozenAt: moment('2023-04-10 09:00') }),
    region: '420500',
    mode: 'test',
    log: pino({ level: 'silent' }),
  };
  await seedCalendar(services);
  await seedStaff(services);
  agency = await start('test', `http://127.0.0.1:${(conductor.address() as AddressInfo).port}`);
});
afterAll(async () => {
  await agency?.close();
  conductor?.close();
  await database?.close();
});

type Answer = { readonly status: number; readonly body: Record<string, unknown> & { problems?: { code: string }[] } };

async function signIn(app: FastifyInstance, login: string, password: string): Promise<string> {
  const reply = await app.inject({
    method: 'POST',
    url: '/api/login',
    headers: { 'x-requested-by': 'tongzheng' },
    payload: { login, password },
  });
  expect(reply.statusCode).toBe(200);
  return String(reply.headers['set-cookie']).split(';')[0] ?? '';
}

async function call(
  cookie: string,
  method: 'GET' | 'POST',
  url: string,
  payload?: object,
  on = agency,
): Promise<Answer> {
  const reply = await on.app.inject({
    method,
    url,
    headers: { cookie, 'x-requested-by': 'tongzheng' },
    ...(payload ? { payload } : {}),
  });
  return { status: reply.statusCode, body: reply.json() };
}

const auditOf = async (action: string): Promise<number> =>
  (
    await one(
      database.db,
      sql<{ count: number }>`select count(*) as count from platform_audit where action = ${action}`,
    )
  ).count;

const EMPLOYERS = [
  {
    uscc: '91429999MA0000T01U',
    name: '云帆示例制造有限公司',
    injuryClass: 1,
    insurances: ['pension', 'unemployment', 'injury'].map((insurance) => ({ insurance, from: '2022-07' })),
    legal: { login: 'opened-fr', password: DEMO_PASSWORD, name: '法人账号' },
    agents: [{ login: 'opened', password: DEMO_PASSWORD, name: '林样知', idNo: idNo(90) }],
    persons: [
      { idNo: idNo(1), name: '样一', from: '2022-07', baseFen: 345_000, paid: { from: '2023-01', to: '2023-03' } },
      { idNo: idNo(2), name: '样二', from: '2023-02', wageFen: 298_765, insurances: ['injury'] },
    ],
  },
];

describe('冲正后欠费', () => {
  it('is let go by staff only, and only where money went back', async () => {
    const staff = await signIn(agency.app, 'yunying', DEMO_PASSWORD);
    const path = '/api/ops/arrears/2023040309300000/release';
    const refused = await call(staff, 'POST', path, {});
    expect([refused.status, refused.body.problems?.[0]?.code]).toEqual([409, 'BILL-015']);
    expect((await call('', 'POST', path, {})).status).toBe(401);
  });
});

describe('排序 of the operations lists', () => {
  it('puts the jobs in the order asked for, and refuses an order that there is not', async () => {
    const staff = await signIn(agency.app, 'yunying', DEMO_PASSWORD);
    const jobs = async (sort: string) =>
      (await call(staff, 'GET', `/api/ops/overview?jobs=${sort}`)).body.jobs as {
        title: string;
        next: string | null;
      }[];
    const titles = (await jobs('title')).map((job) => job.title);
    expect(titles).toEqual(titles.toSorted(new Intl.Collator('zh-CN').compare));
    expect(titles.length).toBeGreaterThan(3);
    const next = (await jobs('-next')).map((job) => job.next ?? '');
    expect(next).toEqual(next.toSorted().reverse());
    const refused = await call(staff, 'GET', '/api/ops/overview?suspense=amount');
    expect([refused.status, refused.body.problems?.[0]]).toEqual([
      422,
      expect.objectContaining({ code: 'SYS-422', field: 'suspense' }),
    ]);
  });
});

describe('期初建账 over HTTP', () => {
  it('loads an employer with its people, money and accounts, and tells the tax side', async () => {
    const staff = await signIn(agency.app, 'yunying', DEMO_PASSWORD);
    const opened = await call(staff, 'POST', '/api/ops/opening', { employers: EMPLOYERS });
    expect(opened.body).toEqual({
      employers: [{ employerNo: '990000101', name: '云帆示例制造有限公司', persons: 2 }],
    });
    // Booked through the last paid month: nobody said otherwise.
    const pivots = await rows(
      database.db,
      sql`select insurance, booked_through from collection_pivot order by insurance`,
    );
    expect(pivots).toEqual([
      { insurance: 'injury', booked_through: '2023-03' },
      { insurance: 'pension', booked_through: '2023-03' },
      { insurance: 'unemployment', booked_through: '2023-03' },
    ]);
    // HB-RATE-07: 869.40 a month at base 3450, class 1.
    const paid = await one(
      database.db,
      sql<{ fen: number; how: string }>`
        select sum(employer_fen + person_fen)::bigint as fen, min(settled_how) as how from collection_due_state`,
    );
    expect(paid).toEqual({ fen: 3 * 86_940, how: 'OPENING' });
    const sync = await rows(database.db, sql`select entity from wire_outbox_item where type = 'employer.sync'`);
    expect(sync).toEqual([{ entity: 'employer:990000101' }]);
    expect(await auditOf('ops.opening')).toBe(1);
    await signIn(agency.app, 'opened-fr', DEMO_PASSWORD);
  });

  it('names the person, the insurance and the employer of months that are held already', async () => {
    const staff = await signIn(agency.app, 'yunying', DEMO_PASSWORD);
    const persons = [{ idNo: idNo(1), name: '样一', from: '2023-01', baseFen: 345_000 }];
    const other = { ...EMPLOYERS[0], uscc: '91429999MA0000T1XK', legal: undefined, agents: [], persons };
    const answer = await call(staff, 'POST', '/api/ops/opening', { employers: [other] });
    expect(answer.body.problems?.[0]).toMatchObject({
      code: 'OPN-004',
      message: '样一 的期初参保时间有重叠',
      why: '养老 2022-07 至 今 已在单位 990000101 参保。',
    });
  });

  it.each([
    ['a wrong identity number', { persons: [{ ...EMPLOYERS[0]?.persons[0], idNo: '429999199001010011' }] }, 'OPN-001'],
    ['a wrong credit code', { uscc: '91429999MA0000T01A' }, 'OPN-001'],
    ['nobody’s wage', { persons: [{ idNo: idNo(5), name: '样五', from: '2022-07' }] }, 'OPN-002'],
    [
      'a reason for leaving that nobody knows',
      { persons: [{ ...EMPLOYERS[0]?.persons[0], idNo: idNo(6), to: '2023-02', suspendReason: 'S77' }] },
      'OPN-002',
    ],
    [
      'a later wage from before the enrolment',
      {
        persons: [{ ...EMPLOYERS[0]?.persons[0], idNo: idNo(7), laterWages: [{ from: '2022-07', wageFen: 500_000 }] }],
      },
      'OPN-002',
    ],
    [
      'months paid beyond what is booked',
      {
        insurances: [{ insurance: 'pension', from: '2022-07', bookedThrough: '2023-02' }],
      },
      'OPN-003',
    ],
    [
      'a month that another employer holds',
      { persons: [{ idNo: idNo(1), name: '样一', from: '2023-01', baseFen: 345_000 }] },
      'OPN-004',
    ],
    [
      'one person twice',
      { persons: [4, 4].map((n) => ({ idNo: idNo(n), name: '样四', from: '2023-01', baseFen: 345_000 })) },
      'OPN-004',
    ],
  ])('refuses %s and leaves nothing behind', async (_, changes, code) => {
    const staff = await signIn(agency.app, 'yunying', DEMO_PASSWORD);
    const other = {
      ...EMPLOYERS[0],
      uscc: '91429999MA0000T1XK',
      name: '长堤示例物流有限公司',
      legal: undefined,
      agents: [],
    };
    const answer = await call(staff, 'POST', '/api/ops/opening', { employers: [{ ...other, ...changes }] });
    expect([answer.status, answer.body.problems?.[0]?.code]).toEqual([422, code]);
    expect(await rows(database.db, sql`select 1 from registry_employer where uscc = '91429999MA0000T1XK'`)).toEqual([]);
  });
});

describe('运行总览', () => {
  it('says that all is well, what ran and what will', async () => {
    const staff = await signIn(agency.app, 'yunying', DEMO_PASSWORD);
    const { status, body } = await call(staff, 'GET', '/api/ops/overview');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      headline: '没有异常；承诺还没有校验过',
      tone: 'done',
      clock: { mode: 'frozen', frozen: true, adjustable: true },
      exchange: { tax: 'up', waiting: 1, held: 0, alarms: 0 },
      integrity: null,
    });
    const jobs = body.jobs as { job: string; slots: { at: string; state: string }[]; next: string }[];
    const posting = jobs.find((job) => job.job === 'social-post');
    expect(posting?.next).toBe('2023-04-10T12:00:00.000+08:00');
    expect(posting?.slots.map((slot) => [slot.at.slice(11, 16), slot.state])).toEqual([
      ['12:00', 'future'],
      ['16:00', 'future'],
      ['20:00', 'future'],
    ]);
  });

  it('names what the exchange holds for a person; a decision has a reason, is audited, and is taken once', async () => {
    const staff = await signIn(agency.app, 'yunying', DEMO_PASSWORD);
    await run(
      database.db,
      sql`insert into wire_alarm (region, alarm_id, at, peer, code, subject, detail)
          values ('420500', 'A1', ${services.clock.now()}, 'tax.420500', 'TZ-WIR-204', '2023-04-10 09 时', '键 agency-1')`,
    );
    const held = await call(staff, 'GET', '/api/exchange/held');
    expect(held.body).toMatchObject([
      { kind: 'ALARM', id: 'A1', reason: '报文签名不正确：键 agency-1', next: '请核对签名密钥' },
    ]);
    expect((await call(staff, 'GET', '/api/ops/overview')).body).toMatchObject({
      alerts: ['交换告警 1 件'],
      exchange: { held: 0, alarms: 1 },
    });
    const path = '/api/exchange/held/ALARM/A1';
    expect((await call(staff, 'POST', path, { reason: '看' })).status).toBe(422);
    expect((await call(staff, 'POST', path, { reason: '已与税务核对' })).status).toBe(200);
    expect((await call(staff, 'POST', path, { reason: '已与税务核对' })).body.problems?.[0]?.code).toBe('OPS-010');
    expect(await auditOf('ops.exchange.settle')).toBe(1);
    expect((await call(staff, 'GET', '/api/exchange/held')).body).toEqual([]);
    expect((await call('', 'GET', '/api/exchange/held')).status).toBe(401);
  });

  it('runs a slot again, shows it, and refuses a job that does not exist', async () => {
    const staff = await signIn(agency.app, 'yunying', DEMO_PASSWORD);
    const ran = await call(staff, 'POST', '/api/ops/jobs/social-post/run', {});
    expect(ran.body).toEqual({
      job: 'social-post',
      slot: '2023-04-10T08:00:00.000+08:00',
      state: 'DONE',
      result: '登账 0',
    });
    expect(await auditOf('ops.job.run')).toBe(1);
    const { body } = await call(staff, 'GET', '/api/ops/overview');
    const jobs = body.jobs as { job: string; slots: { at: string; state: string }[] }[];
    expect(jobs.find((job) => job.job === 'social-post')?.slots[0]).toEqual({
      at: '2023-04-10T08:00:00.000+08:00',
      state: 'done',
    });
    expect((await call(staff, 'POST', '/api/ops/jobs/nothing/run', {})).body.problems?.[0]?.code).toBe('OPS-001');
    for (const slot of ['2099-01-01T00:00:00.000+08:00', '2023-04-10T08:01:00.000+08:00']) {
      const wrong = await call(staff, 'POST', '/api/ops/jobs/social-post/run', { slot });
      expect([wrong.status, wrong.body.problems?.[0]?.code]).toEqual([422, 'OPS-002']);
    }
  });

  it('shows how far a run of another process is, and cancels it with a reason that is kept', async () => {
    const staff = await signIn(agency.app, 'yunying', DEMO_PASSWORD);
    const none = await call(staff, 'POST', '/api/ops/jobs/allocate/cancel', { reason: '样例原因' });
    expect([none.status, none.body.problems?.[0]?.code]).toEqual([409, 'OPS-009']);
    await sql`insert into platform_job_run (region, job, slot, state, started_real, seen_real, done, total, unit)
              values ('420500', 'allocate', '2023-04-10 02:00+08', 'RUNNING', clock_timestamp() - interval '10 seconds', clock_timestamp(), 30, 90, '张')`.execute(
      services.db,
    );
    const { body } = await call(staff, 'GET', '/api/ops/jobs/running');
    expect(body).toMatchObject([
      { job: 'allocate', title: '实收分配', done: 30, total: 90, unit: '张', alive: true, cancelAsked: false },
    ]);
    // Thirty in ten seconds, sixty left; the clock of the test's machine goes on between the two statements.
    const [{ restSeconds }] = body as unknown as [{ restSeconds: number }];
    expect(restSeconds).toBeGreaterThanOrEqual(20);
    const cancelled = await call(staff, 'POST', '/api/ops/jobs/allocate/cancel', { reason: '样例原因' });
    expect(cancelled.body).toMatchObject({ job: 'allocate' });
    expect(await auditOf('ops.job.cancel')).toBe(1);
    expect((await call(staff, 'GET', '/api/ops/jobs/running')).body).toEqual([]);
    const overview = await call(staff, 'GET', '/api/ops/overview');
    expect(overview.body.alerts).toContain('实收分配已取消，没有做完');
    const again = await call(staff, 'POST', '/api/ops/jobs/allocate/run', { slot: cancelled.body.slot });
    expect(again.body).toMatchObject({ state: 'DONE' });
  });

  const measured = (text: string, name: string): number =>
    Number(new RegExp(`^tongzheng_${name} (.+)$`, 'm').exec(text)?.[1]);

  it('says on /metrics that the promises were never checked', async () => {
    const text = (await agency.app.inject('/metrics')).body;
    expect(text).toMatch(/^tongzheng_integrity_violations Nan$/im);
    expect(measured(text, 'integrity_last_run_timestamp_seconds')).toBe(0);
  });

  it('checks the promises and keeps the result', async () => {
    const staff = await signIn(agency.app, 'yunying', DEMO_PASSWORD);
    const checked = await call(staff, 'POST', '/api/ops/integrity', {});
    expect(checked.body.violations).toBe(0);
    expect(checked.body.promises).toHaveLength(8);
    const { body } = await call(staff, 'GET', '/api/ops/overview');
    expect(body.integrity).toEqual(checked.body);
  });

  it('keeps how far the audit chain went, and misses it when the chain was cut', async () => {
    const { db, region, clock } = services;
    const first = await checkIntegrity({ db, region, now: clock.now() });
    expect(first.audit?.seq).toBeGreaterThan(0);
    expect(first.promises[5]?.violations).toEqual([]);
    await saveIntegrity(db, region, first);
    await db
      .transaction()
      .execute(async (tx) => {
        await run(tx, sql`set local session_replication_role = replica`);
        // Nothing is sealed meanwhile.
        await run(tx, sql`lock table platform_audit_seal in exclusive mode`);
        const tail = sql`(select audit_id from platform_audit_seal where seq >= ${first.audit?.seq ?? 0})`;
        await run(tx, sql`delete from platform_audit where audit_id in ${tail}`);
        await run(tx, sql`delete from platform_audit_seal where audit_id in ${tail}`);
        const scope = { on: tx, region, law: await loadLaw(tx), now: clock.now() };
        const found = await PROMISES[5]?.check(scope);
        expect(found?.violations.map((one) => one.text)).toContainEqual(
          expect.stringMatching(`^审计链第 ${first.audit?.seq} 环不是以前核对时的那一环`),
        );
        throw new Error('taken back');
      })
      .catch((error: Error) => expect(error.message).toBe('taken back'));
  });

  it('shows on /metrics what the last check found and when it was, in real time', async () => {
    const text = (await agency.app.inject('/metrics')).body;
    expect(measured(text, 'integrity_violations')).toBe(0);
    const at = measured(text, 'integrity_last_run_timestamp_seconds');
    expect(Math.abs(Date.now() / 1000 - at)).toBeLessThan(600);
    const { db, region } = services;
    await saveIntegrity(db, region, {
      at: moment('2023-04-10 09:00'),
      durationMs: 1,
      violations: 3,
      promises: [],
      audit: null,
    });
    expect(measured((await agency.app.inject('/metrics')).body, 'integrity_violations')).toBe(3);
  });
});

describe('what an operator may move', () => {
  it('hands the clock to the starter, never backwards', async () => {
    const staff = await signIn(agency.app, 'yunying', DEMO_PASSWORD);
    const moved = await call(staff, 'POST', '/api/ops/clock', { to: '2023-04-11 09:00', freeze: true });
    expect(moved.body).toEqual({ now: '2023-04-11T09:00:00.000+08:00', slotsRun: 12 });
    expect(advanced).toEqual([
      { url: '/advance', token: TOKEN, body: { to: '2023-04-11T09:00:00.000+08:00', freeze: true } },
    ]);
    const back = await call(staff, 'POST', '/api/ops/clock', { to: '2023-04-09 09:00' });
    expect(back.body.problems?.[0]?.code).toBe('OPS-002');
  });

  it('lays test parameters over the law, but only such as the law can read', async () => {
    const staff = await signIn(agency.app, 'yunying', DEMO_PASSWORD);
    const overlay = (key: string, value: unknown) => ({
      overlays: [{ region: '420500', key, from: '2020-01-01', to: null, value }],
    });
    expect((await call(staff, 'POST', '/api/ops/overlays', overlay('interest.annualRate', 36_500))).body).toEqual({
      count: 1,
    });
    expect((await call(staff, 'POST', '/api/ops/overlays', overlay('no.such.key', 1))).body.problems?.[0]?.code).toBe(
      'POL-002',
    );
    expect(
      (await call(staff, 'POST', '/api/ops/overlays', overlay('bill.validWorkdays', {}))).body.problems?.[0]?.code,
    ).toBe('OPS-006');
    expect(await rows(database.db, sql`select key from parameters_overlay`)).toEqual([{ key: 'interest.annualRate' }]);
  });

  it('records an exemption without its reason in the audit', async () => {
    const staff = await signIn(agency.app, 'yunying', DEMO_PASSWORD);
    const body = { idNo: idNo(1), reason: 'CUSTODY', from: '2023-05' };
    expect((await call(staff, 'POST', '/api/ops/exemptions', body)).body).toEqual({ personNo: '94200100000' });
    const audit = await one(
      database.db,
      sql<{ detail: unknown }>`select detail from platform_audit where action = 'ops.exemption'`,
    );
    expect(JSON.stringify(audit.detail)).not.toContain('CUSTODY');
    expect((await call(staff, 'POST', '/api/ops/exemptions', { ...body, idNo: idNo(77) })).status).toBe(404);
  });

  it('lists what is in suspense', async () => {
    const staff = await signIn(agency.app, 'yunying', DEMO_PASSWORD);
    expect((await call(staff, 'GET', '/api/ops/suspense')).body).toEqual([]);
  });

  it('says when the list of what is in suspense may have been cut', async () => {
    const staff = await signIn(agency.app, 'yunying', DEMO_PASSWORD);
    const alerts = async (waiting: number): Promise<string[]> => {
      await run(
        database.db,
        sql`insert into collection_receipt (region, receipt_no, basis, payer, ticket_no, paid_at, posted_at, received_at, total_fen, channel,
                                            lines, state, suspense_reason)
            select '420500', 'W' || i, 'ASSESSED', '990000901', 'T', now(), now(), now(), 100, 'CLIENT', '[]', 'SUSPENSE', 'NO_BILL'
            from generate_series(1, ${waiting}::int) as i on conflict do nothing`,
      );
      const { alerts: found } = (await call(staff, 'GET', '/api/ops/overview')).body as { alerts: string[] };
      return found.filter((alert) => alert.startsWith('挂账'));
    };
    expect(await alerts(499)).toEqual(['挂账 499 笔']);
    expect(await alerts(501)).toEqual(['挂账 500 笔或更多，清单只列到这里']);
    await run(database.db, sql`delete from collection_receipt where receipt_no like 'W%'`);
  });

  it('is closed to employers and to strangers', async () => {
    const employer = await signIn(agency.app, 'opened-fr', DEMO_PASSWORD);
    expect((await call(employer, 'GET', '/api/ops/overview')).status).toBe(403);
    expect((await call('', 'POST', '/api/ops/integrity', {})).status).toBe(401);
  });
});
