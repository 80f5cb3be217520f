import {
  cellsOfMonths,
  type DueKind,
  type EmployerFacts,
  type Line,
  listPivots,
  loadFacts,
  obligation,
  type Pivot,
  planLines,
  sumPosted,
} from '../../collection/index.ts';
import { covers } from '../../enrolment/index.ts';
import type { Insurance } from '../../kernel/insurance.ts';
import type { Month } from '../../kernel/month.ts';
import type { ItemEnv } from '../model.ts';

/** Insurances with somebody insured (and not exempt) in a month: only for these the pivot matters (HB-DEC-04). */
export function insurancesInUse(facts: EmployerFacts, insurances: readonly Insurance[], month: Month): Insurance[] {
  return insurances.filter((insurance) =>
    [...facts.persons.values()].some((person) =>
      person.spans.some((span) => span.insurance === insurance && covers(span, month)),
    ),
  );
}

export type EmployerMonth = {
  readonly facts: EmployerFacts;
  readonly pivots: readonly Pivot[];
};

export async function loadEmployerMonth(env: ItemEnv): Promise<EmployerMonth> {
  return {
    facts: await loadFacts(env.ctx.tx, env.ctx.region, env.employer.employerNo),
    pivots: await listPivots(env.ctx.tx, env.ctx.region, env.employer.employerNo),
  };
}

/** The difference of whole months for some insurances of the employer. */
export async function planWholeMonths(
  env: ItemEnv,
  facts: EmployerFacts,
  scope: readonly { readonly insurance: Insurance; readonly months: readonly Month[] }[],
  kind: DueKind,
): Promise<Line[]> {
  const months = [...new Set(scope.flatMap((one) => one.months))];
  if (months.length === 0) return [];
  const posted = await sumPosted(env.ctx.tx, env.ctx.region, env.employer.employerNo, months);
  const cells = scope.flatMap((one) => cellsOfMonths(facts, posted, [one.insurance], one.months, kind));
  return planLines(env.law, env.ctx.region, facts, posted, cells);
}

/** What each person owes in a month by the facts: for comparing two months. */
export function obligationsOf(
  env: ItemEnv,
  facts: EmployerFacts,
  insurances: readonly Insurance[],
  month: Month,
): Map<string, Line[]> {
  const result = new Map<string, Line[]>();
  for (const personNo of facts.persons.keys()) {
    const lines = insurances.flatMap((insurance) => {
      const amounts = obligation(env.law, env.ctx.region, facts, personNo, insurance, month);
      return amounts.employerFen || amounts.personFen
        ? [{ personNo, insurance, month, kind: 'MONTHLY' as const, ...amounts }]
        : [];
    });
    if (lines.length > 0) result.set(personNo, lines);
  }
  return result;
}
