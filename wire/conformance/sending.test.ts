import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Moment } from '../../src/kernel/month.ts';
import { one, sql } from '../../src/platform/db.ts';
import { splitDocuments } from '../document.ts';
import type { TransportReply } from '../types.ts';
import { billBody, employerBody, receiptBody } from './author.ts';
import { makePair, type Pair, START } from './subject.ts';

/** wire.md §10, 20–22 and 26–28 as the sending side. */
let pair: Pair;

beforeEach(async () => {
  pair = await makePair();
});
afterEach(() => pair.close());

const bill = (no: string) =>
  ({ stream: 'bills', type: 'bill.issue', entity: `bill:${no}`, body: billBody(no) }) as const;
const nobody = async (): Promise<TransportReply> => {
  throw new Error('nobody there');
};
/** Tries by its own clock until nothing is left to try. */
async function giveUp(side: Pair['agency']): Promise<void> {
  for (let n = 0; n < 400; n += 1) {
    const { nextAt } = await side.endpoint.pump();
    if (!nextAt) break;
    side.setNow(nextAt);
  }
}

test('an item goes out once, its states are told in order', async () => {
  const { agency, tax } = pair;
  await agency.send(bill('2023041209000100'));
  expect(await agency.endpoint.nextAt()).toBe(START);
  const report = await agency.endpoint.pump();
  expect(report).toEqual({ sent: 1, pending: 0, nextAt: null });
  expect(await tax.effects()).toEqual([{ entity: 'bill:2023041209000100', version: 1, type: 'bill.issue' }]);
  expect(agency.deliveries).toEqual(['sent', 'received', 'accepted'].map((state) => `bill:2023041209000100 ${state}`));
  expect(await agency.endpoint.idle()).toBe(true);
  expect((await agency.endpoint.pump()).sent).toBe(0);
});

test('20 the answer is lost: the same bytes again after 60 s, 120 s …, effect once', async () => {
  const { agency, tax } = pair;
  const seen: string[] = [];
  let lose = 3;
  agency.link(async (documents) => {
    seen.push(...documents);
    const reply = await tax.transport(documents);
    if (lose-- > 0) throw new Error('answer lost');
    return reply;
  });
  await agency.send(bill('2023041209000101'));
  const waits: number[] = [];
  for (let n = 0; n < 4; n += 1) {
    const { nextAt } = await agency.endpoint.pump();
    if (!nextAt) break;
    waits.push((Date.parse(nextAt) - Date.parse(agency.now())) / 1000);
    agency.setNow(nextAt);
    tax.setNow(nextAt);
  }
  expect(waits).toEqual([60, 120, 240]);
  expect(seen).toHaveLength(4);
  expect(new Set(seen).size).toBe(1);
  expect(await tax.effects()).toHaveLength(1);
  expect(agency.deliveries.at(-1)).toBe('bill:2023041209000101 accepted');
});

test('22 sender killed after commit, before the push: goes out after the restart', async () => {
  const { agency, tax } = pair;
  await agency.send(bill('2023041209000102'));
  agency.link(nobody);
  await agency.endpoint.pump();
  agency.link(tax.transport);
  agency.advance(60_000);
  const restarted = agency.again();
  expect((await restarted.pump()).sent).toBe(1);
  expect(await tax.effects()).toHaveLength(1);
});

test('two workers pump at once: every document once, no seq twice', async () => {
  const { agency, tax } = pair;
  let pushed = 0;
  agency.link(async (documents) => {
    pushed += documents.length;
    return tax.transport(documents);
  });
  for (let n = 0; n < 30; n += 1) await agency.send(n % 2 ? bill(`20230412091${n}`) : employer(`4299990${n}`));
  await Promise.all([agency.endpoint.pump(), agency.again().pump()]);
  await agency.endpoint.pump();
  expect(await tax.effects()).toHaveLength(30);
  expect(pushed).toBe(2);
  expect(await agency.endpoint.idle()).toBe(true);
});

const employer = (no: string) =>
  ({ stream: 'registry', type: 'employer.sync', entity: `employer:${no}`, body: employerBody(no) }) as const;

test('26 429 with Retry-After is obeyed; the window is never exceeded', async () => {
  const { agency, tax } = pair;
  const times: Moment[] = [];
  let refusals = 1;
  agency.link(async (documents) => {
    times.push(agency.now());
    if (refusals-- > 0) return { status: 429, retryAfterSeconds: 300, body: '' };
    return tax.transport(documents);
  });
  await agency.send(bill('2023041209000103'));
  expect((await agency.endpoint.pump()).nextAt).toBe('2023-04-12T09:05:00.000+08:00');
  agency.advance(299_000);
  await agency.endpoint.pump();
  expect(times).toHaveLength(1);
  agency.advance(1_000);
  tax.setNow(agency.now());
  await agency.endpoint.pump();
  expect(times).toEqual([START, '2023-04-12T09:05:00.000+08:00']);
  expect(await tax.effects()).toHaveLength(1);
});

test('26 a closed window opens by itself', async () => {
  await pair.close();
  let window = 3;
  pair = await makePair({ tax: { window: () => window } });
  const { agency, tax } = pair;
  await agency.send(bill('2023041209000104'));
  await agency.endpoint.pump();
  let most = 0;
  agency.link(async (documents) => {
    const items = splitDocuments(documents.join('')).reduce(
      (sum, one) => sum + (one.ok ? one.document.head.count : 0),
      0,
    );
    most = Math.max(most, items);
    return tax.transport(documents);
  });
  for (let n = 0; n < 10; n += 1) await agency.send(bill(`2023041209001${n}`));
  window = 0;
  await agency.endpoint.pump();
  const settled = (await tax.effects()).length;
  expect(settled).toBeLessThanOrEqual(4);
  expect(most).toBeLessThanOrEqual(3);
  expect((await agency.endpoint.pump()).pending).toBe(11 - settled);
  window = 3;
  agency.advance(60_000);
  tax.setNow(agency.now());
  await agency.endpoint.pump();
  agency.advance(60_000);
  tax.setNow(agency.now());
  await agency.endpoint.pump();
  expect(most).toBeLessThanOrEqual(3);
  expect(await tax.effects()).toHaveLength(11);
});

test('27 down for three hours: everything arrives, in order per entity', async () => {
  const { agency, tax } = pair;
  agency.link(nobody);
  for (let n = 0; n < 18; n += 1) {
    await agency.send(employer('429999500'));
    await agency.send(bill(`20230412094${n}`));
    await agency.endpoint.pump();
    agency.advance(10 * 60_000);
  }
  expect((await agency.endpoint.status()).outbox).toMatchObject({ sent: 36 });
  agency.link(tax.transport);
  tax.setNow(agency.now());
  for (let n = 0; n < 20 && !(await agency.endpoint.idle()); n += 1) {
    const next = await agency.endpoint.nextAt();
    if (next && next > agency.now()) agency.setNow(next);
    tax.setNow(agency.now());
    await agency.endpoint.pump();
  }
  const versions = (await tax.effects())
    .filter((effect) => effect.entity === 'employer:429999500')
    .map((effect) => effect.version);
  expect(versions).toEqual(Array.from({ length: 18 }, (_, n) => n + 1));
  expect(await tax.effects()).toHaveLength(36);
  expect(await agency.endpoint.idle()).toBe(true);
});

test('28 a refusal is not resent, and tells its code', async () => {
  await pair.close();
  pair = await makePair({
    tax: { handlers: { 'bill.issue': async () => ({ result: 'refused', code: 'TZ-WIR-304' }) } },
  });
  const { agency, tax } = pair;
  let pushes = 0;
  agency.link(async (documents) => {
    pushes += 1;
    return tax.transport(documents);
  });
  await agency.send(bill('2023041209000105'));
  await agency.endpoint.pump();
  for (let n = 0; n < 5; n += 1) {
    agency.advance(3_600_000);
    await agency.endpoint.pump();
  }
  expect(pushes).toBe(1);
  expect(agency.deliveries.at(-1)).toBe('bill:2023041209000105 refused TZ-WIR-304');
  expect((await agency.endpoint.status()).failures).toMatchObject([{ code: 'TZ-WIR-304', tries: 1 }]);
});

test('28 after 72 hours a dead letter; a person sends it again, byte for byte', async () => {
  const { agency, tax } = pair;
  const seen: string[] = [];
  agency.link(async (documents) => {
    seen.push(...documents);
    throw new Error('nobody there');
  });
  await agency.send(bill('2023041209000106'));
  await giveUp(agency);
  expect(agency.deliveries.at(-1)).toBe('bill:2023041209000106 dead TZ-WIR-108');
  const [letter] = (await agency.endpoint.status()).deadLetters;
  expect(letter?.reason).toBe('72 小时未送达');
  expect(await agency.endpoint.nextAt()).toBeNull();
  expect(new Set(seen).size).toBe(1);
  // Back within the quarantine span of the receiver.
  tax.setNow(START);
  agency.link(async (documents) => {
    seen.push(...documents);
    return tax.transport(documents);
  });
  expect(await agency.settle('DEAD', letter?.documentId ?? '')).toBe(true);
  agency.advance(15 * 60_000);
  await agency.endpoint.pump();
  expect(new Set(seen).size).toBe(1);
  expect(await tax.effects()).toHaveLength(1);
  expect((await agency.endpoint.status()).deadLetters).toEqual([]);
});

test('a dead letter that the peer asks for, because a later one shows the gap, is no dead letter any more', async () => {
  const { agency, tax } = pair;
  agency.link(async () => {
    throw new Error('nobody there');
  });
  await agency.send(bill('2023041209000107'));
  await giveUp(agency);
  expect((await agency.endpoint.status()).deadLetters).toHaveLength(1);
  agency.link(tax.transport);
  tax.setNow(agency.now());
  await agency.send(bill('2023041209000108'));
  for (let n = 0; n < 20; n += 1) {
    await agency.endpoint.pump();
    await tax.endpoint.pump();
    agency.advance(15 * 60_000);
    tax.setNow(agency.now());
  }
  // It is older than 72 hours: an officer of the other side lets it in.
  const { document_id: late } = await one(
    tax.db,
    sql<{ document_id: string }>`select document_id from wire_inbox_document where state = 'quarantined'`,
  );
  expect(await tax.settle('QUARANTINED', late)).toBe(true);
  for (let n = 0; n < 5; n += 1) {
    agency.advance(60 * 60_000);
    tax.setNow(agency.now());
    await agency.endpoint.pump();
  }
  expect(await tax.effects()).toHaveLength(2);
  const { deadLetters } = await agency.endpoint.status();
  expect(deadLetters).toEqual([]);
});

test('received but not accepted: asked after 30 minutes on the 10th, after 20 on the 12th', async () => {
  await pair.close();
  let broken = true;
  const handler = async () => {
    if (broken) throw new Error('broken inside');
    return { result: 'accepted' } as const;
  };
  pair = await makePair({ tax: { handlers: { 'bill.issue': handler } } });
  const { agency, tax } = pair;
  const types: string[] = [];
  agency.link(async (documents) => {
    types.push(...documents.map((text) => /"type":"([^"]+)"/.exec(text)?.[1] ?? ''));
    return tax.transport(documents);
  });
  await agency.send(bill('2023041209000107'));
  expect((await agency.endpoint.pump()).nextAt).toBe('2023-04-12T09:20:00.000+08:00');
  expect(agency.deliveries.at(-1)).toBe('bill:2023041209000107 received');
  broken = false;
  tax.advance(60_000);
  await tax.endpoint.pump();
  agency.advance(20 * 60_000);
  tax.setNow(agency.now());
  await agency.endpoint.pump();
  expect(types).toEqual(['bill.issue', 'status.query']);
  expect(agency.deliveries.at(-1)).toBe('bill:2023041209000107 accepted');
  broken = true;
  agency.setNow('2023-04-10T09:00:00.000+08:00' as Moment);
  tax.setNow(agency.now());
  await agency.send(bill('2023041009000108'));
  expect((await agency.endpoint.pump()).nextAt).toBe('2023-04-10T09:30:00.000+08:00');
});

test('a cancellation before the sender loop withdraws the item and its version; afterwards it is too late', async () => {
  const { agency, tax } = pair;
  const cancel = (entity: string, type: string) =>
    agency.db.transaction().execute((tx) => agency.endpoint.cancelUnsent(tx, entity, type));
  await agency.send(bill('2023041209000109'));
  expect(await cancel('bill:2023041209000109', 'bill.issue')).toBe(true);
  expect(await cancel('bill:2023041209000109', 'bill.issue')).toBe(false);
  await agency.endpoint.pump();
  expect(await tax.effects()).toHaveLength(0);
  await agency.send(bill('2023041209000109'));
  await agency.endpoint.pump();
  expect(await tax.effects()).toMatchObject([{ version: 1 }]);
  expect(await cancel('bill:2023041209000109', 'bill.issue')).toBe(false);
});

test('cancel and sender loop at the same instant: withdrawn or sent, never both', async () => {
  const { agency, tax } = pair;
  for (let n = 0; n < 20; n += 1) {
    const no = `2023041209002${n}`;
    await agency.send(bill(no));
    const [withdrawn] = await Promise.all([
      agency.db.transaction().execute((tx) => agency.endpoint.cancelUnsent(tx, `bill:${no}`, 'bill.issue')),
      agency.endpoint.pump(),
    ]);
    await agency.endpoint.pump();
    const effects = (await tax.effects()).filter((effect) => effect.entity === `bill:${no}`);
    expect(effects).toHaveLength(withdrawn ? 0 : 1);
  }
});

test('a watermark quotes the seq of the last receipt before it', async () => {
  await pair.close();
  const marks: { moneySeq: number; applied: number }[] = [];
  pair = await makePair({
    agency: {
      handlers: {
        'tax.watermark': async (ctx, body: { moneySeq: number }) => {
          marks.push({
            moneySeq: body.moneySeq,
            applied: await pair.agency.endpoint.appliedThrough(ctx.tx, ctx.from, 'money'),
          });
          return { result: 'accepted' };
        },
      },
    },
  });
  const { tax } = pair;
  await tax.send({ stream: 'money', type: 'payment.posted', entity: 'receipt:R1', body: receiptBody('R1') });
  await tax.send({ stream: 'money', type: 'payment.posted', entity: 'receipt:R2', body: receiptBody('R2') });
  await tax.send({ stream: 'money', type: 'tax.watermark', entity: 'watermark:429999', body: { paidThrough: START } });
  await tax.endpoint.pump();
  expect(marks).toEqual([{ moneySeq: 1, applied: 1 }]);
});

test('a synchronous question is answered, with the seq of the money behind the answer', async () => {
  const { agency, tax } = pair;
  const asking = agency.again();
  const answering = tax.again({
    queries: {
      'bill.query': async (_ctx, body: { billNo: string }) => ({
        billNo: body.billNo,
        state: 'POSTED',
        asOf: START,
        moneySeq: 0,
      }),
    },
  });
  agency.link(async (documents) => answering.receive(documents.join('')));
  await tax.send({ stream: 'money', type: 'payment.posted', entity: 'receipt:R3', body: receiptBody('R3') });
  expect(await asking.query('bill.query', { billNo: '2023041209000110' })).toEqual({
    billNo: '2023041209000110',
    state: 'POSTED',
    asOf: START,
    moneySeq: 1,
  });
  agency.link(nobody);
  await expect(asking.query('bill.query', { billNo: '1' })).rejects.toMatchObject({ code: 'TZ-WIR-108' });
});

test('hello after a loss: who is behind asks for a resend', async () => {
  const { agency, tax } = pair;
  await agency.send(bill('2023041209000111'));
  agency.link(async () => ({ status: 200, body: 'lost\n' }));
  await agency.endpoint.pump();
  agency.link(tax.transport);
  tax.link(agency.transport);
  await tax.endpoint.hello('agency.429999');
  await tax.endpoint.pump();
  await agency.endpoint.pump();
  expect(await tax.effects()).toHaveLength(1);
});
