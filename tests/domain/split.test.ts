/**
 * A corrected split of a rate (0.7 % + 0.3 % → 0.5 % + 0.4 %) moves the employer's and the person's part in opposite directions: the month is
 * declared again as a difference, billed, or undone, whatever the split. One part of a due never lessens what the other part is owed.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { getBillRecord, hasArrears, listFreeDues, sumPosted } from '../../src/collection/index.ts';
import { expectIntact, openBooksBureau, pay } from '../../src/control/testing/bureau.ts';
import { DomainError } from '../../src/kernel/errors.ts';
import type { CivilDate, Month } from '../../src/kernel/month.ts';
import { one, sql } from '../../src/platform/db.ts';
import { type Bureau, employer, idNo } from './harness.ts';

const EMPLOYER = '990000901';
const APRIL = { month: '2023-04' };
const JANUARY = '2023-01-01';

type Law = { readonly unit: number; readonly person: number; readonly lowerFen: number };

/** Of those who stand in the books the base is approved and stays; the wage of a newcomer is declared and held within the limits. */
type Person = { readonly wageFen: number; readonly newcomer: boolean };

async function begin(people: readonly Person[]): Promise<Bureau> {
  const bureau = await openBooksBureau('2023-04-10 09:00');
  const paid = { from: '2022-07' as Month, to: '2023-03' as Month };
  const numbered = people.map((one, i) => ({ ...one, idNo: idNo(i + 1), name: `样${i + 1}` }));
  const persons = numbered
    .filter((one) => !one.newcomer)
    .map(({ idNo, name, wageFen }) => ({ idNo, name, from: '2022-07' as Month, baseFen: wageFen, paid }));
  await bureau.open([employer({ bookedThrough: '2023-03', persons })]);
  const joining = numbered
    .filter((one) => one.newcomer)
    .map(({ idNo, name, wageFen }) => ({ idNo, name, entryDate: '2023-04-03', wage: String(wageFen / 100) }));
  if (joining.length > 0) await bureau.submit(EMPLOYER, 'emp.enroll', { people: joining });
  return bureau;
}

async function within(people: readonly Person[], work: (bureau: Bureau) => Promise<void>): Promise<void> {
  const bureau = await begin(people);
  try {
    await work(bureau);
  } finally {
    await bureau.close();
  }
}

async function setLaw(bureau: Bureau, { unit, person, lowerFen }: Law): Promise<void> {
  await bureau.overlay('rate.unemployment.employer', unit, JANUARY);
  await bureau.overlay('rate.unemployment.person', person, JANUARY);
  await bureau.overlay('base.lower', lowerFen, JANUARY);
}

/** What stands: the posted cells of April and what waits for a bill. */
async function standing(bureau: Bureau) {
  const { db, region } = bureau.services;
  const posted = [...(await sumPosted(db, region, EMPLOYER, [APRIL.month as Month]))]
    .filter(([, cell]) => cell.baseFen !== 0 || cell.employerFen !== 0 || cell.personFen !== 0)
    .sort(([a], [b]) => a.localeCompare(b));
  const free = await listFreeDues(db, region, EMPLOYER);
  return { posted, free: free.map(({ dueId, employerFen, personFen }) => ({ dueId, employerFen, personFen })) };
}

/** Σ of a part over everybody's unemployment insurance. */
async function unemployment(bureau: Bureau): Promise<[number, number]> {
  const cells = (await standing(bureau)).posted.filter(([key]) => key.includes('/unemployment/'));
  return cells.reduce<[number, number]>(([e, p], [, one]) => [e + one.employerFen, p + one.personFen], [0, 0]);
}

const refusals = (work: Promise<unknown>): Promise<string[]> =>
  work.then(
    () => ['accepted'],
    (error: Error & { problems?: readonly { code: string }[] }) =>
      error.problems?.map((one) => one.code) ?? [error.message],
  );

const LOWER = 345_000;
/** Three people of 5,000.00: 0.7 % + 0.3 % are 105.00 + 45.00. */
const THREE = Array.from({ length: 3 }, () => ({ wageFen: 500_000, newcomer: false }));

describe('a split of a rate is corrected after the month was declared', () => {
  test.each([
    ['less in all', { unit: 5_000, person: 4_000, lowerFen: LOWER }, [7_500, 6_000]],
    ['as much in all', { unit: 5_000, person: 5_000, lowerFen: LOWER }, [7_500, 7_500]],
    ['more in all', { unit: 5_000, person: 8_000, lowerFen: LOWER }, [7_500, 12_000]],
    ['the employer more, the person less', { unit: 9_000, person: 1_000, lowerFen: LOWER }, [13_500, 1_500]],
  ] as const)('%s: declared again, undone, declared again, billed', async (_, law, sums) => {
    await within(THREE, async (bureau) => {
      await bureau.submit(EMPLOYER, 'unit.declare', APRIL);
      const was = await standing(bureau);
      expect(await unemployment(bureau)).toEqual([10_500, 4_500]);
      await setLaw(bureau, law);
      const { caseNo } = await bureau.submit(EMPLOYER, 'unit.declare', APRIL);
      expect(await unemployment(bureau)).toEqual(sums);
      await expectIntact(bureau);
      await bureau.undo(EMPLOYER, caseNo);
      expect(await standing(bureau)).toEqual(was);
      await bureau.submit(EMPLOYER, 'unit.declare', APRIL);
      const { refs } = await bureau.submit(EMPLOYER, 'bill.issue');
      const bill = await bureau.bill(refs.billNo ?? '');
      // 养老 16 % + 8 %, 工伤 0.2 % of three times 5,000.00 beside it.
      expect([bill.employerFen, bill.personFen]).toEqual([240_000 + 3_000 + sums[0], 120_000 + sums[1]]);
      await expectIntact(bureau);
    });
  });

  test('on a live bill: the bill is revoked first, whatever the sum comes to (BILL-011)', async () => {
    await within(THREE, async (bureau) => {
      await bureau.submit(EMPLOYER, 'unit.declare', APRIL);
      await bureau.submit(EMPLOYER, 'bill.issue');
      const was = await standing(bureau);
      for (const person of [4_000, 5_000, 8_000]) {
        await setLaw(bureau, { unit: 5_000, person, lowerFen: LOWER });
        expect(await refusals(bureau.submit(EMPLOYER, 'unit.declare', APRIL))).toEqual(['BILL-011']);
      }
      expect(await standing(bureau)).toEqual(was);
      await expectIntact(bureau);
    });
  });
});

/** What the lines of the unemployment insurance of a bill say: base, employer and person part. */
async function billed(bureau: Bureau, billNo: string): Promise<[number, number, number]> {
  const { db, region } = bureau.services;
  const record = await db.transaction().execute((tx) => getBillRecord({ tx, region }, billNo));
  const lines = (record?.lines ?? []).filter((line) => line.insurance === 'unemployment');
  return lines.reduce<[number, number, number]>(
    ([b, e, p], line) => [b + line.baseFen, e + line.employerFen, p + line.personFen],
    [0, 0, 0],
  );
}

const issue = async (bureau: Bureau): Promise<string> =>
  (await bureau.submit(EMPLOYER, 'bill.issue')).refs.billNo ?? '';

describe('a part of the fee is waived', () => {
  const usual = { unit: 7_000, person: 3_000, lowerFen: LOWER };
  test.each([
    ['both parts, then neither', [{ ...usual, unit: 0, person: 0 }, usual], [1_500_000, 10_500, 4_500]],
    [
      'one part put in place of the other',
      [
        { ...usual, unit: 10_000, person: 0 },
        { ...usual, unit: 0, person: 10_000 },
      ],
      [1_500_000, 0, 15_000],
    ],
    ['both parts, and it stays so', [{ ...usual, unit: 0, person: 0 }], [1_500_000, 0, 0]],
    [
      'one part after the other, and back in one',
      [
        { ...usual, unit: 0 },
        { ...usual, unit: 0, person: 0 },
        { ...usual, unit: 5_000, person: 0 },
      ],
      [1_500_000, 7_500, 0],
    ],
  ] as const)('%s: billed on the base that is posted', async (_, laws, said) => {
    await within(THREE, async (bureau) => {
      await bureau.submit(EMPLOYER, 'unit.declare', APRIL);
      for (const next of laws) {
        await setLaw(bureau, next);
        await bureau.submit(EMPLOYER, 'unit.declare', APRIL);
        await expectIntact(bureau);
      }
      expect(await billed(bureau, await issue(bureau))).toEqual(said);
      await expectIntact(bureau);
    });
  });

  test('everything is waived: nobody is in arrears; who leaves leaves no base behind', async () => {
    await within(THREE, async (bureau) => {
      await bureau.submit(EMPLOYER, 'unit.declare', APRIL);
      await setLaw(bureau, { ...usual, unit: 0, person: 0 });
      // The employer of the tests is of class 1.
      for (const key of ['rate.pension.employer', 'rate.pension.person', 'rate.injury.class1']) {
        await bureau.overlay(key, 0, JANUARY);
      }
      await bureau.submit(EMPLOYER, 'unit.declare', APRIL);
      expect((await standing(bureau)).posted.map(([, cell]) => cell.employerFen + cell.personFen)).toEqual(
        Array(9).fill(0),
      );
      const { db, region } = bureau.services;
      expect(await hasArrears(db, region, EMPLOYER, '2023-06-01' as CivilDate)).toBe(false);
      const leaving = { idNo: idNo(1), suspendDate: '2023-03-31', reason: 'S01' };
      const was = await standing(bureau);
      const { caseNo } = await bureau.submit(EMPLOYER, 'emp.suspend', { people: [leaving] });
      expect((await standing(bureau)).posted.length).toBe(6);
      await expectIntact(bureau);
      await bureau.undo(EMPLOYER, caseNo);
      expect(await standing(bureau)).toEqual(was);
      await expectIntact(bureau);
    });
  });

  /** One newcomer of 3,000.00: held up to the lower limit. */
  const NEWCOMER = [{ wageFen: 300_000, newcomer: true }];
  const low = { ...usual, lowerFen: 350_000 };
  const lower = { ...usual, lowerFen: 310_000 };

  test('waived on a higher base, charged again on a lower one', async () => {
    await within(NEWCOMER, async (bureau) => {
      await setLaw(bureau, low);
      await bureau.submit(EMPLOYER, 'unit.declare', APRIL);
      await setLaw(bureau, { ...low, unit: 0, person: 0 });
      await bureau.submit(EMPLOYER, 'unit.declare', APRIL);
      await setLaw(bureau, lower);
      const { caseNo } = await bureau.submit(EMPLOYER, 'unit.declare', APRIL);
      await expectIntact(bureau);
      await bureau.undo(EMPLOYER, caseNo);
      await expectIntact(bureau);
      await bureau.submit(EMPLOYER, 'unit.declare', APRIL);
      expect(await billed(bureau, await issue(bureau))).toEqual([310_000, 2_170, 930]);
      await expectIntact(bureau);
    });
  });

  test('paid, then the base falls while the money rises, and falls again: no bill is told a base below zero', async () => {
    await within(NEWCOMER, async (bureau) => {
      const ofUnemployment = (lowerFen: number) => bureau.overlay('base.lower.unemployment', lowerFen, JANUARY);
      await setLaw(bureau, low);
      await bureau.submit(EMPLOYER, 'unit.declare', APRIL);
      const first = await issue(bureau);
      expect(await billed(bureau, first)).toEqual([350_000, 2_450, 1_050]);
      await setLaw(bureau, { ...low, unit: 9_000, person: 4_000 });
      await ofUnemployment(310_000);
      // The bill would say another base than is owed.
      expect(await refusals(bureau.submit(EMPLOYER, 'unit.declare', APRIL))).toEqual(['BILL-011']);
      await pay(bureau, first, '2023-04-10 09:30');
      bureau.setTime('2023-04-12 09:00');
      await bureau.post('2023-04-11 00:01');
      await bureau.allocate('2023-04-12 02:00');
      const was = await standing(bureau);
      const { caseNo } = await bureau.submit(EMPLOYER, 'unit.declare', APRIL);
      await expectIntact(bureau);
      await bureau.undo(EMPLOYER, caseNo);
      expect(await standing(bureau)).toEqual(was);
      await bureau.submit(EMPLOYER, 'unit.declare', APRIL);
      // 2,790 and 1,240 are owed; then 3,000.00 × 0.9 % = 2,700 and × 0.4 % = 1,200.
      expect(await unemployment(bureau)).toEqual([2_790, 1_240]);
      await ofUnemployment(300_000);
      await bureau.submit(EMPLOYER, 'unit.declare', APRIL);
      expect(await billed(bureau, await issue(bureau))).toEqual([0, 2_700 - 2_450, 1_200 - 1_050]);
      expect((await standing(bureau)).posted.find(([key]) => key.includes('/unemployment/'))?.[1].baseFen).toBe(
        300_000,
      );
      await expectIntact(bureau);
    });
  });
});

const rate = fc.oneof(
  { weight: 1, arbitrary: fc.constant(0) },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 120 }).map((n) => n * 100) },
);
const law: fc.Arbitrary<Law> = fc.record({
  unit: rate,
  person: rate,
  lowerFen: fc.constantFrom(LOWER, LOWER, 300_000, 420_000, 600_000),
});

const person: fc.Arbitrary<Person> = fc.record({
  // Whole tens of yuan: a declared base is rounded to them.
  wageFen: fc.integer({ min: 280, max: 900 }).map((tens) => tens * 1_000),
  newcomer: fc.boolean(),
});

const roundedShare = (baseFen: number, ppm: number): number =>
  Number((BigInt(baseFen) * BigInt(ppm) + 500_000n) / 1_000_000n);

/** A law that changes nobody's dues leaves nothing to declare. */
function nothingNew(error: unknown): undefined {
  if (!(error instanceof DomainError) || error.problems[0]?.code !== 'DEC-010') throw error;
}

describe('any splits, one after another', () => {
  test('are declared as differences of one sign; undone in order they leave the dues as they were; a bill is what is posted', {
    timeout: 240_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(person, { minLength: 1, maxLength: 3 }),
        fc.array(law, { minLength: 1, maxLength: 3 }),
        fc.boolean(),
        fc.boolean(),
        async (people, laws, stops, undone) => {
          await within(people, async (bureau) => {
            const stack: { caseNo: string; was: Awaited<ReturnType<typeof standing>> }[] = [];
            await bureau.submit(EMPLOYER, 'unit.declare', APRIL);
            for (const next of laws) {
              const was = await standing(bureau);
              await setLaw(bureau, next);
              const declared = await bureau.submit(EMPLOYER, 'unit.declare', APRIL).catch(nothingNew);
              if (declared) stack.push({ caseNo: declared.caseNo, was });
              const bases = people.map((one) => (one.newcomer ? Math.max(one.wageFen, next.lowerFen) : one.wageFen));
              expect(await unemployment(bureau)).toEqual([
                bases.reduce((sum, base) => sum + roundedShare(base, next.unit), 0),
                bases.reduce((sum, base) => sum + roundedShare(base, next.person), 0),
              ]);
            }
            const leaver = people.findIndex((one) => !one.newcomer) + 1;
            if (stops && leaver > 0 && people.length > 1) {
              const was = await standing(bureau);
              const leaving = { idNo: idNo(leaver), suspendDate: '2023-03-31', reason: 'S01' };
              const { caseNo } = await bureau.submit(EMPLOYER, 'emp.suspend', { people: [leaving] });
              stack.push({ caseNo, was });
            }
            const { db } = bureau.services;
            const { mixed } = await one(
              db,
              sql<{ mixed: number }>`select count(*)::int as mixed from collection_line
                                     where sign(employer_fen) * sign(person_fen) < 0`,
            );
            expect(mixed).toBe(0);
            await expectIntact(bureau);

            for (const { caseNo, was } of undone ? stack.toReversed() : []) {
              await bureau.undo(EMPLOYER, caseNo);
              expect(await standing(bureau)).toEqual(was);
            }
            const whole = (await standing(bureau)).posted;
            const { refs } = await bureau.submit(EMPLOYER, 'bill.issue');
            const bill = await bureau.bill(refs.billNo ?? '');
            const sum = (of: 'baseFen' | 'employerFen' | 'personFen', insurance = '') =>
              whole.reduce((all, [key, cell]) => all + (key.includes(insurance) ? cell[of] : 0), 0);
            expect([bill.employerFen, bill.personFen]).toEqual([sum('employerFen'), sum('personFen')]);
            const record = await db
              .transaction()
              .execute((tx) => getBillRecord({ tx, region: bureau.services.region }, bill.billNo));
            for (const line of record?.lines ?? []) {
              expect([line.insurance, line.baseFen]).toEqual([line.insurance, sum('baseFen', `/${line.insurance}/`)]);
            }
            await expectIntact(bureau);
          });
        },
      ),
      { numRuns: 12 },
    );
  });
});
