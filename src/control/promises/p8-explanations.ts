import { explainInterest, moneyWentBackSince, sampleInterest } from '../../account/index.ts';
import { cellKey, cellsOfDue, loadFacts, type Posted, sumPosted } from '../../collection/index.ts';
import { DomainError } from '../../kernel/errors.ts';
import { formatYuan } from '../../kernel/fen.ts';
import { INSURANCE_SHORT_NAMES, type Insurance } from '../../kernel/insurance.ts';
import type { Month } from '../../kernel/month.ts';
import { rows, sql } from '../../platform/db.ts';
import { explainContribution } from '../../rules/index.ts';
import { wageInForce } from '../../wages/index.ts';
import { type CellHistory, derive, historyOf, sameAmounts } from './cells.ts';
import { type Findings, findings, type PromiseCheck, type Scope } from './promise.ts';

const SAMPLE = 5_000;
const INTEREST_SAMPLE = 200;
const NOTHING: Posted = { baseFen: 0, employerFen: 0, personFen: 0 };

type Chosen = { employer_no: string; person_no: string; insurance: Insurance; month: Month };

/** 8. An explanation of a figure, told again from the facts, ends in the stored figure. */
export const explanationsPromise: PromiseCheck = {
  no: 8,
  title: '解释复算 ＝ 入库金额',
  check: async (scope) => {
    const found = findings();
    const chosen = await sampleCells(scope);
    const employers = Map.groupBy(chosen, (cell) => cell.employer_no);
    for (const [employerNo, cells] of employers) {
      const personNos = [...new Set(cells.map((cell) => cell.person_no))];
      const facts = await loadFacts(scope.on, scope.region, employerNo, personNos);
      const months = [...new Set(cells.map((cell) => cell.month))];
      const posted = await sumPosted(scope.on, scope.region, employerNo, months, personNos);
      let history: CellHistory | undefined;
      /** A fact or a rule of the cell changed after the lines: promise 1 names the gate of the difference. */
      const factsMoved = async (cell: Chosen): Promise<boolean> => {
        history ??= await historyOf(scope, facts, cells.map(named));
        const last = history.dues(named(cell)).at(-1);
        return last !== undefined && history.movedAfter(named(cell), last.dueId);
      };
      for (const cell of cells) {
        const stored = posted.get(cellKey(cell.person_no, cell.insurance, cell.month)) ?? NOTHING;
        // Everything posted was taken back: there is no figure to explain. Whether one is missing is promise 1's question.
        if (sameAmounts(stored, NOTHING)) continue;
        const told = explain(scope, facts, cell);
        if (typeof told === 'string') {
          found.violation(objectOf(cell), told);
          continue;
        }
        const same = told.employerFen === stored.employerFen && told.personFen === stored.personFen;
        if (!same && !(await factsMoved(cell))) {
          const text = `解释 ${formatYuan(told.employerFen)} + ${formatYuan(told.personFen)}，入库 ${formatYuan(stored.employerFen)} + ${formatYuan(stored.personFen)}`;
          found.violation(objectOf(cell), `${cell.month} ${INSURANCE_SHORT_NAMES[cell.insurance]}：${text}`);
        }
      }
    }
    const interest = await checkInterest(scope, found);
    return found.result(`抽 ${chosen.length + interest} 项`);
  },
};

/**
 * Cells taken at random: of blocks taken at random (their keys are read, nothing is sorted but the sample) one each, then a second one each,
 * until there are enough; of few blocks that is every cell.
 */
function sampleCells({ on, region }: Scope): Promise<Chosen[]> {
  return rows(
    on,
    sql<Chosen>`
      select distinct employer_no, person_no, insurance, month from (
        select d.employer_no, lpad(c.person_no::text, 11, '0') as person_no, d.insurance, d.month
        from (select block_id from collection_block where region = ${region} order by random() limit ${sql.lit(SAMPLE)}) b
        join collection_due d on d.region = ${region} and d.block_id = b.block_id
        cross join lateral (
          select p.person_no, row_number() over (order by random()) as turn from ${cellsOfDue} order by turn limit ${sql.lit(SAMPLE)}
        ) c
        order by c.turn limit ${sql.lit(SAMPLE)}
      ) cells`,
  );
}

/** 年度计息: told again from the facts by the calculator's rule. Money that went back since was there when the interest was counted. */
async function checkInterest(scope: Scope, found: Findings): Promise<number> {
  const { on, region, law } = scope;
  const chosen = await sampleInterest(on, region, INTEREST_SAMPLE);
  for (const sampled of chosen) {
    const { personNo, year, interestFen } = sampled;
    const told = await explainInterest(on, region, law, personNo, year);
    const again = told.openingInterestFen + told.currentInterestFen;
    if (again === interestFen) continue;
    const text = `${year} 年利息解释 ${formatYuan(again)}，入库 ${formatYuan(interestFen)}`;
    if (await moneyWentBackSince(on, region, sampled)) {
      found.gate(`person:${personNo}`, text, '计息后有到账被冲正，待更正利息');
    } else found.violation(`person:${personNo}`, text);
  }
  return chosen.length;
}

const named = (cell: Chosen) => ({ personNo: cell.person_no, insurance: cell.insurance, month: cell.month });
const objectOf = (cell: Chosen): string => `cell:${cell.employer_no}/${cell.person_no}/${cell.insurance}/${cell.month}`;

type Told = { readonly employerFen: number; readonly personFen: number };

/** What the traces end in; a sentence when no explanation can be given. */
function explain(scope: Scope, facts: Awaited<ReturnType<typeof loadFacts>>, cell: Chosen): Told | string {
  const { law, region } = scope;
  try {
    const owed = derive(scope, facts, cell.person_no, cell.insurance, cell.month);
    if (typeof owed === 'string') return `无法解释：${owed}`;
    // Nobody insured, or nothing may be assessed: there is nothing to tell.
    if (owed.baseFen === 0) return { employerFen: 0, personFen: 0 };
    const wage = wageInForce(facts.persons.get(cell.person_no)?.wages ?? [], cell.month);
    const injuryClass = facts.injuryClasses.findLast((fact) => fact.from <= cell.month)?.injuryClass;
    if (!wage || injuryClass === undefined) return '没有工资或行业类别，无法解释';
    const trace = (part: 'employer' | 'person'): number =>
      explainContribution(
        law.rules(region, cell.month),
        cell.insurance,
        { basis: wage.basis, fen: wage.wageFen },
        injuryClass,
        part,
        facts.enjoysRelief2020 ? { modifiers: { relief: true } } : {},
      ).result;
    return { employerFen: trace('employer'), personFen: trace('person') };
  } catch (error) {
    if (error instanceof DomainError) return `无法解释：${error.message}`;
    throw error;
  }
}
