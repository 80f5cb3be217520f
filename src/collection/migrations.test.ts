/** A database that was filled before the tables changed says the same afterwards, row by row. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { month } from '../kernel/month.ts';
import { type Db, rows, run, sql } from '../platform/db.ts';
import { type MigrationFolder, migrate } from '../platform/migrate.ts';
import { type TestDatabase, testDatabase } from '../platform/testing/index.ts';
import { netOfDue } from './dues.ts';
import { insertPivot } from './store.ts';
import { addEmployer, COLLECTION_MIGRATIONS, EMPLOYER, REGION } from './testing.ts';

const BLOCKS = '0006-blocks.sql';
/** The migrations with those of collection up to a number: later ones change what is compared here. */
function copyUpTo(into: string, last: string): MigrationFolder[] {
  return COLLECTION_MIGRATIONS.map(({ name, dir }) => {
    const copy = join(into, last, name);
    cpSync(dir, copy, {
      recursive: true,
      filter: (file) => name !== 'collection' || !/^\d{4}-/.test(basename(file)) || basename(file).slice(0, 4) <= last,
    });
    return { name, dir: copy };
  });
}

let database: TestDatabase;
let before: string;

beforeAll(async () => {
  before = mkdtempSync(join(tmpdir(), 'tongzheng-migrations-'));
  const folders = copyUpTo(before, '0005');
  database = await testDatabase(folders);
});
afterAll(async () => {
  await database.close();
  rmSync(before, { recursive: true, force: true });
});

type Lines = readonly (readonly [person: number, base: number, employer: number, person_fen: number])[];
async function assess(
  assessmentId: string,
  at: string,
  dues: readonly {
    readonly id: string;
    readonly insurance: string;
    readonly month: string;
    readonly kind: string;
    readonly lines: Lines;
    readonly reverses?: string;
  }[],
): Promise<void> {
  const { db } = database;
  await run(
    db,
    sql`insert into collection_assessment (region, assessment_id, employer_no, act, case_no, actor, at, rules_hash)
        values ('420500', ${assessmentId}, '990000101', 'MONTHLY', ${`C${assessmentId}`}, 'portal:a', ${at}::timestamptz, '-')`,
  );
  for (const due of dues) {
    const sum = (i: 1 | 2 | 3) => due.lines.reduce((fen, line) => fen + line[i], 0);
    await run(
      db,
      sql`insert into collection_due (region, due_id, employer_no, assessment_id, insurance, month, kind, persons, base_fen, employer_fen,
                                      person_fen, late_from, case_no, at, reverses)
          values ('420500', ${due.id}, '990000101', ${assessmentId}, ${due.insurance}, ${due.month}, ${due.kind}, ${due.lines.length},
                  ${sum(1)}, ${sum(2)}, ${sum(3)}, '2023-05-01', ${`C${assessmentId}`}, ${at}::timestamptz, ${due.reverses ?? null})`,
    );
    await run(
      db,
      sql`insert into collection_lines (region, due_id, employer_no, insurance, month, person_nos, base_fen, employer_fen, person_fen)
          values ('420500', ${due.id}, '990000101', ${due.insurance}, ${due.month}, ${due.lines.map((l) => l[0])}::bigint[],
                  ${due.lines.map((l) => l[1])}::bigint[], ${due.lines.map((l) => l[2])}::bigint[], ${due.lines.map((l) => l[3])}::bigint[])`,
    );
  }
}

const state = async () => ({
  lines: await rows(database.db, sql`select * from collection_line order by due_id, person_no`),
  net: await rows(database.db, sql`select * from collection_due_net order by due_id`),
  bill: await rows(database.db, sql`select * from collection_bill_person order by bill_no, line_no, person_no`),
  references: (
    await rows(
      database.db,
      sql<{ on: string }>`
        select c.conrelid::regclass || ' ' || pg_get_constraintdef(c.oid) as on from pg_constraint c
        where c.contype = 'f' and c.confrelid = 'collection_due'::regclass and c.conrelid <> 'collection_lines'::regclass order by 1`,
    )
  ).map((row) => row.on),
});

test('lines, worth, people of a bill and references are what they were', async () => {
  const [a, b] = [94200100001, 94200100002];
  const month = '2023-04';
  await addEmployer(database.db);
  await assess('A1', '2023-04-10T09:00:00+08:00', [
    {
      id: 'D1',
      insurance: 'injury',
      month,
      kind: 'MONTHLY',
      lines: [
        [a, 345_000, 690, 0],
        [b, 400_000, 800, 0],
      ],
    },
    {
      id: 'D2',
      insurance: 'pension',
      month,
      kind: 'MONTHLY',
      lines: [
        [a, 345_000, 55_200, 27_600],
        [b, 400_000, 64_000, 32_000],
      ],
    },
    { id: 'D3', insurance: 'unemployment', month, kind: 'MONTHLY', lines: [[b, 400_000, 2_800, 1_200]] },
    { id: 'D4', insurance: 'pension', month: '2023-03', kind: 'AUTO_BACK', lines: [[b, 400_000, 64_000, 32_000]] },
  ]);
  await assess('A2', '2023-04-11T09:00:00+08:00', [
    { id: 'D5', insurance: 'pension', month, kind: 'CORRECTION', lines: [[a, -5_000, -800, -400]] },
  ]);
  await assess('A3', '2023-04-12T09:00:00+08:00', [
    {
      id: 'D6',
      insurance: 'pension',
      month: '2023-03',
      kind: 'AUTO_BACK',
      lines: [[b, -400_000, -64_000, -32_000]],
      reverses: 'D4',
    },
  ]);
  const { db } = database;
  await run(
    db,
    sql`insert into collection_offset values ('420500', 'O1', 'D5', 'D2', 800, 400, now()), ('420500', 'O2', 'D6', 'D4', 64000, 32000, now())`,
  );
  await run(
    db,
    sql`insert into collection_bill (region, bill_no, employer_no, state, issued_at, effective_from, deadline, employer_fen, person_fen, late_fen,
                                     interest_fen, total_fen, case_no, actor_name)
        values ('420500', '2023041209000001', '990000101', 'ISSUED', now(), '2023-04-12', '2023-04-30', 118400, 59200, 0, 0, 177600, 'C', '林样')`,
  );
  await run(
    db,
    sql`insert into collection_bill_line
        values ('420500', '2023041209000001', 1, 'pension', 'MONTHLY', '2023-04', '2023-05-01', 0, 2, 740000, 118400, 59200, 0, 0, 177600)`,
  );
  await run(db, sql`insert into collection_bill_due values ('420500', '2023041209000001', 1, 'D2', 118400, 59200)`);
  await run(db, sql`insert into collection_bill_credit values ('420500', '2023041209000001', 1, 'D5')`);
  await run(
    db,
    sql`insert into collection_settlement values ('420500', 'D4', 'OFFSET', 'D6', now()), ('420500', 'D6', 'OFFSET', 'D6', now())`,
  );
  const was = await state();
  expect(was.lines).toHaveLength(8);
  expect(was.bill).toHaveLength(2);

  expect(await migrate(db, copyUpTo(before, '0006'))).toContain(`collection/${BLOCKS}`);

  expect(await state()).toEqual(was);
  const dues = await rows(
    db,
    sql`select d.due_id, a.assessment_id, d.block_no, d.slot, d.reverses from collection_due d
        join collection_assessment a using (region, assessment_no) order by 1`,
  );
  expect(dues).toEqual([
    { due_id: 'D1', assessment_id: 'A1', block_no: 0, slot: 1, reverses: null },
    { due_id: 'D2', assessment_id: 'A1', block_no: 0, slot: 0, reverses: null },
    { due_id: 'D3', assessment_id: 'A1', block_no: 1, slot: 0, reverses: null },
    { due_id: 'D4', assessment_id: 'A1', block_no: 0, slot: 0, reverses: null },
    { due_id: 'D5', assessment_id: 'A2', block_no: 2, slot: 0, reverses: null },
    { due_id: 'D6', assessment_id: 'A3', block_no: 1, slot: 0, reverses: 'D4' },
  ]);
  await expect(run(db, sql`update collection_due set persons = 1`)).rejects.toThrow('append-only');
  await expect(run(db, sql`delete from collection_lines`)).rejects.toThrow('append-only');

  // 0013: the same lines, worth and people; a due is called by its block and slot, wherever it is named.
  await run(
    db,
    sql`insert into collection_refund values ('420500', 'R', '990000101', '94200100002', 'C', 'REQUESTED', 1, 1, '{D4,D3}', '{2023-03}', now())`,
  );
  const unnamed = ({ due_id: _, block_id: __, ...row }: Record<string, unknown>) => row;
  const saved = (list: readonly unknown[]) =>
    list.map((row) => JSON.stringify(unnamed(row as Record<string, unknown>))).sort();
  await migrate(db, copyUpTo(before, '0013'));
  const lines = await rows(db, sql`select * from collection_line`);
  expect(saved(lines)).toEqual(saved(was.lines));
  expect(await rows(db, sql`select * from collection_bill_person order by bill_no, line_no, person_no`)).toEqual(
    was.bill,
  );
  const named = { D1: 'D11', D2: 'D10', D3: 'D30', D4: 'D40', D5: 'D50', D6: 'D60' };
  const newId = (id: unknown) => named[id as keyof typeof named];
  expect(
    await rows(
      db,
      sql`select d.region, d.due_id, n.employer_fen, n.person_fen from collection_due d
          cross join lateral ${netOfDue(sql`d.region`)} order by 2`,
    ),
  ).toEqual(
    was.net
      .map((row) => ({ ...(row as Record<string, unknown>), due_id: newId((row as { due_id: string }).due_id) }))
      .sort((a, b) => (a.due_id < b.due_id ? -1 : 1)),
  );
  expect(
    await rows(db, sql`select credit_due_id as c, debit_due_id as d from collection_offset order by offset_id`),
  ).toEqual([
    { c: 'D50', d: 'D10' },
    { c: 'D60', d: 'D40' },
  ]);
  expect(await rows(db, sql`select due_id, reverses from collection_reversal`)).toEqual([
    { due_id: 'D60', reverses: 'D40' },
  ]);
  expect(await rows(db, sql`select due_id, ref from collection_settlement_unbilled order by 1`)).toEqual([
    { due_id: 'D40', ref: 'D60' },
    { due_id: 'D60', ref: 'D60' },
  ]);
  expect(
    await rows(db, sql`select due_id from collection_bill_due union all select due_id from collection_bill_credit`),
  ).toEqual([{ due_id: 'D10' }, { due_id: 'D50' }]);
  expect(await rows(db, sql`select due_ids from collection_refund`)).toEqual([{ due_ids: ['D40', 'D30'] }]);
  // As the program packs them: what one rate gives back is not written, nor are equal bases and naughts at the end.
  expect(
    await rows(
      db,
      sql`select block_id, insurances, cell_base_fen, rates_ppm, cell_employer_fen, cell_person_fen from collection_block
          where block_id in ('D1', 'D5') order by 1`,
    ),
  ).toEqual([
    {
      ...{ block_id: 'D1', insurances: ['pension', 'injury'], cell_base_fen: [345_000, 400_000] },
      ...{ rates_ppm: [160_000, 2_000, 80_000, 0], cell_employer_fen: null, cell_person_fen: null },
    },
    {
      ...{ block_id: 'D5', insurances: ['pension'], cell_base_fen: [-5_000] },
      ...{ rates_ppm: null, cell_employer_fen: [-800], cell_person_fen: [-400] },
    },
  ]);
  // Of each due the insurance, the people and the sums are those of its lines.
  expect(
    await rows(
      db,
      sql`select d.due_id from collection_due d
          left join lateral (
            select count(*) as persons, sum(l.base_fen) as base, sum(l.employer_fen) as employer, sum(l.person_fen) as person
            from collection_line l where l.due_id = d.due_id and l.insurance = d.insurance and l.month = d.month) s on true
          where (d.persons, d.base_fen, d.employer_fen, d.person_fen) is distinct from (s.persons, s.base, s.employer, s.person)`,
    ),
  ).toEqual([]);
});

/** Three dues of one person in one block, as 0006 … 0012 keep them; pension has the greatest id. */
async function addOldDues(db: Db, month: string): Promise<string[]> {
  const ids = ['i', 'p', 'u'].map((letter) => `${month}${letter}`);
  await run(
    db,
    sql`insert into collection_assessment (region, assessment_id, employer_no, act, case_no, actor, at, rules_hash)
        values (${REGION}, ${month}, ${EMPLOYER}, 'MONTHLY', ${`C${month}`}, 'portal:a', now(), '-')`,
  );
  await run(
    db,
    sql`insert into collection_lines (region, month, employer_no, block_no, person_nos, base_fen, employer_fen, person_fen)
        values (${REGION}, ${month}, ${EMPLOYER}, 0, '{94200100001}', '{345000}', '{55200,2415,690}', '{27600,1035}')`,
  );
  await run(
    db,
    sql`insert into collection_due (region, due_id, employer_no, month, insurance, kind, assessment_no, block_no, slot, persons, base_fen,
                                    employer_fen, person_fen, late_from)
        select a.region, t.id, ${EMPLOYER}, ${month}, t.insurance, 'MONTHLY', a.assessment_no, 0, t.slot, 1, 345000, t.employer, t.person,
               '2023-05-01'
        from collection_assessment a
        cross join unnest(${ids}::text[], '{injury,pension,unemployment}'::text[], '{2,0,1}'::int[], '{690,55200,2415}'::int[],
                          '{0,27600,1035}'::int[]) as t (id, insurance, slot, employer, person)
        where a.assessment_id = ${month}`,
  );
  return ids;
}

test('0011 tells settlements and postings by the bill: each due and receipt says what it said before', async () => {
  const older = await testDatabase(copyUpTo(before, '0010'));
  const { db } = older;
  try {
    await addEmployer(db);
    const [paid, gone, free] = [
      await addOldDues(db, '2023-04'),
      await addOldDues(db, '2023-05'),
      await addOldDues(db, '2023-06'),
    ];
    const bill = (billNo: string, dueIds: readonly string[]) =>
      run(
        db,
        sql`with bill as (
              insert into collection_bill (region, bill_no, employer_no, state, issued_at, effective_from, deadline, employer_fen, person_fen,
                                           late_fen, interest_fen, total_fen, case_no, actor_name, ss_posted_at, allocated_at)
              values (${REGION}, ${billNo}, ${EMPLOYER}, 'ALLOCATED', '2023-04-03 09:00+08', '2023-04-03', '2023-04-30', 58305, 28635, 0, 0, 86940,
                      'C', '林样', '2023-04-03 12:00+08', '2023-04-04 02:00+08')
              returning region, bill_no),
            line as (
              insert into collection_bill_line
              select region, bill_no, 1, 'pension', 'MONTHLY', '2023-04', '2023-05-01'::date, 0, 1, 345000, 58305, 28635, 0, 0, 86940 from bill
              returning region, bill_no)
            insert into collection_bill_due (region, bill_no, line_no, due_id, employer_fen, person_fen)
            select line.region, line.bill_no, 1, d.due_id, d.employer_fen, d.person_fen
            from line join collection_due d on d.due_id = any(${dueIds}::text[])`,
      );
    await bill('2023040309000001', paid);
    await bill('2023050409000001', gone);
    await run(
      db,
      sql`insert into collection_receipt (region, receipt_no, bill_no, basis, payer, ticket_no, paid_at, posted_at, received_at, total_fen,
                                          channel, lines, state, ss_posted_at, allocated_at, reversed_at, ss_posting, allocation)
          select ${REGION}, t.no, t.bill_no, 'ASSESSED', '示例', 'T', now(), now(), now(), 86940, 'CLIENT', '[]', t.state,
                 '2023-04-03 12:00+08', '2023-04-04 02:00+08', case t.state when 'REVERSED' then now() end, 'S' || t.no, 'A' || t.no
          from (values ('R1', '2023040309000001', 'MATCHED'), ('R2', '2023050409000001', 'REVERSED')) as t (no, bill_no, state)`,
    );
    await run(
      db,
      sql`insert into collection_settlement (region, due_id, how, ref, at)
          select ${REGION}, d, 'RECEIPT', '2023040309000001', '2023-04-04 02:00+08'::timestamptz from unnest(${paid}::text[]) as t (d)
          union all
          select ${REGION}, ${free[0]}, 'OFFSET', 'x', '2023-06-06 02:00+08'::timestamptz`,
    );
    const settled = await rows(db, sql`select due_id, how, ref, at from collection_settlement order by due_id`);
    const booked = sql`receipt_no, ss_posted_at, ss_posting, allocated_at, allocation`;
    const receipts = await rows(db, sql`select ${booked} from collection_receipt order by 1`);
    expect([settled.length, receipts.length]).toEqual([4, 2]);

    await migrate(db, copyUpTo(before, '0011'));

    expect(
      await rows(
        db,
        sql`select due_id, settled_how as how, settled_by as ref, settled_at as at from collection_due_state
            where settled_how is not null order by due_id`,
      ),
    ).toEqual(settled);
    expect(await rows(db, sql`select ${booked} from collection_receipt_booked order by 1`)).toEqual(receipts);

    // One due, one way: the database says so from both sides.
    const unbilled = (dueId: string | undefined) =>
      run(db, sql`insert into collection_settlement_unbilled values (${REGION}, ${dueId}, 'OFFSET', 'y', now())`);
    await expect(unbilled(paid[0])).rejects.toThrow('is on a bill');
    await expect(unbilled('nothing')).rejects.toThrow('no due');
    await expect(
      run(db, sql`insert into collection_bill_due values (${REGION}, '2023040309000001', 1, ${free[0]}, 55200, 27600)`),
    ).rejects.toThrow('is settled');
  } finally {
    await older.close();
  }
});

test('0014 keeps what each employer has booked of each insurance', async () => {
  const older = await testDatabase(copyUpTo(before, '0013'));
  const { db } = older;
  try {
    for (const employerNo of ['990000101', '990000102']) await addEmployer(db, employerNo);
    await run(
      db,
      sql`insert into collection_pivot (region, employer_no, insurance, booked_through)
          values (${REGION}, '990000101', 'pension', '2023-03'), (${REGION}, '990000101', 'unemployment', '2023-04'),
                 (${REGION}, '990000101', 'injury', '2023-05'), (${REGION}, '990000102', 'injury', '2023-02')`,
    );
    const pivots = sql`select region, employer_no, insurance, booked_through from collection_pivot order by 1, 2, 3`;
    const was = await rows(db, pivots);
    expect(was).toHaveLength(4);
    await migrate(db, copyUpTo(before, '0014'));
    expect(await rows(db, pivots)).toEqual(was);

    const begin = (insurance: 'pension' | 'injury') =>
      insertPivot(db, REGION, '990000102', { insurance, bookedThrough: month('2023-02') });
    await expect(begin('injury')).rejects.toThrow('books injury already');
    await begin('pension');
    expect(await rows(db, pivots)).toHaveLength(5);
  } finally {
    await older.close();
  }
});
