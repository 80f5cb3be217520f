/**
 * What everybody owes by the facts as they stand, month by month, once more by the plain evaluator. Promise 1 derives it with the product's
 * own rules, and lets a paid month that is owed no more wait for its refund: a wrong answer to who is insured when would hide there.
 */
import { loadFacts, obligation } from '../src/collection/index.ts';
import { type Month, monthRange, month as toMonth } from '../src/kernel/month.ts';
import { loadLaw } from '../src/parameters/index.ts';
import { rows, sql } from '../src/platform/db.ts';
import type { Insurance } from '../tests/plain/contribution.ts';
import { EMPLOYERS } from './city.ts';
import { REGION } from './law.ts';
import type { World } from './world.ts';

type Amounts = { readonly base: bigint; readonly unit: bigint; readonly person: bigint };
type Owed = (employer: string, person: string, insurance: Insurance, month: string) => Amounts;

export async function compareOwed(world: World, owed: Owed, from: string): Promise<string[]> {
  const { db } = world.services;
  const law = await loadLaw(db);
  const people = await rows(
    db,
    sql<{ person_no: string; id_no: string }>`select person_no, id_no from registry_person where region = ${REGION}`,
  );
  const pivots = await rows(
    db,
    sql<{ employer_no: string; insurance: Insurance; booked: Month }>`
      select employer_no, insurance, booked_through as booked from collection_pivot where region = ${REGION}`,
  );
  const found: string[] = [];
  for (const { employerNo } of EMPLOYERS) {
    const facts = await loadFacts(db, REGION, employerNo);
    for (const { insurance, booked } of pivots.filter((one) => one.employer_no === employerNo)) {
      for (const month of monthRange(toMonth(from), booked)) {
        for (const { person_no, id_no } of people) {
          const own = owed(employerNo, id_no, insurance, month);
          const { baseFen, employerFen, personFen } = obligation(law, REGION, facts, person_no, insurance, month);
          if (own.base !== BigInt(baseFen) || own.unit !== BigInt(employerFen) || own.person !== BigInt(personFen)) {
            const should = `基数 ${own.base}、单位 ${own.unit}、个人 ${own.person}`;
            const is = `基数 ${baseFen}、单位 ${employerFen}、个人 ${personFen}`;
            found.push(`重算：${employerNo}/${id_no}/${insurance}/${month} 应缴${should}，系统核定${is}（分）`);
          }
        }
      }
    }
  }
  return found;
}
