import { join } from 'node:path';
import fc from 'fast-check';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { insertEmployerInsurance, listSpans } from '../../enrolment/index.ts';
import { insertSpans } from '../../enrolment/store.ts';
import { ulid } from '../../kernel/ids.ts';
import { INSURANCES, type Insurance } from '../../kernel/insurance.ts';
import { addMonths, type Month, month } from '../../kernel/month.ts';
import type { Law } from '../../parameters/index.ts';
import { one, openPool, run, sql } from '../../platform/db.ts';
import { emptyTables, type TestDatabase, testDatabase } from '../../platform/testing/index.ts';
import { insertExemption } from '../../registry/index.ts';
import { insertInjuryClass } from '../../registry/store.ts';
import { compileRules, createBook } from '../../rules/index.ts';
import { insertWages } from '../../wages/store.ts';
import { loadFacts } from '../assess/facts.ts';
import { cellsOfMonths, planLines } from '../assess/plan.ts';
import { postAssessment } from '../assess/post.ts';
import { type CollectionFact, subscribe } from '../facts.ts';
import type { Posted } from '../model.ts';
import { insertPivot, listPivots, sumPosted } from '../store.ts';
import { addEmployer, inTransaction, LAW, moment, REGION } from '../testing.ts';
import { monthClose } from './month-close.ts';

const M = month('2023-04');
const PREVIOUS = addMonths(M, -1);
const SLOT = moment('2023-04-20 00:05');
const EARLIER = '2023-04-10 09:00';

const overlay = (key: string, value: number) => ({ region: REGION, key, from: '2023-04', to: '2023-04', value });
const book = createBook([
  overlay('base.lower', 345_000),
  overlay('base.upper', 1_725_000),
  overlay('relief.employerFactor', 500_000),
]);
const law: Law = { ...LAW, book, rules: (region, of) => compileRules(book, region, of) };

const src = join(import.meta.dirname, '../..');
const folders = ['platform', 'parameters', 'registry', 'enrolment', 'wages', 'collection'].map((name) => ({
  name,
  dir: join(src, name, 'migrations'),
}));

let database: TestDatabase;
let pool: pg.Pool;
const told: CollectionFact[] = [];
let failAfterFacts = Number.POSITIVE_INFINITY;

beforeAll(async () => {
  database = await testDatabase(folders);
  pool = openPool(database.url, { max: 4 });
  subscribe(async (_ctx, fact) => {
    told.push(fact);
    if (told.length > failAfterFacts) throw new Error('planted: the power is cut');
  });
});
afterAll(async () => {
  await pool.end();
  await database.close();
});

async function empty(): Promise<void> {
  told.length = 0;
  failAfterFacts = Number.POSITIVE_INFINITY;
  await emptyTables(database.db, 'registry_employer', 'registry_person', 'registry_exemption', 'wages_declaration');
  await emptyTables(
    database.db,
    'enrolment_employer_insurance',
    'collection_assessment',
    'collection_block',
    'collection_reversal',
    'collection_booked',
  );
  await emptyTables(database.db, 'platform_audit');
}

type PersonCase = {
  readonly insured: readonly Insurance[];
  readonly from: Month;
  readonly to: Month | null;
  readonly wages: readonly { readonly from: Month; readonly approved: boolean; readonly fen: number }[];
  readonly exempt: boolean;
};
type EmployerCase = {
  readonly relief: boolean;
  readonly injuryClasses: readonly number[];
  readonly pivots: Readonly<Record<Insurance, Month>>;
  readonly persons: readonly PersonCase[];
  /** Lines of the month are there already, by the wage of before. */
  readonly posted: boolean;
};

const wageFen = fc.oneof(fc.integer({ min: 1, max: 400_000 }), fc.integer({ min: 300_000, max: 3_000_000 }));
const personCase: fc.Arbitrary<PersonCase> = fc.record({
  insured: fc.oneof(
    { weight: 3, arbitrary: fc.constant(INSURANCES) },
    { weight: 1, arbitrary: fc.subarray([...INSURANCES]) },
  ),
  from: fc.constantFrom(month('2022-07'), PREVIOUS, M, addMonths(M, 1)),
  to: fc.constantFrom(null, null, PREVIOUS, M),
  wages: fc
    .uniqueArray(
      fc.record({ from: fc.constantFrom(PREVIOUS, M, addMonths(M, 1)), approved: fc.boolean(), fen: wageFen }),
      { maxLength: 3, selector: (wage) => wage.from },
    )
    .chain((later) =>
      fc
        .record({ from: fc.constant(month('2022-07')), approved: fc.boolean(), fen: wageFen })
        .map((first) => [first, ...later]),
    ),
  exempt: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
});
const pivot = fc.constantFrom(PREVIOUS, PREVIOUS, PREVIOUS, PREVIOUS, PREVIOUS, M, addMonths(PREVIOUS, -1));
const employerCase: fc.Arbitrary<EmployerCase> = fc.record({
  relief: fc.boolean(),
  injuryClasses: fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 2 }),
  pivots: fc.record({ pension: pivot, unemployment: pivot, injury: pivot }),
  persons: fc.array(personCase, { maxLength: 6 }),
  posted: fc.integer({ min: 0, max: 4 }).map((n) => n === 0),
});

const employerNoOf = (index: number): string => String(990000101 + index * 7);

async function build(city: readonly EmployerCase[]): Promise<void> {
  await empty();
  let persons = 0;
  for (const [index, employer] of city.entries()) {
    const employerNo = employerNoOf(index);
    await addEmployer(database.db, employerNo);
    await inTransaction(database.db, EARLIER, async ({ tx, now }) => {
      await run(
        tx,
        sql`update registry_employer set enjoys_relief_2020 = ${employer.relief} where employer_no = ${employerNo}`,
      );
      for (const [i, injuryClass] of employer.injuryClasses.entries()) {
        await insertInjuryClass(tx, REGION, employerNo, { from: addMonths(month('2022-01'), i), injuryClass }, now);
      }
      for (const insurance of INSURANCES) {
        await insertEmployerInsurance(tx, REGION, employerNo, insurance, month('2022-01'), now);
        await insertPivot(tx, REGION, employerNo, { insurance, bookedThrough: employer.pivots[insurance] });
      }
      for (const person of employer.persons) {
        persons += 1;
        // Numbers run backwards, so that the order of writing is not the order of persons.
        const personNo = String(94200999999 - persons);
        await run(
          tx,
          sql`insert into registry_person (region, person_no, id_type, id_no, name, sex, birth_date, recorded_at)
              values (${REGION}, ${personNo}, '01', ${personNo}, '林样', 'male', '1990-01-01', ${now})`,
        );
        const { from } = person;
        const to = person.to !== null && person.to < from ? from : person.to;
        await insertSpans(
          tx,
          REGION,
          person.insured.map((insurance) => ({
            ...{ spanId: ulid(), employerNo, personNo, insurance, from, to, entryDate: null, suspendDate: null },
            ...{ suspendReason: null, caseNo: 'C', recordedAt: now },
          })),
        );
        const wages = person.wages
          .filter((wage) => !employer.posted || wage.from < M)
          .map(({ approved, ...wage }) => ({
            ...{ wageId: ulid(), personNo, from: wage.from, caseNo: 'C', wageFen: wage.fen },
            basis: approved ? ('APPROVED' as const) : ('DECLARED' as const),
          }));
        await insertWages(tx, REGION, employerNo, wages, now);
        if (person.exempt) await insertExemption(tx, REGION, { personNo, reason: 'CUSTODY', from: M, to: null }, now);
      }
    });
    if (!employer.posted) continue;
    await inTransaction(database.db, EARLIER, async (ctx) => {
      const facts = await loadFacts(ctx.tx, REGION, employerNo);
      const cells = cellsOfMonths(facts, new Map(), INSURANCES, [M], 'MONTHLY');
      const lines = planLines(law, REGION, facts, new Map(), cells);
      await postAssessment(ctx, law, employerNo, { act: 'MONTHLY', caseNo: 'EARLIER' }, lines);
      // And then the wage of everybody insured changes.
      const people = new Set((await listSpans(ctx.tx, REGION, employerNo)).map((span) => span.personNo));
      const wages = [...people].map((personNo, i) => ({
        ...{ wageId: ulid(), personNo, from: M, caseNo: 'C', basis: 'DECLARED' as const },
        wageFen: 400_000 + i * 150_000,
      }));
      await insertWages(ctx.tx, REGION, employerNo, wages, ctx.now);
    });
  }
  told.length = 0;
}

/** What 单位缴费申报 one employer at a time would come to, of the insurances that are open. */
async function expectedOf(employerNo: string) {
  return inTransaction(database.db, EARLIER, async ({ tx }) => {
    const facts = await loadFacts(tx, REGION, employerNo);
    const pivots = await listPivots(tx, REGION, employerNo);
    const used = new Set(
      [...facts.persons.values()].flatMap((person) =>
        person.spans
          .filter((span) => span.from <= M && (span.to === null || M <= span.to))
          .map((span) => span.insurance),
      ),
    );
    const posted = await sumPosted(tx, REGION, employerNo, [M]);
    const lagging = pivots.some(
      ({ insurance, bookedThrough }) => used.has(insurance) && bookedThrough !== PREVIOUS && bookedThrough !== M,
    );
    if (lagging) return { lagging, pivots, after: posted };
    const open = pivots.filter((one) => one.bookedThrough === PREVIOUS).map((one) => one.insurance);
    const lines = planLines(law, REGION, facts, posted, cellsOfMonths(facts, posted, open, [M], 'MONTHLY'));
    const after = new Map<string, Posted>(posted);
    for (const line of lines) {
      const key = `${line.personNo}/${line.insurance}/${line.month}`;
      const before = posted.get(key) ?? { baseFen: 0, employerFen: 0, personFen: 0 };
      after.set(key, {
        baseFen: before.baseFen + line.baseFen,
        employerFen: before.employerFen + line.employerFen,
        personFen: before.personFen + line.personFen,
      });
    }
    const moved = pivots.map((one) => (one.bookedThrough === PREVIOUS ? { ...one, bookedThrough: M } : one));
    return { lagging, pivots: moved, after };
  });
}

const options = { region: REGION, month: M, law, slot: SLOT };
const counts = () =>
  one(
    database.db,
    sql<{ lines: number; dues: number }>`
      select (select count(*) from collection_line) as lines, (select count(*) from collection_due) as dues`,
  );

/** A due is the sum of its lines, lines are in order of person, and the books heard every due once. */
async function expectConsistent(): Promise<void> {
  const { wrong } = await one(
    database.db,
    sql<{ wrong: number }>`
      select count(*) as wrong from collection_due d left join lateral (
        select count(*) as persons, sum(base_fen) as base_fen, sum(employer_fen) as employer_fen, sum(person_fen) as person_fen
        from collection_line l where l.region = d.region and l.block_id = d.block_id and l.due_id = d.due_id and l.month = d.month and l.insurance = d.insurance
      ) s on true
      where s.persons <> d.persons or s.base_fen <> d.base_fen or s.employer_fen <> d.employer_fen or s.person_fen <> d.person_fen
         or s.persons is null`,
  );
  expect(wrong).toBe(0);
  const { unordered } = await one(
    database.db,
    sql<{ unordered: number }>`
      select count(*) as unordered from collection_block
      where person_nos <> (select array_agg(p order by p) from unnest(person_nos) as p)`,
  );
  expect(unordered).toBe(0);
}

describe('the month of a region at once', () => {
  test('comes to what each employer would declare, and nothing more the second time', {
    timeout: 180_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(employerCase, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 2 }),
        async (city, rangeSize, workers) => {
          await build(city);
          const expected = new Map<string, Awaited<ReturnType<typeof expectedOf>>>();
          for (const index of city.keys()) expected.set(employerNoOf(index), await expectedOf(employerNoOf(index)));

          const result = await monthClose(pool, { ...options, rangeSize, workers });

          expect(result.complete).toBe(true);
          for (const [employerNo, { after, pivots }] of expected) {
            expect(await listPivots(database.db, REGION, employerNo)).toEqual(pivots);
            const posted = await sumPosted(database.db, REGION, employerNo, [M]);
            expect(posted).toEqual(after);
          }
          const lagging = [...expected].filter(([, one]) => one.lagging).map(([employerNo]) => employerNo);
          expect(result.skipped.filter((one) => one.reason !== 'LAGGING')).toEqual([]);
          for (const { employerNo } of result.skipped) expect(lagging).toContain(employerNo);
          await expectConsistent();

          const before = await counts();
          const again = await monthClose(pool, { ...options, rangeSize, workers });
          expect({ dues: again.dues, lines: again.lines }).toEqual({ dues: 0, lines: 0 });
          expect(await counts()).toEqual(before);
        },
      ),
      { numRuns: 40 },
    );
  });

  const plain = (persons: number): EmployerCase => ({
    relief: false,
    injuryClasses: [1],
    pivots: { pension: PREVIOUS, unemployment: PREVIOUS, injury: PREVIOUS },
    persons: Array.from({ length: persons }, () => ({
      insured: INSURANCES,
      from: month('2022-07'),
      to: null,
      wages: [{ from: month('2022-07'), approved: false, fen: 345_000 }],
      exempt: false,
    })),
    posted: false,
  });

  test('the figures of AT-06: base 3,450.00 gives 552.00 + 276.00, 24.15 + 10.35, 6.90', async () => {
    await build([plain(1)]);
    await monthClose(pool, options);
    const posted = await sumPosted(database.db, REGION, employerNoOf(0), [M]);
    expect(Object.fromEntries([...posted].map(([key, one]) => [key.split('/')[1], one]))).toEqual({
      pension: { baseFen: 345_000, employerFen: 55_200, personFen: 27_600 },
      unemployment: { baseFen: 345_000, employerFen: 2_415, personFen: 1_035 },
      injury: { baseFen: 345_000, employerFen: 690, personFen: 0 },
    });
    const due = await one(
      database.db,
      sql<{ late_from: string; at: string; act: string; hash: string }>`
        select d.late_from, a.at, a.act, a.rules_hash as hash from collection_due d
        join collection_assessment a using (region, assessment_no) where d.insurance = 'pension'`,
    );
    expect(due).toEqual({
      late_from: '2023-05-01',
      at: SLOT,
      act: 'MONTHLY',
      hash: `${M}=${law.rules(REGION, M).hash}`,
    });
    // The books hear each due with its amounts once.
    expect(told.flatMap((fact) => (fact.type === 'ASSESSED' ? fact.dues.map((one) => one.employerFen) : []))).toEqual([
      55_200, 2_415, 690,
    ]);
  });

  test('broken off in the middle, the employers are booked whole or not at all, and a second run completes', async () => {
    await build(Array.from({ length: 6 }, () => plain(3)));
    failAfterFacts = 2;
    await expect(monthClose(pool, { ...options, rangeSize: 1 })).rejects.toThrow('planted');
    expect(await counts()).toEqual({ lines: 18, dues: 6 });
    for (let index = 0; index < 6; index += 1) {
      const pivots = await listPivots(database.db, REGION, employerNoOf(index));
      const booked = index < 2 ? M : PREVIOUS;
      expect(pivots.map((one) => one.bookedThrough)).toEqual([booked, booked, booked]);
      expect((await sumPosted(database.db, REGION, employerNoOf(index), [M])).size).toBe(index < 2 ? 9 : 0);
    }
    failAfterFacts = Number.POSITIVE_INFINITY;
    const rest = await monthClose(pool, { ...options, rangeSize: 1 });
    expect(rest).toMatchObject({ complete: true, employers: 4, dues: 12, lines: 36, skipped: [] });
    expect(await counts()).toEqual({ lines: 54, dues: 18 });
  });

  test('a signal ends the run after the range in hand', async () => {
    await build(Array.from({ length: 4 }, () => plain(1)));
    const stop = new AbortController();
    const seen: number[] = [];
    const result = await monthClose(pool, {
      ...options,
      rangeSize: 2,
      signal: stop.signal,
      onProgress: (progress) => {
        seen.push(progress.employers);
        stop.abort();
      },
    });
    expect(seen).toEqual([2]);
    expect(result).toMatchObject({ complete: false, ranges: 2, rangesDone: 1, employers: 2 });
    expect(await monthClose(pool, { ...options, rangeSize: 2 })).toMatchObject({ complete: true, employers: 2 });
  });

  test('an employer whose facts are incomplete is named and left, the others are booked', async () => {
    await build([plain(1), plain(1), plain(1)]);
    await run(database.db, sql`delete from wages_declaration where employer_no = ${employerNoOf(0)}`);
    await run(database.db, sql`delete from registry_injury_class where employer_no = ${employerNoOf(1)}`);
    const result = await monthClose(pool, options);
    expect(result.employers).toBe(1);
    expect(result.skipped).toEqual([
      { employerNo: employerNoOf(0), reason: 'NO_WAGE', detail: '94200999998' },
      { employerNo: employerNoOf(1), reason: 'NO_CLASS', detail: '' },
    ]);
    expect(await counts()).toEqual({ lines: 3, dues: 3 });
  });

  test('so is one that has lines in the month already', async () => {
    const hasLines: EmployerCase = { ...plain(1), posted: true };
    await build([hasLines, hasLines, plain(1)]);
    const { dues } = await counts();
    await run(database.db, sql`delete from wages_declaration where employer_no = ${employerNoOf(0)}`);
    await run(database.db, sql`delete from registry_injury_class where employer_no = ${employerNoOf(1)}`);
    const result = await monthClose(pool, options);
    expect(result.employers).toBe(1);
    expect(result.skipped).toEqual([
      { employerNo: employerNoOf(0), reason: 'NO_WAGE', detail: expect.stringMatching(/^942/) },
      { employerNo: employerNoOf(1), reason: 'NO_CLASS', detail: '' },
    ]);
    expect((await counts()).dues).toBe(dues + 3);
  });
});
