import { refuse } from '../../kernel/errors.ts';
import type { Month } from '../../kernel/month.ts';
import { nextNumber, PERSON_NO, raiseNumber, takePersonNumbers } from '../../parameters/index.ts';
import type { Ctx } from '../../platform/context.ts';
import type { Employer, Person, RefundAccount } from '../model.ts';
import {
  findEmployerByUscc,
  findPersonsByIdNo,
  insertEmployer,
  insertInjuryClass,
  insertPersons,
  insertRefundAccount,
} from '../store.ts';

/** First number of a region's counter (D-DATA-01: 单位编号 9 digits; 个人编号, 11 digits, come from a sequence). */
const FIRST_EMPLOYER_NO = 990_000_101;

export type NewEmployer = {
  readonly employerNo?: string | undefined;
  readonly uscc: string;
  readonly name: string;
  readonly injuryClass: number;
  readonly enjoysRelief2020: boolean;
  readonly from: Month;
  readonly refundAccount?: RefundAccount | undefined;
};

/** 单位参保登记 with its injury class from a month on. */
export async function registerEmployer(ctx: Ctx, input: NewEmployer): Promise<Employer> {
  if (await findEmployerByUscc(ctx.tx, ctx.region, input.uscc)) {
    refuse({
      code: 'REG-011',
      message: `统一社会信用代码 ${input.uscc} 已登记`,
      why: '一个信用代码只登记一个单位。',
      next: '请核对信用代码。',
      field: 'uscc',
    });
  }
  const employer: Employer = {
    employerNo: input.employerNo ?? String(await nextNumber(ctx.tx, ctx.region, 'employerNo', 1, FIRST_EMPLOYER_NO)),
    uscc: input.uscc,
    name: input.name,
    enjoysRelief2020: input.enjoysRelief2020,
  };
  if (input.employerNo) await raiseNumber(ctx.tx, ctx.region, 'employerNo', Number(input.employerNo));
  await insertEmployer(ctx.tx, ctx.region, employer, ctx.now);
  await insertInjuryClass(
    ctx.tx,
    ctx.region,
    employer.employerNo,
    { from: input.from, injuryClass: input.injuryClass },
    ctx.now,
  );
  if (input.refundAccount)
    await insertRefundAccount(ctx.tx, ctx.region, employer.employerNo, input.refundAccount, ctx.now);
  return employer;
}

/**
 * Finds persons by identity number and registers the unknown ones; a known person keeps number and data (one person, one number).
 * Returns them keyed by identity number.
 */
export async function registerPersons(
  ctx: Ctx,
  persons: readonly (Omit<Person, 'personNo'> & { readonly personNo?: string | undefined })[],
): Promise<Map<string, Person>> {
  const known = await findPersonsByIdNo(
    ctx.tx,
    ctx.region,
    persons.map((person) => person.idNo),
  );
  const unknown = persons.filter((person) => !known.has(person.idNo));
  for (const person of await addPersons(ctx, unknown)) known.set(person.idNo, person);
  return known;
}

/** Registers people whom the caller has looked for and not found; when two did so at the same time the database refuses the second. */
export async function addPersons(
  ctx: Ctx,
  unknown: readonly (Omit<Person, 'personNo'> & { readonly personNo?: string | undefined })[],
): Promise<Person[]> {
  if (unknown.length === 0) return [];
  const given = unknown.flatMap((person) => (person.personNo ? [Number(person.personNo)] : []));
  if (given.length > 0) await raiseNumber(ctx.tx, ctx.region, PERSON_NO, Math.max(...given));
  const automatic = unknown.length - given.length;
  const taken = automatic > 0 ? await takePersonNumbers(ctx.tx, automatic) : [];
  const created = unknown.map((person) => ({ ...person, personNo: person.personNo ?? String(taken.shift()) }));
  await insertPersons(ctx.tx, ctx.region, created, ctx.now);
  return created;
}
