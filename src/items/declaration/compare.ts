import { type EmployerFacts, type Line, obligation } from '../../collection/index.ts';
import type { Insurance } from '../../kernel/insurance.ts';
import { addMonths, type Month } from '../../kernel/month.ts';
import { wageInForce } from '../../wages/index.ts';
import type { ItemEnv } from '../model.ts';
import { totalOf } from '../sections.ts';

type Reason = { readonly label: string; readonly words: string; readonly fen: number };

const NAMES_SHOWN_MAX = 5;

/**
 * Why a month differs from the one before: joined, left, wage changed, rates and limits changed. The rows add up exactly,
 * and the row of rates says 0.00 when nothing of the law changed (ui §4, difference).
 */
export function compareMonths(
  env: ItemEnv,
  facts: EmployerFacts,
  insurances: readonly Insurance[],
  month: Month,
  before: ReadonlyMap<string, readonly Line[]>,
  now: ReadonlyMap<string, readonly Line[]>,
  nameOf: (personNo: string) => string,
): { readonly rows: Reason[]; readonly totalFen: number } {
  const joined = [...now.keys()].filter((personNo) => !before.has(personNo));
  const left = [...before.keys()].filter((personNo) => !now.has(personNo));
  const stayed = [...now.keys()].filter((personNo) => before.has(personNo));
  const wagesChanged: string[] = [];
  let wageFen = 0;
  let lawFen = 0;
  for (const personNo of stayed) {
    const change = totalOf(now.get(personNo) ?? []) - totalOf(before.get(personNo) ?? []);
    if (change === 0) continue;
    const person = facts.persons.get(personNo);
    const oldWage = wageInForce(person?.wages ?? [], addMonths(month, -1));
    const newWage = wageInForce(person?.wages ?? [], month);
    if (oldWage?.wageId === newWage?.wageId) {
      lawFen += change;
      continue;
    }
    // What the month would cost with the former wage separates the change of wage from the change of law.
    const former = {
      ...facts,
      persons: new Map([[personNo, { ...(person as NonNullable<typeof person>), wages: oldWage ? [oldWage] : [] }]]),
    };
    const withFormerWage = totalOf(
      insurances.map((insurance) => obligation(env.law, env.ctx.region, former, personNo, insurance, month)),
    );
    wageFen += totalOf(now.get(personNo) ?? []) - withFormerWage;
    lawFen += withFormerWage - totalOf(before.get(personNo) ?? []);
    wagesChanged.push(personNo);
  }
  const sum = (people: readonly string[], of: ReadonlyMap<string, readonly Line[]>) =>
    totalOf(people.flatMap((personNo) => of.get(personNo) ?? []));
  const rows: Reason[] = [
    { label: `新增 ${joined.length} 人`, words: names(joined, nameOf), fen: sum(joined, now) },
    { label: `停保或不再参与 ${left.length} 人`, words: names(left, nameOf), fen: -sum(left, before) },
    { label: `工资变更 ${wagesChanged.length} 人`, words: names(wagesChanged, nameOf), fen: wageFen },
    { label: '费率、上下限', words: lawFen === 0 ? '与上月相同' : '本月起执行新的费率或上下限', fen: lawFen },
  ].filter((row, index) => index === 3 || row.fen !== 0);
  return { rows, totalFen: rows.reduce((total, row) => total + row.fen, 0) };
}

function names(people: readonly string[], nameOf: (personNo: string) => string): string {
  const shown = people.slice(0, NAMES_SHOWN_MAX).map(nameOf).join('、');
  return people.length > NAMES_SHOWN_MAX ? `${shown}等` : shown;
}
