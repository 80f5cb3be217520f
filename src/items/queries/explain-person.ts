import type { z } from 'zod';
import { findCases } from '../../casework/index.ts';
import type { explainEndpoint } from '../../collection/contract.ts';
import { type Bill, type DueKind, loadFacts, obligation } from '../../collection/index.ts';
import { refuse } from '../../kernel/errors.ts';
import { formatYuanGrouped } from '../../kernel/fen.ts';
import { maskIdNo } from '../../kernel/id-number.ts';
import { INSURANCE_NAMES, type Insurance } from '../../kernel/insurance.ts';
import type { Month } from '../../kernel/month.ts';
import { findPersons } from '../../registry/index.ts';
import { explainContribution, type Trace, type TraceStep } from '../../rules/index.ts';
import { wageInForce } from '../../wages/index.ts';
import type { ItemEnv } from '../model.ts';
import { type AmountOf, type Assessed, assessedOf, type Cell, movedSinceAssessed } from './assessed.ts';

export type Answer = z.infer<(typeof explainEndpoint)['response']>;
export type ExplainQuery = {
  readonly billNo?: string | undefined;
  readonly month?: string | undefined;
  readonly insurance?: Insurance | undefined;
  readonly kind?: string | undefined;
  readonly personNo?: string | undefined;
  readonly part: 'employer' | 'person' | 'late' | 'interest' | 'total' | 'deadline';
};

export const PART_NAMES = {
  employer: '单位部分',
  person: '个人部分',
  late: '滞纳金',
  interest: '利息',
  total: '合计',
  deadline: '缴费截止日期',
} as const;

type Steps = Answer['steps'];

export const toStep = (step: TraceStep): Steps[number] => ({
  kind: step.kind,
  label: step.label,
  words: step.words,
  valueText: step.valueText,
  ...(step.clamp ? { clamp: { lower: step.clamp.lower, upper: step.clamp.upper, value: step.clamp.value } } : {}),
  ...(step.source ? { source: { ...step.source } } : {}),
});

/** One person × insurance × month: how the obligation is calculated, and what of it stands on the bill. */
export async function explainPerson(
  env: ItemEnv,
  query: ExplainQuery,
  personNo: string,
  bill: Bill | undefined,
): Promise<Answer> {
  const { ctx, employer } = env;
  const month = query.month as Month | undefined;
  const { insurance } = query;
  const facts = await loadFacts(ctx.tx, ctx.region, employer.employerNo, [personNo]);
  const own = facts.persons.get(personNo);
  const person = (await findPersons(ctx.tx, ctx.region, [personNo])).get(personNo);
  const wage = own && month ? wageInForce(own.wages, month) : undefined;
  const injuryClass = month ? facts.injuryClasses.findLast((fact) => fact.from <= month)?.injuryClass : undefined;
  if (!own || !person || !wage || !month || !insurance || injuryClass === undefined) {
    refuse({ code: 'GEN-012', message: '没有这一笔的计算依据', next: '请从页面上的金额点进来。' }, 404);
  }
  const [record] = await findCases(ctx.tx, ctx.region, [wage.caseNo]);
  const part = query.part === 'person' ? 'person' : 'employer';
  const trace = explainContribution(
    env.law.rules(ctx.region, month),
    insurance,
    { basis: wage.basis, fen: wage.wageFen },
    injuryClass as never,
    part,
    {
      ...(facts.enjoysRelief2020 ? { modifiers: { relief: true } } : {}),
      wageWords: record ? `来自办件 ${record.caseNo}（${record.itemName}）。` : '来自期初建账。',
    },
  );
  const cell = { personNo, insurance, month };
  const of: AmountOf = (amounts) => (part === 'person' ? amounts.personFen : amounts.employerFen);
  const assessed = bill && (await assessedOf(env, bill, cell, query.kind as DueKind | undefined, of));
  const owedFen = of(obligation(env.law, ctx.region, facts, personNo, insurance, month));
  const told = assessed
    ? tell(trace, assessed, owedFen, await isMoved(env, facts, cell, assessed, owedFen))
    : { steps: trace.steps.map(toStep), recomputedFen: trace.result, matches: true };
  const amountFen = assessed?.ownFen ?? trace.result;
  return {
    title: `${INSURANCE_NAMES[insurance]} · ${PART_NAMES[part]} · ${month}`,
    subtitle: `${person.name} · ${maskIdNo(person.idNo)}`,
    amountFen,
    amountText: formatYuanGrouped(amountFen),
    parts: [],
    partsTotal: 0,
    storedFen: assessed?.ownFen ?? null,
    ...told,
  };
}

/** All that was assessed is not what is owed, and there is a reason for it. */
async function isMoved(
  env: ItemEnv,
  facts: Awaited<ReturnType<typeof loadFacts>>,
  cell: Cell,
  { ownFen, besideFen, earlierFen, laterFen }: Assessed,
  owedFen: number,
): Promise<boolean> {
  return owedFen !== ownFen + besideFen + earlierFen + laterFen && (await movedSinceAssessed(env, facts, cell));
}

/** To assess is always 应缴 − what was assessed already, and so a line of a bill is told: the sum of all lines is what must be owed. */
function tell(
  trace: Trace,
  { ownFen, besideFen, earlierFen, laterFen }: Assessed,
  owedFen: number,
  moved: boolean,
): Pick<Answer, 'steps' | 'recomputedFen' | 'matches'> {
  const before = besideFen + earlierFen;
  // What came later (a refund of a month no longer owed) takes nothing from a bill that asked what the calculation asks.
  const asCalculated = !moved && trace.result === before + ownFen;
  const [from, later] = asCalculated ? [trace.result, 0] : [owedFen, laterFen];
  const recomputedFen = from - before - later;
  const taken = [
    { label: '先前已核定', words: '开这张单以前已经核定过的，不再收。', fen: earlierFen },
    { label: '本单其他类型', words: '同一张单上，按别的核定数据类型列的。', fen: besideFen },
    { label: '开单以后另行核定', words: '开单以后的变动，差额已经另行核定，不在本单上。', fen: later },
  ].filter((one) => one.fen !== 0);
  const owed = from === trace.result ? '这个人这个月一共应缴。' : '这个月现在不用缴，或已不在本单位参保。';
  const difference = [from, ...taken.map((one) => one.fen)].map(formatYuanGrouped).join(' − ');
  return {
    steps: [
      ...trace.steps.map(toStep),
      ...(taken.length > 0 || from !== trace.result ? [sumStep('应缴', owed, from)] : []),
      ...taken.map(({ label, words, fen }) => sumStep(`减 ${label}`, words, fen)),
      ...(taken.length > 0 ? [sumStep('本单', difference, recomputedFen)] : []),
      ...(moved ? [movedStep(recomputedFen - ownFen)] : []),
    ],
    recomputedFen,
    matches: recomputedFen === ownFen,
  };
}

const sumStep = (label: string, words: string, fen: number): Steps[number] => ({
  ...{ kind: 'sum', label, words, valueText: formatYuanGrouped(fen) },
});

/** Told with the verdict, in place of a warning. */
const movedStep = (differenceFen: number): Steps[number] => ({
  kind: 'moved',
  label: '有变动',
  words: '这一笔核定以后，参保、工资或规定有变动，差额会另行核定或退费；已开的单不变。',
  valueText: formatYuanGrouped(differenceFen),
});
