import { type BillLine, computeBill, listFreeDues } from '../../collection/index.ts';
import { DomainError, type Problem } from '../../kernel/errors.ts';
import { sumFen } from '../../kernel/fen.ts';
import { addDays, type CivilDate, dateOf, lastDay, monthOf } from '../../kernel/month.ts';
import type { ItemEnv } from '../model.ts';
import { monthsText } from '../sections.ts';
import { wordsOf } from '../words.ts';

/** Fees on no bill, and the last day on which a bill takes them up without (more) charges. */
export type FreeFees = {
  readonly totalFen: number;
  readonly employerFen: number;
  readonly personFen: number;
  readonly months: string;
  readonly until: CivilDate;
  /** Charges have begun, or begin after `until`; or neither is in sight. */
  readonly charged: 'now' | 'after' | 'no';
} & (
  | { readonly problem: null; readonly persons: number }
  /** Why no bill can be made of them now; the amounts are the principal alone. */
  | { readonly problem: Problem }
);

/** 未开单费用; undefined when there is nothing to bill. What only cannot be billed now is owed all the same. */
export async function freeFees(env: ItemEnv): Promise<FreeFees | undefined> {
  try {
    const { lines, totalFen, employerFen, personFen } = await computeBill(env.ctx, env.law, env.employer.employerNo);
    const persons = Math.max(...lines.map((line) => line.persons));
    return { totalFen, employerFen, personFen, persons, problem: null, ...whenOf(env, lines) };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const [problem] = error.problems;
    return !problem || problem.code === 'BILL-001' ? undefined : principalOf(env, problem);
  }
}

async function principalOf(env: ItemEnv, problem: Problem): Promise<FreeFees | undefined> {
  const dues = await listFreeDues(env.ctx.tx, env.ctx.region, env.employer.employerNo);
  const [employerFen, personFen] = [sumFen(dues, (due) => due.employerFen), sumFen(dues, (due) => due.personFen)];
  const totalFen = employerFen + personFen;
  return totalFen > 0 ? { totalFen, employerFen, personFen, problem, ...whenOf(env, dues) } : undefined;
}

function whenOf(env: ItemEnv, dues: readonly Pick<BillLine, 'month' | 'lateFrom'>[]) {
  const today = dateOf(env.ctx.now);
  const starts = dues.map((due) => due.lateFrom).sort();
  const next = starts.find((day) => day > today);
  return {
    months: monthsText(dues.map((due) => due.month)),
    until: next ? addDays(next, -1) : lastDay(monthOf(today)),
    charged: starts[0] && starts[0] <= today ? ('now' as const) : next ? ('after' as const) : ('no' as const),
  };
}

/** For whom has to pay: the problem's own advice is for who runs the program. */
export function blockedWords(env: ItemEnv, problem: Problem): string {
  const why = problem.why ?? '';
  return `现在开不了单：${problem.message}。${why}请联系经办机构处理，处理好再开单；金额是本金，不含${wordsOf(env).charges}`;
}
