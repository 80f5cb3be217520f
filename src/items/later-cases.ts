import { findCases } from '../casework/index.ts';
import { casesPostedBeyond, laterCasesOnPeople, listDueStatus } from '../collection/index.ts';
import type { listSpansOfCase } from '../enrolment/index.ts';
import type { Problem } from '../kernel/errors.ts';
import type { Insurance } from '../kernel/insurance.ts';
import type { Month } from '../kernel/month.ts';
import type { ItemEnv } from './model.ts';

export type CaseSpan = Awaited<ReturnType<typeof listSpansOfCase>>[number];

/**
 * 后办先撤 (HB-CAN-01): cases that built on the enrolments a case wrote: they ended one of its spans, or posted lines of its people from a
 * month on. They must be undone first.
 */
export async function laterCaseProblems(
  env: ItemEnv,
  caseNo: string,
  spans: readonly CaseSpan[],
  fromMonth: Month,
): Promise<Problem[]> {
  const { ctx, employer } = env;
  // A row that a later case ended and whose undo brought back stands under the same case.
  const standing = new Set(spans.filter((span) => span.current).map((span) => `${span.personNo}/${span.insurance}`));
  const ended = spans.filter((span) => !span.current && !standing.has(`${span.personNo}/${span.insurance}`));
  const afterId = spans.map((span) => span.spanId).reduce((a, b) => (a < b ? a : b), '~');
  const posted = await laterCasesOnPeople(ctx.tx, ctx.region, employer.employerNo, { caseNo, afterId, fromMonth }, [
    ...new Set(spans.map((span) => span.personNo)),
  ]);
  return namedProblem(env, [...ended.map((span) => span.supersededCase ?? ''), ...posted]);
}

/** 后办先撤 of a case that only posted: later cases that posted lines of the same people from its first month on. */
export async function laterPostingProblems(env: ItemEnv, caseNo: string): Promise<Problem[]> {
  const { ctx, employer } = env;
  const own = await listDueStatus(ctx.tx, ctx.region, { caseNo });
  const [first] = [...own].sort((a, b) => (a.month < b.month ? -1 : 1));
  if (!first) return [];
  const after = {
    caseNo,
    afterId: own.map((due) => due.dueId).reduce((a, b) => (a > b ? a : b)),
    fromMonth: first.month,
  };
  const personNos = [...new Set(own.flatMap((due) => due.personNos))];
  return namedProblem(env, await laterCasesOnPeople(ctx.tx, ctx.region, employer.employerNo, after, personNos));
}

/** 后办先撤 of a case that booked months: later cases that posted into them, such as 增员 with its 自动补收. */
export async function laterMonthProblems(
  env: ItemEnv,
  caseNo: string,
  moved: ReadonlyMap<Insurance, Month>,
): Promise<Problem[]> {
  const { ctx, employer } = env;
  return namedProblem(env, await casesPostedBeyond(ctx.tx, ctx.region, employer.employerNo, caseNo, moved));
}

/** 该业务已有后续业务, with their names and numbers. */
export async function namedProblem(env: ItemEnv, caseNos: readonly string[]): Promise<Problem[]> {
  const wanted = [...new Set(caseNos)].filter(Boolean);
  if (wanted.length === 0) return [];
  const found = await findCases(env.ctx.tx, env.ctx.region, wanted);
  const names = found.map((one) => `${one.itemName} ${one.caseNo}`);
  return [
    {
      code: 'CAN-001',
      message: `该业务已有后续业务（${names.join('、')}），请先撤销后续业务`,
      why: '后办的业务以这笔业务为前提。',
      next: '在单位办件记录里从最近的业务开始撤销。',
    },
  ];
}
