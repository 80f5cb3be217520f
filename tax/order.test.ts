/** Messages that overtake one another (wire.md §2 «Order»): a bill of an employer whose registration is still under way waits for it. */
import { afterEach, describe, expect, test } from 'vitest';
import type { Moment } from '../src/kernel/month.ts';
import { getBill } from './queries/views.ts';
import { aprilBill, EMPLOYER, employerSync, openTaxWorld, type TaxWorld } from './testing/index.ts';

let world: TaxWorld;
afterEach(() => world.close());

const BILL = '2023041009000001';
const OTHER = '2023041009000002';
const HOUR = 3_600_000;
const sayBill = (billNo: string) => world.say('bill.issue', `bill:${billNo}`, aprilBill(billNo));
const sayEmployer = (over: Record<string, unknown> = {}) =>
  world.say('employer.sync', `employer:${EMPLOYER}`, employerSync(over));
const stateOf = async (billNo: string) =>
  (await getBill({ db: world.database.db, region: '420500', now: world.now() }, billNo)).state;
const idle = async () => [await world.program.endpoint.idle(), await world.agency.idle()];

describe('a bill before its employer', () => {
  test('waits, takes effect with the registration, and the sender hears of it in the same answer', async () => {
    world = await openTaxWorld();
    const items = [await sayBill(BILL), await sayBill(OTHER)];
    expect(items.map(world.fate)).toEqual(['received', 'received']);
    expect(await idle()).toEqual([false, false]);
    await sayEmployer();
    expect(items.map(world.fate)).toEqual(['accepted', 'accepted']);
    expect([await stateOf(BILL), await stateOf(OTHER)]).toEqual(['OPEN', 'OPEN']);
    expect(await idle()).toEqual([true, true]);
  });

  test('what follows on the same bill waits behind it', async () => {
    world = await openTaxWorld();
    const first = await sayBill(BILL);
    const longer = await world.say('bill.issue', `bill:${BILL}`, aprilBill(BILL, { validThrough: '2023-04-26' }));
    await sayEmployer();
    expect([first, longer].map(world.fate)).toEqual(['accepted', 'accepted']);
    const bill = await getBill({ db: world.database.db, region: '420500', now: world.now() }, BILL);
    expect(bill.validThrough).toBe('2023-04-26');
  });

  test('is overtaken by its cancellation: granted, and the bill is never there', async () => {
    world = await openTaxWorld();
    const issued = await sayBill(BILL);
    await world.say('bill.cancel', `bill:${BILL}`, {
      billNo: BILL,
      reason: 'USER',
      requestedAt: '2023-04-10T09:00:00.000+08:00' as Moment,
    });
    expect(world.of('bill.cancelAnswer').map((heard) => heard.body.granted)).toEqual([true]);
    await sayEmployer();
    world.advance(HOUR);
    await world.settle();
    expect(world.fate(issued)).toBe('refused TZ-WIR-404');
    await expect(stateOf(BILL)).rejects.toMatchObject({ code: 'TZ-WIR-401' });
  });

  test('does not wait for what will not come: refused 301 after 72 hours, an alarm after one', async () => {
    world = await openTaxWorld();
    const item = await sayBill(BILL);
    const alarms = async () => (await world.program.endpoint.status()).alarms.map((one) => one.code);
    expect(await alarms()).toEqual([]);
    world.advance(HOUR);
    await world.settle();
    expect([world.fate(item), await alarms()]).toEqual(['received', ['TZ-WIR-301']]);
    world.advance(72 * HOUR);
    await world.settle();
    world.advance(HOUR);
    await world.settle();
    expect(world.fate(item)).toBe('refused TZ-WIR-301');
    expect(await idle()).toEqual([true, true]);
  });

  test('is refused at once when the registration came and does not name it', async () => {
    world = await openTaxWorld();
    const item = await sayBill(BILL);
    await sayEmployer({ employerNo: '990000109' });
    expect(world.fate(item)).toBe('refused TZ-WIR-301');
    expect(world.fate(await sayBill(OTHER))).toBe('refused TZ-WIR-301');
  });

  test('however the two cross: at the same instant on two workers, nothing is left waiting', async () => {
    world = await openTaxWorld();
    const registered: string[] = [];
    for (let round = 0; round < 6; round += 1) {
      const employerNo = `99000020${round}`;
      const billNo = `202304100900001${round}`;
      const bill = await world.queue('bill.issue', `bill:${billNo}`, aprilBill(billNo, { employerNo }));
      const sync = employerSync({ employerNo, uscc: `91429999MA4K0002${round}0` });
      const employer = await world.queue('employer.sync', `employer:${employerNo}`, sync);
      await world.cross();
      registered.push(...[bill, employer].map((item) => world.fate(item) ?? 'lost'));
    }
    expect(new Set(registered)).toEqual(new Set(['accepted']));
  });
});
