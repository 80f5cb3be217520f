import { expect, test } from 'vitest';
import { createFaults, FAULT_KINDS } from '../faults.ts';
import { billBody, employerBody, receiptBody } from './author.ts';
import { makePair } from './subject.ts';

/** Every fault of the way at once, from a printed seed: both sides still agree, each effect came once (wire.md §10, 77 in small). */
test.each([1, 2])('all faults at 10 %, both ways, seed %i', async (seed) => {
  const pair = await makePair();
  try {
    const { agency, tax } = pair;
    const faults = createFaults({ seed, retryAfterSeconds: 90, slowMs: 1 });
    for (const kind of FAULT_KINDS) if (kind !== 'wrongSeal') faults.set({ kind, probability: 0.1 });
    agency.link(faults.wrapTransport(tax.transport));
    tax.link(faults.wrapTransport(agency.transport));
    for (let n = 0; n < 40; n += 1) {
      await agency.send({
        stream: 'registry',
        type: 'employer.sync',
        entity: `employer:${n % 7}`,
        body: employerBody(`${n % 7}`),
      });
      await agency.send({ stream: 'bills', type: 'bill.issue', entity: `bill:${n}`, body: billBody(`${n}`) });
      await tax.send({ stream: 'money', type: 'payment.posted', entity: `receipt:${n}`, body: receiptBody(`${n}`) });
      await agency.endpoint.pump();
      await tax.endpoint.pump();
      agency.advance(7_000);
      tax.setNow(agency.now());
    }
    for (let n = 0; n < 400; n += 1) {
      if ((await agency.endpoint.idle()) && (await tax.endpoint.idle())) break;
      agency.advance(60_000);
      tax.setNow(agency.now());
      await agency.endpoint.pump();
      await tax.endpoint.pump();
    }
    const employers = (await tax.effects()).filter((effect) => effect.type === 'employer.sync');
    expect(employers).toHaveLength(40);
    expect(new Set(employers.map((effect) => `${effect.entity} ${effect.version}`)).size).toBe(40);
    expect((await tax.effects()).filter((effect) => effect.type === 'bill.issue')).toHaveLength(40);
    expect(await agency.effects()).toHaveLength(40);
    expect(await agency.endpoint.idle()).toBe(true);
    expect(await tax.endpoint.idle()).toBe(true);
    expect((await agency.endpoint.status()).failures).toEqual([]);
    expect((await tax.endpoint.status()).failures).toEqual([]);
  } finally {
    await pair.close();
  }
});

test('a fault hits its type only, and only so many times', async () => {
  const faults = createFaults({ seed: 3 });
  faults.set({ kind: 'drop', type: 'bill.issue', probability: 1, times: 1 });
  const arrived: string[] = [];
  const send = faults.wrapTransport(async (documents) => {
    arrived.push(...documents);
    return { status: 200, body: '' };
  });
  const bill = '{"wire":"1","type":"bill.issue"}\n';
  const money = '{"wire":"1","type":"payment.posted"}\n';
  await send([bill, money]);
  expect(arrived).toEqual([money]);
  await send([bill]);
  expect(arrived).toEqual([money, bill]);
  expect(faults.list()).toEqual([]);
});

test('a wrong seal is refused and a person must look', async () => {
  const pair = await makePair();
  try {
    const faults = createFaults({ seed: 4 });
    faults.set({ kind: 'wrongSeal', probability: 1, times: 1 });
    pair.agency.link(faults.wrapTransport(pair.tax.transport));
    await pair.agency.send({ stream: 'bills', type: 'bill.issue', entity: 'bill:4', body: billBody('4') });
    await pair.agency.endpoint.pump();
    expect(await pair.tax.effects()).toEqual([]);
    expect(await pair.tax.alarms()).toEqual(['TZ-WIR-204']);
    // What arrived was not what was sent, so the true bytes go again.
    pair.agency.advance(60_000);
    pair.tax.setNow(pair.agency.now());
    await pair.agency.endpoint.pump();
    expect(await pair.tax.effects()).toHaveLength(1);
  } finally {
    await pair.close();
  }
});
