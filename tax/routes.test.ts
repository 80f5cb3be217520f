import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Moment } from '../src/kernel/month.ts';
import { registeredRoutes } from '../src/platform/http/index.ts';
import { receiptSort, taxBillSort } from './contract.ts';
import { aprilBill, EMPLOYER, employerSync, openTaxWorld, type TaxWorld, USCC } from './testing/index.ts';

const A = '2023041009000001';
const B = '2023041009000002';
const OTHER = '990000102';
const OTHER_USCC = '91429999MA4K000029';
const PASSWORD = 'Yangli-2023';
let world: TaxWorld;
const cookies = { payer: '', other: '', clerk: '' };

async function call(
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  url: string,
  who: keyof typeof cookies | null,
  body?: object,
  key?: string,
) {
  const reply = await world.program.app.inject({
    method,
    url,
    headers: {
      'x-requested-by': 'tongzheng',
      ...(who ? { cookie: cookies[who] } : {}),
      ...(key ? { 'idempotency-key': key } : {}),
    },
    ...(body ? { payload: body } : {}),
  });
  return {
    status: reply.statusCode,
    body: reply.json(),
    cookie: String(reply.headers['set-cookie'] ?? '').split(';')[0] ?? '',
  };
}
const signIn = (kind: 'TAXPAYER' | 'CLERK', login: string, password = PASSWORD) =>
  call('POST', '/api/login', null, { kind, login, password });

beforeAll(async () => {
  world = await openTaxWorld();
  await world.say('employer.sync', `employer:${EMPLOYER}`, employerSync({ mergedNos: ['990000100'] }));
  await world.say(
    'employer.sync',
    `employer:${OTHER}`,
    employerSync({ employerNo: OTHER, uscc: OTHER_USCC, name: '晴川示例商贸有限公司' }),
  );
  await world.say('bill.issue', `bill:${A}`, aprilBill(A));
  await world.say('bill.issue', `bill:${B}`, aprilBill(B, { employerNo: '990000100' }));
  cookies.payer = (await signIn('TAXPAYER', USCC)).cookie;
  cookies.other = (await signIn('TAXPAYER', OTHER_USCC)).cookie;
  cookies.clerk = (await signIn('CLERK', 'tax01')).cookie;
});
afterAll(() => world.close());

describe('finding a bill', () => {
  test('by its number and by the credit code, signed in or not', async () => {
    const byNumber = await call('POST', '/api/lookup', null, { q: A });
    expect(byNumber.body.rows).toMatchObject([{ billNo: A, totalFen: 86_940, stateName: '待开票', months: '2023-04' }]);
    const byCode = await call('POST', '/api/lookup', null, { q: USCC });
    // The bill under the number before the merger is payable under the new one.
    expect(byCode.body.rows.map((row: { billNo: string }) => row.billNo).sort()).toEqual([A, B]);
  });

  test('nothing found says how long it takes and whom to ask; another text is not a search', async () => {
    expect((await call('POST', '/api/lookup', null, { q: '2099010100000000' })).body.hint).toContain('20 分钟');
    expect(await call('POST', '/api/lookup', null, { q: '云帆' })).toMatchObject({ status: 422 });
  });
});

describe('paying', () => {
  test('the bill in tax words, the money in one act, the voucher from the second working day on', async () => {
    const { body: bill } = await call('GET', `/api/my/bills/${A}`, 'payer');
    expect(bill).toMatchObject({ totalWords: '捌佰陆拾玖元肆角整', canPay: true, canInvoice: true, blocked: null });
    expect(
      bill.lines.map((line: { projectCode: string; part: string; fen: number }) => [
        line.projectCode,
        line.part,
        line.fen,
      ]),
    ).toEqual([
      ['10201', 'EMPLOYER', 55_200],
      ['10201', 'PERSON', 27_600],
      ['10202', 'EMPLOYER', 2_415],
      ['10202', 'PERSON', 1_035],
      ['10204', 'EMPLOYER', 690],
    ]);
    const pay = () => call('POST', `/api/my/bills/${A}/pay`, 'payer', { channel: 'CLIENT' }, 'pay-of-april');
    const paid = await pay();
    expect(paid).toMatchObject({ status: 200, body: { bill: { state: 'POSTED', canPay: false } } });
    // Its answer was lost and the page asks again: the same money, told the same.
    expect(await pay()).toMatchObject({ status: 200, body: paid.body });
    const { receiptNo } = paid.body.receipt;
    const voucher = `/api/my/receipts/${receiptNo}/voucher`;
    // Monday 10 April: the second working day is the 12th.
    expect(await call('GET', voucher, 'payer')).toMatchObject({
      status: 409,
      body: { problems: [{ code: 'TZ-WIR-501', next: '2023-04-12 起可以开具。' }] },
    });
    const start = world.now();
    world.at('2023-04-12T08:00:00.000+08:00' as Moment);
    expect((await call('GET', voucher, 'payer')).body).toMatchObject({
      totalFen: 86_940,
      payerName: '云帆示例制造有限公司',
    });
    expect((await call('GET', voucher, 'other')).status).toBe(404);
    world.at(start);
  });

  test('another payer’s bill does not exist; the hall is the clerk’s', async () => {
    expect((await call('GET', `/api/my/bills/${B}`, 'other')).status).toBe(404);
    expect((await call('POST', `/api/my/bills/${B}/pay`, 'other', { channel: 'CLIENT' })).status).toBe(404);
    expect((await call('POST', `/api/my/bills/${B}/pay`, 'payer', { channel: 'HALL_CASH' })).status).toBe(422);
  });

  test('cash at the window, posted later; the desk’s day', async () => {
    const take = { channel: 'HALL_CASH', post: false };
    const taken = await call('POST', `/api/clerk/bills/${B}/pay`, 'clerk', take, 'cash-of-april');
    expect((await call('POST', `/api/clerk/bills/${B}/pay`, 'clerk', take, 'cash-of-april')).body).toEqual(taken.body);
    expect(taken.body.receipt).toMatchObject({ state: 'PAID', channelName: '办税厅现金' });
    const desk = await call('GET', '/api/clerk/cash-desk', 'clerk');
    expect(desk.body.rows).toContainEqual({
      channel: 'HALL_CASH',
      channelName: '办税厅现金',
      count: 1,
      fen: 86_940,
      toPost: 1,
    });
    const posted = await call('POST', `/api/clerk/receipts/${taken.body.receipt.receiptNo}/post`, 'clerk');
    expect(posted.body).toMatchObject({ state: 'POSTED' });
  });
});

describe('sorting', () => {
  const C = '2023041009000009';
  const search = async (list: 'bills' | 'receipts', sort?: string, page = 1, size = 500) =>
    (await call('POST', `/api/clerk/${list}/search`, 'clerk', { page, size, ...(sort ? { sort } : {}) })).body;
  const bills = async (sort?: string) =>
    (await search('bills', sort)).rows.map((row: { billNo: string }) => row.billNo);

  test('bills by the sound of the payer’s name, by amount, by state as it lives; alike they keep the list’s own order', async () => {
    const line = { ...aprilBill(C).lines[0]!, employerFen: 100, personFen: 0, totalFen: 100 };
    await world.say('bill.issue', `bill:${C}`, aprilBill(C, { employerNo: OTHER, lines: [line], totalFen: 100 }));
    expect(await bills()).toEqual([C, B, A]);
    // 晴 qíng stands before 云 yún; by their bytes it would be the other way round.
    expect(await bills('payer')).toEqual([C, B, A]);
    expect(await bills('-payer')).toEqual([B, A, C]);
    expect(await bills('total')).toEqual([C, B, A]);
    expect(await bills('-total')).toEqual([B, A, C]);
    expect(await bills('billNo')).toEqual([A, B, C]);
    expect(await bills('-state')).toEqual([B, A, C]);
  });

  test.each([['bills', taxBillSort.unwrap().options] as const, ['receipts', receiptSort.unwrap().options] as const])(
    '%s by each of its columns: no row is on two pages, none is missing',
    async (list, sorts) => {
      const no = (row: { billNo: string; receiptNo?: string }) => row.receiptNo ?? row.billNo;
      const all = (await search(list)).rows.map(no).sort();
      expect(all.length).toBeGreaterThan(1);
      for (const sort of sorts) {
        const pages = await Promise.all(all.map((_: string, page: number) => search(list, sort, page + 1, 1)));
        expect(pages.flatMap((page) => page.rows.map(no)).sort(), sort).toEqual(all);
      }
    },
  );

  test('the payer’s own receipts too', async () => {
    const mine = await call('GET', '/api/my/receipts?sort=-receiptNo', 'payer');
    const numbers = mine.body.rows.map((row: { receiptNo: string }) => row.receiptNo);
    expect(numbers).toEqual(numbers.toSorted().reverse());
    expect(numbers.length).toBe(2);
  });

  test.each(['-', 'payer;drop table tax_bill', 'constructor', 'payer_name', '--total', ''])(
    'by “%s” is refused, and what can be done is said',
    async (sort) => {
      const refused = await call('POST', '/api/clerk/bills/search', 'clerk', { sort });
      expect(refused).toMatchObject({
        status: 422,
        body: { problems: [{ code: 'SYS-422', field: 'sort', message: '这个名单不能这样排序；点列名可以重新排' }] },
      });
    },
  );
});

describe('who may do what', () => {
  test('every route refuses whoever it is not for', async () => {
    const allowed = {
      public: [200, 401, 403, 404, 422],
      internal: [404],
    };
    const routes = registeredRoutes(world.program.app).filter((one) => one.path !== '/api/logout');
    expect(routes.length).toBeGreaterThan(25);
    for (const one of routes) {
      const path = one.path.replace(':billNo', A).replace(':receiptNo', 'x').replace(':name', 'drop');
      const statusFor = async (who: keyof typeof cookies | null) =>
        (await call(one.method, path, who, one.method === 'GET' ? undefined : {})).status;
      const seen = {
        route: `${one.method} ${one.path}`,
        anyone: await statusFor(null),
        payer: await statusFor('payer'),
      };
      if (one.access === 'staff') expect(seen).toMatchObject({ anyone: 401, payer: 403 });
      else if (one.access === 'employer')
        expect({ anyone: seen.anyone, clerk: await statusFor('clerk') }).toEqual({ anyone: 401, clerk: 403 });
      else if (one.access === 'internal') expect([422, ...allowed.internal]).toContain(seen.anyone);
      else expect(allowed.public).toContain(seen.anyone);
    }
  });

  test('a clerk’s account does not sign in as a payer, a wrong password says how many tries are left', async () => {
    expect((await signIn('TAXPAYER', 'tax01')).status).toBe(401);
    expect((await signIn('CLERK', 'tax01', 'falsch')).body.problems[0].why).toContain('还可以试');
  });

  test('the control door needs its token', async () => {
    const state = (token: string) =>
      world.program.app.inject({ url: '/internal/idle', headers: { 'x-control-token': token } });
    expect((await state('wrong')).statusCode).toBe(404);
    await world.settle();
    expect((await state('test-token')).json()).toEqual({ idle: true });
  });
});

describe('fault desk', () => {
  test('switches over HTTP reach the transport: a lost message arrives after the resend', async () => {
    const bill = '2023041009000003';
    await call('PUT', '/api/clerk/faults/drop', 'clerk', { ppm: 1_000_000, type: 'bill.issue', times: 1 });
    const item = await world.say('bill.issue', `bill:${bill}`, aprilBill(bill));
    expect(world.fate(item)).toBe('sent');
    const { body: desk } = await call('GET', '/api/clerk/faults', 'clerk');
    expect(desk.faults.find((fault: { name: string }) => fault.name === 'drop')).toMatchObject({ times: 0, hits: 1 });
    // As after a restart: what struck does not strike again.
    await world.program.faults.load();
    world.advance(5 * 60_000);
    await world.settle();
    expect(world.fate(item)).toBe('accepted');
    const { body } = await call('DELETE', '/api/clerk/faults', 'clerk');
    expect(body.faults.every((fault: { ppm: number }) => fault.ppm === 0)).toBe(true);
  });
});
