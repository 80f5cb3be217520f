import { afterAll, beforeAll, expect, test } from 'vitest';
import { addMs, type Moment } from '../../src/kernel/month.ts';
import type { Ack } from '../catalog/index.ts';
import { buildDocument, FIRST_PREV } from '../document.ts';
import { generateSigner, verifyKeyOf } from '../seal.ts';
import { type Author, billItem, employerBody, employerItem, item, makeAuthor, readAcks } from './author.ts';
import { type EngineSubject, makeEngineSubject, START } from './subject.ts';

/** wire.md §10, 1–4 and 7–14: what an envelope must be to be believed. Each test uses its own peer name, so none disturbs another. */
let subject: EngineSubject;
let author: Author;
let second: Author;
const ed25519 = generateSigner('author-ed', 'Ed25519');
const expired = generateSigner('author-old');

beforeAll(async () => {
  const signer = generateSigner('author-1');
  const now = () => subject.now();
  author = makeAuthor('tax.429999', now, 'agency.429999', signer);
  second = makeAuthor('tax.429999', now, 'agency.429999', signer);
  const keys = [...author.keys, verifyKeyOf(ed25519), { ...verifyKeyOf(expired), validTo: addMs(START, -1000) }];
  subject = await makeEngineSubject({ party: 'agency.429999', keys });
});
afterAll(() => subject.close());

async function push(...documents: readonly string[]): Promise<Map<string | null, Ack>> {
  const reply = await subject.transport(documents);
  expect(reply.status).toBe(200);
  return readAcks(reply.body);
}

const effectsOf = async (entity: string) =>
  (await subject.effects()).filter((effect) => effect.entity === entity).length;

test('1 a valid document is received and accepted', async () => {
  const document = author.write('registry', 'employer.sync', [employerItem('100000001')]);
  expect((await push(document.text)).get(document.id)).toMatchObject({ level: 'accepted', applied: true });
  expect(await effectsOf('employer:100000001')).toBe(1);
});

test('2 one byte of an item changed: 103, nothing applied, and the true bytes are taken afterwards', async () => {
  const document = author.write('registry', 'employer.sync', [employerItem('100000002')]);
  const broken = document.text.replace('示例单位100000002', '示例单位100000009');
  expect((await push(broken)).get(document.id)).toMatchObject({ level: 'refused', code: 'TZ-WIR-103' });
  expect(await effectsOf('employer:100000002')).toBe(0);
  expect((await push(document.text)).get(document.id)?.level).toBe('accepted');
  expect(await effectsOf('employer:100000002')).toBe(1);
});

test('3 one byte of the head changed: 204', async () => {
  const document = second.write('bills', 'bill.issue', [billItem('2023041209000003')], { seq: 9 });
  const broken = document.text.replace('"seq":9', '"seq":8');
  expect((await push(broken)).get(document.id)).toMatchObject({ level: 'refused', code: 'TZ-WIR-204' });
  expect(await effectsOf('bill:2023041209000003')).toBe(0);
});

test('4 sealed by another key under our key id: 204; under an unknown key id: 205', async () => {
  const forged = second.write('bills', 'bill.issue', [billItem('2023041209000004')], {
    seq: 9,
    signer: generateSigner('author-1'),
  });
  expect((await push(forged.text)).get(forged.id)?.code).toBe('TZ-WIR-204');
  const unknown = second.write('bills', 'bill.issue', [billItem('2023041209000004')], {
    seq: 9,
    signer: generateSigner('other'),
  });
  expect((await push(unknown.text)).get(unknown.id)?.code).toBe('TZ-WIR-205');
  expect(await subject.alarms()).toContain('TZ-WIR-204');
});

test('5 an expired key: 205', async () => {
  const document = second.write('bills', 'bill.issue', [billItem('2023041209000005')], { seq: 9, signer: expired });
  expect((await push(document.text)).get(document.id)?.code).toBe('TZ-WIR-205');
});

test('7 addressed to somebody else: 201', async () => {
  const document = second.write('bills', 'bill.issue', [billItem('2023041209000007')], { seq: 9, to: 'tax.420500' });
  expect((await push(document.text)).get(document.id)?.code).toBe('TZ-WIR-201');
  const stranger = second.write('bills', 'bill.issue', [billItem('2023041209000007')], {
    seq: 9,
    from: 'agency.000000',
  });
  expect((await push(stranger.text)).get(stranger.id)?.code).toBe('TZ-WIR-201');
});

test('8 an Ed25519 seal under an SM2 key: 208; under its own key it holds', async () => {
  const wrong = second.write('bills', 'bill.issue', [billItem('2023041209000008')], {
    seq: 9,
    signer: { ...ed25519, keyId: 'author-1' },
  });
  expect((await push(wrong.text)).get(wrong.id)?.code).toBe('TZ-WIR-208');
  const right = makeAuthor('tax.429999', () => subject.now(), 'agency.429999', ed25519).write(
    'recon',
    'employer.sync',
    [employerItem('100000008')],
  );
  expect((await push(right.text)).get(right.id)?.level).toBe('accepted');
});

test('9 an unknown optional field is ignored; an unknown type is 101 without harm to its neighbours', async () => {
  const extended = author.write(
    'registry',
    'employer.sync',
    [item('employer:100000009', 1, { ...employerBody('100000009'), futureField: 1 })],
    { schema: 'employer.sync/1.3' },
  );
  const strange = author.write('registry', 'employer.dance', [employerItem('100000010')]);
  const normal = author.write('registry', 'employer.sync', [employerItem('100000011'), employerItem('100000010', 2)]);
  const acks = await push(extended.text, strange.text, normal.text);
  expect(acks.get(extended.id)?.level).toBe('accepted');
  expect(acks.get(strange.id)).toMatchObject({ level: 'refused', code: 'TZ-WIR-101' });
  expect(acks.get(normal.id)?.level).toBe('accepted');
  // The refused item used up version 1: version 2 did not wait for it.
  expect(await effectsOf('employer:100000010')).toBe(1);
  const newMajor = author.write('registry', 'employer.sync', [employerItem('100000012')], {
    schema: 'employer.sync/2',
  });
  expect((await push(newMajor.text)).get(newMajor.id)?.code).toBe('TZ-WIR-101');
});

test('10 count and lines differ: 102, the neighbours are applied', async () => {
  const before = author.write('registry', 'employer.sync', [employerItem('100000013')]);
  const cut = second.write('bills', 'bill.issue', [billItem('2023041209000010'), billItem('2023041209000011')], {
    seq: 9,
  });
  const lines = cut.text.split('\n');
  const after = author.write('registry', 'employer.sync', [employerItem('100000014')]);
  const acks = await push(before.text, [lines[0], lines[1], lines[3], ''].join('\n'), after.text);
  expect(acks.get(cut.id)).toMatchObject({ level: 'refused', code: 'TZ-WIR-102' });
  expect(acks.get(before.id)?.level).toBe('accepted');
  expect(acks.get(after.id)?.level).toBe('accepted');
});

test('11 1,001 items, or more than 4 MiB: 105', async () => {
  const many = Array.from({ length: 1001 }, (_, n) => employerItem(`2${String(n).padStart(8, '0')}`));
  const tooMany = author.write('registry', 'employer.sync', many);
  expect((await push(tooMany.text)).get(tooMany.id)?.code).toBe('TZ-WIR-105');
  const large = author.write('registry', 'employer.sync', [
    item('employer:100000015', 1, { ...employerBody('100000015'), filler: 'x'.repeat(4 * 1024 * 1024) }),
  ]);
  expect((await push(large.text)).get(large.id)?.code).toBe('TZ-WIR-105');
  // Authentic as they were, they are no holes.
  const next = author.write('registry', 'employer.sync', [employerItem('100000016')]);
  expect((await push(next.text)).get(next.id)?.level).toBe('accepted');
  expect((await subject.effects()).some((effect) => effect.entity.startsWith('employer:2'))).toBe(false);
});

test('12 six minutes ahead: 104; three hours old: taken; a known document at any age: duplicate', async () => {
  const ahead = second.write('money', 'employer.sync', [employerItem('100000017')], {
    seq: 1,
    prev: FIRST_PREV,
    time: addMs(START, 360_000),
  });
  expect((await push(ahead.text)).get(ahead.id)?.code).toBe('TZ-WIR-104');
  const old = author.write('registry', 'employer.sync', [employerItem('100000018')], {
    time: addMs(START, -3 * 3_600_000),
  });
  expect((await push(old.text)).get(old.id)?.level).toBe('accepted');
  subject.setNow('2024-04-30T09:00:00.000+08:00' as Moment);
  const again = (await push(old.text)).get(old.id);
  expect(again).toMatchObject({ level: 'accepted', duplicate: true });
  // Older than 72 h and never seen: stored, but not applied before an officer has looked.
  const late = author.write('registry', 'employer.sync', [employerItem('100000019')], { time: START });
  const lateAck = (await push(late.text)).get(late.id);
  expect(lateAck?.level).toBe('received');
  expect(lateAck?.applied).toBeUndefined();
  expect(await effectsOf('employer:100000019')).toBe(0);
  expect(await subject.settle('QUARANTINED', late.id)).toBe(true);
  expect(await effectsOf('employer:100000019')).toBe(1);
  // Beyond the 400 days for which numbers are kept nothing new can be told from a replay.
  const ancient = author.write('registry', 'employer.sync', [employerItem('100000020')], {
    time: '2023-03-01T09:00:00.000+08:00' as Moment,
    seq: 900,
  });
  expect((await push(ancient.text)).get(ancient.id)?.code).toBe('TZ-WIR-209');
  subject.setNow(START);
});

test('13 the same id with other bytes: 202 and an alarm; the same item id too', async () => {
  const first = author.write('registry', 'employer.sync', [employerItem('100000021')]);
  await push(first.text);
  const lines = first.text.split('\n');
  // A second, authentic document under the number of the first.
  const forged = forgeId(first.id);
  expect((await push(forged)).get(first.id)?.code).toBe('TZ-WIR-202');
  const itemId = /"id":"([^"]+)"/.exec(lines[1] ?? '')?.[1] ?? '';
  const repeated = author.write('registry', 'employer.sync', [
    item('employer:100000021', 1, employerBody('100000022'), itemId),
  ]);
  expect((await push(repeated.text)).get(repeated.id)?.items).toMatchObject([
    { id: itemId, result: 'refused', code: 'TZ-WIR-202' },
  ]);
  expect((await subject.alarms()).filter((code) => code === 'TZ-WIR-202')).toHaveLength(2);
  expect(await effectsOf('employer:100000021')).toBe(1);
});

function forgeId(id: string): string {
  const built = buildDocument(
    {
      from: 'agency.429999',
      to: 'tax.429999',
      stream: 'registry',
      seq: 500,
      prev: FIRST_PREV,
      type: 'employer.sync',
      schema: 'employer.sync/1',
      time: START,
      items: [employerItem('100000099')],
    },
    author.signer,
    id,
  );
  return built.text;
}

test('14 a broken chain: 206, from either side of the gap and for a fork', async () => {
  const one = second.write('refund', 'employer.sync', [employerItem('100000031')]);
  const two = second.write('refund', 'employer.sync', [employerItem('100000032')]);
  await push(one.text);
  const wrongPrev = second.write('refund', 'employer.sync', [employerItem('100000033')], { seq: 2, prev: FIRST_PREV });
  expect((await push(wrongPrev.text)).get(wrongPrev.id)?.code).toBe('TZ-WIR-206');
  const three = second.write('refund', 'employer.sync', [employerItem('100000034')]);
  await push(three.text);
  const notBeforeThree = second.write('refund', 'employer.sync', [employerItem('100000035')], {
    seq: 2,
    prev: one.headDigest,
  });
  expect((await push(notBeforeThree.text)).get(notBeforeThree.id)?.code).toBe('TZ-WIR-206');
  expect((await push(two.text)).get(two.id)?.level).toBe('accepted');
  const fork = second.write('refund', 'employer.sync', [employerItem('100000036')], { seq: 3, prev: two.headDigest });
  expect((await push(fork.text)).get(fork.id)?.code).toBe('TZ-WIR-206');
  expect(await subject.alarms()).toContain('TZ-WIR-206');
  const firstWithPrev = second.write('control', 'employer.sync', [employerItem('100000037')], {
    seq: 1,
    prev: one.headDigest,
  });
  expect((await push(firstWithPrev.text)).get(firstWithPrev.id)?.code).toBe('TZ-WIR-206');
});

test('an item that violates its schema: 106 with the path, its neighbours are applied', async () => {
  const bad = { ...employerBody('100000041'), state: 'DANCING' };
  const badItem = item('employer:100000041', 1, bad);
  const document = author.write('registry', 'employer.sync', [badItem, employerItem('100000042')]);
  const ack = (await push(document.text)).get(document.id);
  expect(ack?.level).toBe('accepted');
  expect(ack?.items).toMatchObject([{ id: badItem.id, result: 'refused', code: 'TZ-WIR-106' }]);
  expect(ack?.items?.[0]?.reason).toContain('state');
  expect(await effectsOf('employer:100000042')).toBe(1);
});

test('noise is answered, not thrown', async () => {
  const reply = await subject.transport(['garbage\n\u0000more\n']);
  expect([...readAcks(reply.body).values()][0]).toMatchObject({ level: 'refused', code: 'TZ-WIR-102' });
});
