import type { EmployerFacts, PaidCell } from '../../collection/index.ts';
import { covers } from '../../enrolment/index.ts';
import { addMonths, dateOf, type Month, monthOf } from '../../kernel/month.ts';
import type { Person } from '../../registry/index.ts';
import { lookupNumber } from '../../rules/index.ts';
import type { ItemEnv, Outcome } from '../model.ts';
import { monthText } from '../sections.ts';

type Stop = { readonly person: Person; readonly to: Month };
type Left = { readonly personNo: string; readonly ready: readonly Month[]; readonly waiting: readonly Month[] };

/** 可退: from this month to the current one (HB-REF-01). */
export function refundableFrom({ ctx, law }: ItemEnv): Month {
  const current = monthOf(dateOf(ctx.now));
  return addMonths(current, -lookupNumber(law.book, ctx.region, 'window.refundBackMonths', current));
}

/** What a suspension leaves to 多缴退费, and the way there; of one person with the months filled in. */
export function refundAfterStop(
  env: ItemEnv,
  facts: EmployerFacts,
  stops: readonly Stop[],
  cells: readonly PaidCell[],
): Pick<Outcome, 'notices' | 'nextSteps'> {
  const left = stops.map((stop) => leftOf(env, facts, stop, cells));
  const ready = left.filter((one) => one.ready.length > 0);
  const waiting = left.flatMap((one) => one.waiting);
  const item = '“单位职工社会保险费多缴退费申报”';
  const when = env.rehearsal ? '提交以后' : '';
  const notices = [
    ...(ready.length > 0
      ? [
          {
            text: `停保以后的${textOf(ready.flatMap((one) => one.ready))}已经缴费，${when}可办${item}${ready.length > 1 ? '，一人一件' : ''}。`,
          },
        ]
      : []),
    ...(waiting.length > 0 ? [{ text: `停保以后的${textOf(waiting)}费款刚到账，配账以后可办${item}。` }] : []),
  ];
  const [first] = ready;
  if (!first) return { notices, nextSteps: [] };
  const given = ready.length === 1 ? `?personNo=${first.personNo}&months=${first.ready.join(',')}` : '';
  return { notices, nextSteps: [{ label: '申请多缴退费', to: `/items/refund.emp${given}`, primary: false }] };
}

const textOf = (months: readonly Month[]): string => [...new Set(months)].sort().map(monthText).join('、');

/** The months 多缴退费 would take of somebody: paid after the stop, not too long ago, and nothing insured in them any more. */
function leftOf(env: ItemEnv, facts: EmployerFacts, { person, to }: Stop, cells: readonly PaidCell[]): Left {
  const { personNo } = person;
  const spans = facts.persons.get(personNo)?.spans ?? [];
  const insured = (month: Month) => spans.some((span) => covers(span, month));
  const current = monthOf(dateOf(env.ctx.now));
  const from = refundableFrom(env);
  const own = cells.filter(
    (cell) => cell.personNo === personNo && cell.month > to && cell.month >= from && cell.month <= current,
  );
  const months = [...new Set(own.map((cell) => cell.month))].sort().filter((month) => {
    const inMonth = own.filter((cell) => cell.month === month);
    return (
      !insured(month) &&
      inMonth.some((cell) => cell.received && cell.employerFen + cell.personFen > 0) &&
      !inMonth.some((cell) => cell.kinds.includes('INJURY_ONLY'))
    );
  });
  const isWaiting = (month: Month) => own.some((cell) => cell.month === month && cell.received && !cell.paid);
  return {
    personNo,
    ready: months.filter((month) => !isWaiting(month)),
    waiting: months.filter(isWaiting),
  };
}
