import { afterAll, beforeAll, expect, test } from 'vitest';
import { DomainError } from '../src/kernel/errors.ts';
import { rows, sql } from '../src/platform/db.ts';
import { systemActor, transact } from '../src/platform/services.ts';
import { contextOf } from './act.ts';
import { cancelBill, receiveBill } from './commands/bill.ts';
import { invoice } from './commands/invoice.ts';
import { aprilBill, EMPLOYER, employerSync, openTaxWorld, type TaxWorld } from './testing/index.ts';

const ROUNDS = 1000;
let world: TaxWorld;
beforeAll(async () => {
  world = await openTaxWorld();
  await world.say('employer.sync', `employer:${EMPLOYER}`, employerSync());
});
afterAll(() => world.close());

test('cancel and invoice at the same instant, 1,000 rounds: never both, never neither (wire.md 39)', async () => {
  const { services } = world.program;
  const inWire = <T>(work: (ctx: ReturnType<typeof contextOf>) => Promise<T>) =>
    transact(services, systemActor('test'), (ctx) => work(contextOf(services, ctx)));
  const outcomes = { invoiced: 0, cancelled: 0 };
  for (let round = 0; round < ROUNDS; round += 1) {
    const billNo = String(2_023_041_100_000_000 + round);
    await inWire((ctx) => receiveBill(ctx, aprilBill(billNo)));
    const cancel = () => inWire((ctx) => cancelBill(ctx, { billNo, reason: 'USER', requestedAt: world.now() }, 'none'));
    const issueTicket = () =>
      world
        .act((ctx) => invoice(ctx, billNo))
        .then(
          () => true,
          (error: unknown) => {
            if (error instanceof DomainError && error.code === 'TZ-WIR-404') return false;
            throw error;
          },
        );
    const [invoiced] = await (round % 2 === 0
      ? Promise.all([issueTicket(), cancel()])
      : Promise.all([cancel(), issueTicket()]).then(([a, b]) => [b, a] as const));
    if (invoiced) outcomes.invoiced += 1;
    else outcomes.cancelled += 1;
  }
  const states = await rows(
    world.database.db,
    sql<{ state: string; granted: boolean; told: number }>`
      select b.state, (a.body::jsonb ->> 'granted')::boolean as granted,
             (select count(*) from wire_outbox_item i where i.entity = 'bill:' || b.bill_no and i.type = 'bill.invoiced') as told
      from tax_bill b join wire_outbox_item a on a.entity = 'bill:' || b.bill_no and a.type = 'bill.cancelAnswer'
      where b.bill_no >= '2023041100000000'`,
  );
  expect(states).toHaveLength(ROUNDS);
  for (const { state, granted, told } of states) {
    expect({ state, told }).toEqual(granted ? { state: 'VOID', told: 0 } : { state: 'INVOICED', told: 1 });
  }
  expect(states.filter((row) => row.granted)).toHaveLength(outcomes.cancelled);
  expect(outcomes.invoiced + outcomes.cancelled).toBe(ROUNDS);
  expect(outcomes.invoiced > 0 && outcomes.cancelled > 0).toBe(true);
});
