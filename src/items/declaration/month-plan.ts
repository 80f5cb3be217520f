import {
  cellsOfMonths,
  type DueKind,
  type EmployerFacts,
  type Line,
  listPivots,
  loadFacts,
  movePivot,
  obligation,
  type Pivot,
  planLines,
  sumPosted,
} from '../../collection/index.ts';
import { covers } from '../../enrolment/index.ts';
import type { Insurance } from '../../kernel/insurance.ts';
import { addMonths, type CivilDate, type Month, monthRange } from '../../kernel/month.ts';
import { findValue } from '../../rules/index.ts';
import type { ItemEnv } from '../model.ts';

/** The region books by itself (太原): nobody has to declare a month without changes. */
export const mustDeclare = (env: ItemEnv, today: CivilDate): boolean =>
  findValue(env.law.book, env.ctx.region, 'declaration.mode', today)?.value !== 'AUTO_CLOSE';

/** Somebody was insured in the month, exempt or not. */
export function inUse(facts: EmployerFacts, insurance: Insurance, month: Month): boolean {
  return [...facts.persons.values()].some((person) =>
    person.spans.some((span) => span.insurance === insurance && covers(span, month)),
  );
}

/**
 * Pivots before `last` with somebody insured in one of the months between: these must be collected back first (HB-DEC-04).
 * Months without anybody owe nothing, and the pivot passes over them (design §9.2). Both 申报 and 补缴 ask here.
 */
export function behind(facts: EmployerFacts, pivots: readonly Pivot[], last: Month): Pivot[] {
  return pivots.filter((pivot) =>
    monthRange(addMonths(pivot.bookedThrough, 1), last).some((month) => inUse(facts, pivot.insurance, month)),
  );
}

/** Moves pivots to a month; what is returned goes into the case's refs, for `moveBack`. */
export async function moveTo(env: ItemEnv, pivots: readonly Pivot[], to: Month): Promise<string> {
  for (const { insurance, bookedThrough } of pivots) await move(env, insurance, bookedThrough, to);
  return pivots.map((pivot) => `${pivot.insurance}:${pivot.bookedThrough}`).join(',');
}

/** What a case moved: insurance → where it stood before. `to` is where the case left it. */
export function movedOf(refs: Readonly<Record<string, string>>, to: Month): Map<Insurance, Month> {
  return new Map(
    (refs.moved ?? '')
      .split(',')
      .filter(Boolean)
      .map((text) => {
        // Declarations of before wrote only the insurance: they had moved it by one month.
        const [insurance, before] = text.split(':') as [Insurance, Month | undefined];
        return [insurance, before ?? addMonths(to, -1)];
      }),
  );
}

export async function moveBack(env: ItemEnv, refs: Readonly<Record<string, string>>, to: Month): Promise<void> {
  for (const [insurance, before] of movedOf(refs, to)) await move(env, insurance, to, before);
}

async function move(env: ItemEnv, insurance: Insurance, from: Month, to: Month): Promise<void> {
  const moved = await movePivot(env.ctx.tx, env.ctx.region, env.employer.employerNo, insurance, from, to);
  // The employer's row is locked: nobody else can have moved it.
  if (!moved) throw new Error(`pivot of ${insurance} does not stand at ${from}`);
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
