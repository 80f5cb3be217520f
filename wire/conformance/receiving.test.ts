import { afterEach, beforeEach, expect, test } from 'vitest';
import { run, sql } from '../../src/platform/db.ts';
import type { Ack } from '../catalog/index.ts';
import { seededRandom } from '../faults.ts';
import type { ItemContext } from '../types.ts';
import { type Author, billItem, employerItem, makeAuthor, readAcks, receiptBody, receiptItem } from './author.ts';
import { type EngineSubject, makeEngineSubject } from './subject.ts';

/** wire.md §10, 18–25 and 32 as the receiving side: however documents arrive, their effect comes once and in order. */
let subject: EngineSubject;
let author: Author;

beforeEach(async () => {
  author = makeAuthor('tax.429999', () => subject.now());
  subject = await makeEngineSubject(author);
});
afterEach(() => subject.close());

async function push(...documents: readonly string[]): Promise<Map<string | null, Ack>> {
  const reply = await subject.transport(documents);
  expect(reply.status).toBe(200);
  return readAcks(reply.body);
}

test('18 sent five times: effect once, the same answer each time', async () => {
  const document = author.write('bills', 'bill.issue', [billItem('2023041209000018')]);
  for (let n = 0; n < 5; n += 1) expect((await push(document.text)).get(document.id)?.level).toBe('accepted');
  const together = await push(document.text, document.text, document.text);
  expect(together.get(document.id)).toMatchObject({ level: 'accepted', duplicate: true });
  expect(await subject.effects()).toHaveLength(1);
});

test('19 five times at the same instant on two workers: once', async () => {
  const worker = subject.again();
  const documents = Array.from({ length: 20 }, (_, n) =>
    author.write('bills', 'bill.issue', [billItem(`20230412090019${n}`)]),
  );
  const deliveries = documents.flatMap((document) =>
    [0, 1, 2, 3, 4].map(async (n) => readAcks((await (n % 2 ? worker : subject.endpoint).receive(document.text)).body)),
  );
  const answers = await Promise.all(deliveries);
  for (const acks of answers) for (const ack of acks.values()) expect(ack.level).toBe('accepted');
  expect(await subject.effects()).toHaveLength(20);
});

test('20 the ack is lost: the resend gets the same ack', async () => {
  const document = author.write('money', 'payment.posted', [receiptItem('R20')]);
  const lost = (await push(document.text)).get(document.id);
  const again = (await push(document.text)).get(document.id);
  expect(again).toEqual({ ...lost, duplicate: true });
});

test('21 killed before commit: the resend applies; after commit before the ack: duplicate', async () => {
  const other = makeAuthor('tax.429999', () => subject.now(), 'agency.429999');
  let deaths = 1;
  const dying = await makeEngineSubject(other, {
    handlers: {
      'bill.issue': async (ctx) => {
        await run(
          ctx.tx,
          sql`insert into effect (entity, version, type) values (${ctx.entity}, ${ctx.version}, 'bill.issue')`,
        );
        // The connection dies with everything the transaction has done, as by kill -9.
        if (deaths-- > 0) await run(ctx.tx, sql`select pg_terminate_backend(pg_backend_pid())`);
        return { result: 'accepted' };
      },
    },
  });
  try {
    const document = other.write('bills', 'bill.issue', [billItem('2023041209000021')]);
    const first = readAcks((await dying.transport([document.text])).body).get(document.id);
    expect(first).toMatchObject({ level: 'refused', code: 'TZ-WIR-901' });
    expect(await dying.effects()).toHaveLength(0);
    expect(readAcks((await dying.transport([document.text])).body).get(document.id)?.level).toBe('accepted');
    expect(await dying.effects()).toHaveLength(1);
    // After the commit, before the answer: what comes back is the same level as a duplicate.
    const restarted = dying.again();
    expect(readAcks((await restarted.receive(document.text)).body).get(document.id)).toMatchObject({
      level: 'accepted',
      duplicate: true,
    });
    expect(await dying.effects()).toHaveLength(1);
  } finally {
    await dying.close();
  }
});

test('23 versions 1 … 100 in random order: all applied, in order, nothing waits', async () => {
  const documents = Array.from({ length: 100 }, (_, n) =>
    author.write('registry', 'employer.sync', [employerItem('429999023', n + 1), employerItem(`42999${1000 + n}`)]),
  );
  const random = seededRandom(23);
  const shuffled = documents.map((document) => ({ document, key: random() })).sort((a, b) => a.key - b.key);
  const levels = new Map<string | null, string>();
  for (let at = 0; at < 100; at += 10) {
    const acks = await push(...shuffled.slice(at, at + 10).map((one) => one.document.text));
    for (const [id, ack] of acks) levels.set(id, ack.level);
  }
  const versions = (await subject.effects())
    .filter((effect) => effect.entity === 'employer:429999023')
    .map((effect) => effect.version);
  expect(versions).toEqual(Array.from({ length: 100 }, (_, n) => n + 1));
  expect(await subject.effects()).toHaveLength(200);
  expect(await subject.parked()).toBe(0);
  // A document that had to wait is acknowledged anew with the one it waited for.
  expect([...levels.values()].every((level) => level === 'accepted')).toBe(true);
  expect(await subject.endpoint.appliedThrough(subject.db, 'agency.429999', 'registry')).toBe(100);
});

test('24 a hole: parked, asked for after 60 seconds, filled', async () => {
  const one = author.write('registry', 'employer.sync', [employerItem('429999024', 1)]);
  const two = author.write('registry', 'employer.sync', [employerItem('429999024', 2)]);
  const three = author.write('registry', 'employer.sync', [employerItem('429999024', 3), employerItem('429999025', 1)]);
  await push(one.text);
  const waiting = (await push(three.text)).get(three.id);
  expect(waiting).toMatchObject({ level: 'received', applied: true });
  expect(waiting?.items).toMatchObject([{ result: 'parked', reason: 'WAITING_VERSION' }]);
  expect((await subject.effects()).map((effect) => effect.entity)).toEqual([
    'employer:429999024',
    'employer:429999025',
  ]);
  const asked: string[] = [];
  subject.link(async (documents) => {
    asked.push(...documents);
    return subject.transport([]);
  });
  expect(await subject.endpoint.idle()).toBe(false);
  expect(await subject.endpoint.nextAt()).toBe('2023-04-12T09:01:00.000+08:00');
  await subject.endpoint.pump();
  expect(asked).toHaveLength(0);
  subject.advance(60_000);
  await subject.endpoint.pump();
  expect(asked).toHaveLength(1);
  expect(asked[0]).toContain('"type":"resend.request"');
  expect(asked[0]).toContain('"stream":"registry","seqs":[2]');
  const acks = await push(two.text);
  expect(acks.get(two.id)?.level).toBe('accepted');
  expect(acks.get(three.id)?.level).toBe('accepted');
  expect(await subject.endpoint.idle()).toBe(true);
  expect(await subject.endpoint.nextAt()).toBeNull();
});

test('25 a hole in registry stops neither money nor another entity', async () => {
  author.write('registry', 'employer.sync', [employerItem('429999026', 1)]);
  const later = author.write('registry', 'employer.sync', [employerItem('429999027', 1)]);
  author.write('money', 'payment.posted', [receiptItem('R24')]);
  const money = author.write('money', 'payment.posted', [receiptItem('R25')]);
  const acks = await push(later.text, money.text);
  expect(acks.get(later.id)?.level).toBe('accepted');
  expect(acks.get(money.id)?.level).toBe('accepted');
  expect(await subject.endpoint.appliedThrough(subject.db, 'agency.429999', 'money')).toBe(0);
});

test('the same version with another content: 203 and an alarm; a version overtaken by a cancellation: 404', async () => {
  const one = author.write('bills', 'bill.issue', [billItem('2023041209000203')]);
  const other = author.write('bills', 'bill.issue', [billItem('2023041209000203', 1, 99_900)]);
  const same = author.write('bills', 'bill.issue', [billItem('2023041209000203')]);
  await push(one.text);
  expect((await push(other.text)).get(other.id)?.items).toMatchObject([{ result: 'refused', code: 'TZ-WIR-203' }]);
  expect((await push(same.text)).get(same.id)?.items).toMatchObject([{ result: 'duplicate' }]);
  expect(await subject.alarms()).toContain('TZ-WIR-203');
  const issue = author.write('bills', 'bill.issue', [billItem('2023041209000404')]);
  const cancel = author.write('bills', 'bill.cancel', [
    {
      id: '01GXS5W0000000000000000404',
      entity: 'bill:2023041209000404',
      version: 2,
      body: { billNo: '2023041209000404', reason: 'USER', requestedAt: subject.now() },
    },
  ]);
  expect((await push(cancel.text)).get(cancel.id)?.level).toBe('accepted');
  expect((await push(issue.text)).get(issue.id)?.items).toMatchObject([{ result: 'refused', code: 'TZ-WIR-404' }]);
  expect((await subject.effects()).filter((effect) => effect.entity === 'bill:2023041209000404')).toMatchObject([
    { type: 'bill.cancel' },
  ]);
});

test('money is never refused: what our program fails on waits for a person and is done again, and what follows it after it', async () => {
  let broken = true;
  const other = makeAuthor('tax.429999', () => careful.now());
  const effect = (ctx: ItemContext, type: string) =>
    run(ctx.tx, sql`insert into effect (entity, version, type) values (${ctx.entity}, ${ctx.version}, ${type})`);
  const careful = await makeEngineSubject(other, {
    handlers: {
      'payment.posted': async (ctx) => {
        await effect(ctx, 'payment.posted');
        if (broken) await run(ctx.tx, sql`select 1 / 0`);
        return { result: 'accepted' };
      },
      'payment.reversed': async (ctx) => {
        await effect(ctx, 'payment.reversed');
        return { result: 'accepted' };
      },
    },
  });
  const tryAll = async (): Promise<void> => {
    for (let n = 0; n < 6; n += 1) {
      careful.advance(16 * 60_000);
      await careful.endpoint.pump();
    }
  };
  try {
    const paid = other.write('money', 'payment.posted', [receiptItem('R1')]);
    const reversed = other.write('money', 'payment.reversed', [
      {
        id: '01GXS5W0000000000000000905',
        entity: 'receipt:R1',
        version: 2,
        body: {
          receiptNo: 'R1',
          reversalNo: 'V1',
          fen: receiptBody('R1').totalFen,
          reversedAt: careful.now(),
          reason: 'BANK_RETURN',
        },
      },
    ]);
    await careful.transport([paid.text, reversed.text]);
    await tryAll();
    // Hours later: neither refused nor done, and nothing behind it went first.
    const [held] = await careful.endpoint.held();
    expect(held).toMatchObject({ kind: 'FAILED', about: 'receipt:R1', type: 'payment.posted' });
    expect(await careful.effects()).toEqual([]);
    expect(readAcks((await careful.transport([paid.text])).body).get(paid.id)?.level).toBe('received');
    expect(await careful.endpoint.appliedThrough(careful.db, 'agency.429999', 'money')).toBe(0);
    expect(await careful.endpoint.nextAt()).toBeNull();
    // Asked for again while the program is as bad as before: the same once more.
    expect(await careful.settle('FAILED', held?.id ?? '')).toBe(true);
    expect(await careful.endpoint.held()).toEqual([]);
    await tryAll();
    expect(await careful.endpoint.held()).toMatchObject([{ kind: 'FAILED', id: held?.id }]);
    broken = false;
    expect(await careful.settle('FAILED', held?.id ?? '')).toBe(true);
    await careful.endpoint.pump();
    expect(await careful.effects()).toMatchObject([
      { version: 1, type: 'payment.posted' },
      { version: 2, type: 'payment.reversed' },
    ]);
    expect(await careful.endpoint.held()).toEqual([]);
    expect(await careful.endpoint.idle()).toBe(true);
    expect(await careful.endpoint.appliedThrough(careful.db, 'agency.429999', 'money')).toBe(2);
    expect(await careful.settle('FAILED', held?.id ?? '')).toBe(false);
  } finally {
    await careful.close();
  }
});

test('an alarm that was seen rests until the same comes again; strangers ring once an hour', async () => {
  const forged = (n: number) =>
    author
      .write('registry', 'employer.sync', [employerItem(`4299990${n}`)])
      .text.replace(/"key":"[^"]+"/, `"key":"k${n}"`);
  await push(forged(50), forged(51), forged(52));
  const [alarm, ...more] = (await subject.endpoint.held()).filter(
    (one) => one.kind === 'ALARM' && /：k\d+$/.test(one.reason),
  );
  expect([alarm?.peer, more]).toEqual(['agency.429999', []]);
  expect(await subject.settle('ALARM', alarm?.id ?? '')).toBe(true);
  expect((await subject.endpoint.held()).find((one) => one.id === alarm?.id)).toBeUndefined();
  await push(forged(53));
  expect((await subject.endpoint.held()).find((one) => one.id === alarm?.id)?.reason).toMatch(/：k53$/);
});

test('32 one bad item among 1,000: 999 accepted, and nothing behind it waits', async () => {
  const poison = 'bill:2023041209000500';
  const other = makeAuthor('tax.429999', () => picky.now());
  const picky = await makeEngineSubject(other, {
    handlers: {
      'bill.issue': async (ctx) => {
        await run(
          ctx.tx,
          sql`insert into effect (entity, version, type) values (${ctx.entity}, ${ctx.version}, 'bill.issue')`,
        );
        if (ctx.entity === poison && ctx.version === 1) await run(ctx.tx, sql`select 1 / 0`);
        return { result: 'accepted' };
      },
    },
  });
  try {
    const items = Array.from({ length: 1000 }, (_, n) => billItem(`2023041209${String(n).padStart(6, '0')}`));
    const document = other.write('bills', 'bill.issue', items);
    const ack = readAcks((await picky.transport([document.text])).body).get(document.id);
    expect(ack).toMatchObject({ level: 'received', applied: true });
    expect(ack?.items).toMatchObject([{ result: 'parked', reason: 'WAITING_RETRY', code: 'TZ-WIR-901' }]);
    expect(await picky.effects()).toHaveLength(999);
    const behind = other.write('bills', 'bill.issue', [billItem('2023041209000500', 2)]);
    expect(readAcks((await picky.transport([behind.text])).body).get(behind.id)?.level).toBe('received');
    // Tried again with growing pauses; then it is a person's, and what waited behind it goes on.
    for (let n = 0; n < 5; n += 1) {
      picky.advance(16 * 60_000);
      await picky.endpoint.pump();
    }
    expect(await picky.parked()).toBe(0);
    expect((await picky.endpoint.status()).deadLetters).toMatchObject([{ reason: 'TZ-WIR-901' }]);
    const last = readAcks((await picky.transport([document.text])).body).get(document.id);
    expect(last).toMatchObject({ level: 'accepted', items: [{ result: 'refused', code: 'TZ-WIR-901' }] });
    expect((await picky.effects()).filter((effect) => effect.entity === poison)).toMatchObject([{ version: 2 }]);
    const [held] = await picky.endpoint.held();
    expect(held).toMatchObject({ kind: 'GIVEN_UP', about: poison, type: 'bill.issue', peer: 'agency.429999' });
    expect(await picky.settle('GIVEN_UP', held?.id ?? '')).toBe(true);
    expect(await picky.endpoint.held()).toEqual([]);
  } finally {
    await picky.close();
  }
});

test('a refusal of the business is an answer of its item only', async () => {
  const other = makeAuthor('tax.429999', () => strict.now());
  const strict = await makeEngineSubject(other, {
    handlers: {
      'bill.issue': async (ctx) =>
        ctx.entity.endsWith('1')
          ? { result: 'refused', code: 'TZ-WIR-302', detail: '合计不符' }
          : { result: 'parked', reason: 'NO_BILL' },
    },
  });
  try {
    const document = other.write('bills', 'bill.issue', [billItem('2023041209000001'), billItem('2023041209000002')]);
    const ack = readAcks((await strict.transport([document.text])).body).get(document.id);
    expect(ack?.level).toBe('accepted');
    expect(ack?.items).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ result: 'refused', code: 'TZ-WIR-302', reason: '合计不符' }),
        expect.objectContaining({ result: 'parked', reason: 'NO_BILL' }),
      ]),
    );
  } finally {
    await strict.close();
  }
});
