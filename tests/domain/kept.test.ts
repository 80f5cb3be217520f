/** What must never be changed cannot be, not even by the program's own hand in the database (D-LAW-04, design §4). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BLOCK_COLUMNS } from '../../src/collection/batch/index.ts';
import { expectIntact, openBooksBureau, pay } from '../../src/control/testing/bureau.ts';
import type { Month } from '../../src/kernel/month.ts';
import { rows, run, sql } from '../../src/platform/db.ts';
import { type Bureau, employer, idNo } from './harness.ts';

let bureau: Bureau;
beforeAll(async () => {
  bureau = await openBooksBureau('2023-04-10 09:00');
  const persons = [{ idNo: idNo(1), name: '样一', from: '2022-07' as Month, baseFen: 345_000 }];
  await bureau.open([employer({ bookedThrough: '2023-03', persons })]);
  await bureau.submit('990000901', 'unit.declare', { month: '2023-04' });
  const billNo = (await bureau.submit('990000901', 'bill.issue')).refs.billNo ?? '';
  await pay(bureau, billNo, '2023-04-10 10:00');
});
afterAll(() => bureau.close());

const refused = (statement: ReturnType<typeof sql>) =>
  expect(run(bureau.services.db, statement)).rejects.toThrow(/append-only|kept|keeps/);

describe.each([
  ['platform_audit', 'object'],
  ['platform_audit_seal', 'chain'],
  ['collection_assessment', 'case_no'],
  ['collection_block', 'totals'],
  ['collection_reversal', 'reverses'],
  ['collection_offset', 'person_fen'],
  ['collection_bill_credit', 'due_id'],
  ['fund_voucher', 'ref'],
  ['fund_entry', 'debit_fen'],
  ['account_entry', 'fen'],
])('%s', (table, column) => {
  test('is only added to', async () => {
    await refused(sql`update ${sql.table(table)} set ${sql.ref(column)} = ${sql.ref(column)}`);
    await refused(sql`delete from ${sql.table(table)}`);
    await refused(sql`truncate ${sql.table(table)} cascade`);
  });
});

test('a document keeps its content, only its state moves', async () => {
  const { db } = bureau.services;
  await sql`
    insert into wire_document (region, peer, stream, seq, document_id, type, item_count, bytes, bytes_digest, head_digest, sealed_at)
    values ('420500', 'tax.420500', 's', 1, 'D1', 'bill.issue', 1, 'text', 'b', 'h', now())`.execute(db);
  await sql`update wire_document set state = 'accepted', tries = 2, next_at = null`.execute(db);
  await refused(sql`update wire_document set bytes = 'other'`);
  await refused(sql`update wire_document set seq = 7`);
  for (const table of ['wire_document', 'wire_inbox_document', 'archive_document']) {
    await refused(sql`truncate ${sql.table(table)} cascade`);
  }
  await refused(sql`delete from wire_document`);
  await refused(sql`delete from archive_document`);
});

/** Another block like one that is there, but for one thing. */
function blockBut(column: string, value: string) {
  const values = BLOCK_COLUMNS.map((name) =>
    name === column ? value : name === 'block_id' ? `'X'` : name === 'block_no' ? '9' : name,
  );
  return sql`insert into collection_block (${sql.raw(BLOCK_COLUMNS.join(', '))}) select ${sql.raw(values.join(', '))} from collection_block limit 1`;
}

test.each([
  [
    'a pivot of an employer nobody knows',
    sql`insert into collection_booked (region, employer_no, pension) values ('420500', '111111111', '2023-03')`,
  ],
  [
    'a span of a person nobody knows',
    sql`insert into enrolment_span (region, span_id, employer_no, person_no, insurance, month_from, case_no, recorded_at)
     select region, 'S', employer_no, '00000000000', insurance, month_from, case_no, recorded_at from enrolment_span limit 1`,
  ],
  [
    'a wage of a person nobody knows',
    sql`insert into wages_declaration (region, wage_id, employer_no, person_no, month_from, basis, wage_fen, case_no, recorded_at)
     select region, 'W', employer_no, '00000000000', month_from, basis, wage_fen, case_no, recorded_at from wages_declaration limit 1`,
  ],
  ['dues without an assessment', blockBut('assessment_no', 'assessment_no + 999')],
  ['more dues than lines', blockBut('rates_ppm', 'rates_ppm[2:]')],
  ['a due without its sums', blockBut('totals', 'totals[2:]')],
  [
    'an offset of no due',
    sql`insert into collection_offset (region, offset_id, credit_due_id, debit_due_id, employer_fen, person_fen, at)
     select region, 'O', due_id, block_id || 'z', 1, 0, now() from collection_due limit 1`,
  ],
  ['a due whose sums are unknown', blockBut('totals', `array_replace(totals, totals[1], null)`)],
  [
    'a settlement of no due',
    sql`insert into collection_settlement_unbilled select region, due_id || 'z', 'OFFSET', '-', now() from collection_due limit 1`,
  ],
  [
    'a bill of no due',
    sql`insert into collection_bill_due select region, bill_no, line_no, due_id || 'z', 0, 0 from collection_bill_due limit 1`,
  ],
  [
    'an undo of no due',
    sql`insert into collection_reversal (region, due_id, reverses) select region, due_id, 'nothing0' from collection_due limit 1`,
  ],
  [
    'a credit of a bill that is no due',
    sql`insert into collection_bill_credit (region, bill_no, line_no, due_id) select region, bill_no, line_no, due_id || '0' from collection_bill_due limit 1`,
  ],
  [
    'an offset of a due against itself',
    sql`insert into collection_offset (region, offset_id, credit_due_id, debit_due_id, employer_fen, person_fen, at)
     select region, 'O', due_id, due_id, 1, 0, now() from collection_due limit 1`,
  ],
  [
    'a negative offset',
    sql`insert into collection_offset (region, offset_id, credit_due_id, debit_due_id, employer_fen, person_fen, at)
     select a.region, 'O', a.due_id, b.due_id, -1, 0, now() from collection_due a join collection_due b on a.due_id < b.due_id limit 1`,
  ],
])('%s is refused', async (_, statement) => {
  await expect(run(bureau.services.db, statement)).rejects.toThrow(
    /violates (foreign key|check) constraint|has no assessment|names no due|of no due/,
  );
});

test('and what was done so far is intact', async () => {
  expect((await rows(bureau.services.db, sql`select 1 from collection_due limit 1`)).length).toBe(1);
  await expectIntact(bureau);
});
