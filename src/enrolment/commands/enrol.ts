import { ulid } from '../../kernel/ids.ts';
import type { CivilDate, Month } from '../../kernel/month.ts';
import type { Ctx } from '../../platform/context.ts';
import type { Span } from '../model.ts';
import { findSpansById, insertSpans, listSpansOfCase, supersedeSpans } from '../store.ts';
import type { PlannedSpan } from './plan.ts';

/** Writes the planned spans of a person (增员). */
export function spansOf(
  ctx: Pick<Ctx, 'now'>,
  employerNo: string,
  personNo: string,
  planned: readonly PlannedSpan[],
  entryDate: CivilDate | null,
  caseNo: string,
): Span[] {
  return planned.map((span) => ({
    spanId: ulid(),
    employerNo,
    personNo,
    insurance: span.insurance,
    from: span.from,
    to: null,
    entryDate,
    suspendDate: null,
    suspendReason: null,
    caseNo,
    recordedAt: ctx.now,
  }));
}

export async function enrol(ctx: Ctx, spans: readonly Span[]): Promise<void> {
  await insertSpans(ctx.tx, ctx.region, spans);
}

/** 停保: the last insured month is the month of the suspension date; the open rows are superseded by ended ones. */
export async function suspend(
  ctx: Ctx,
  spans: readonly Span[],
  end: { readonly to: Month; readonly date: CivilDate; readonly reason: string; readonly caseNo: string },
): Promise<Span[]> {
  await supersedeSpans(
    ctx.tx,
    ctx.region,
    spans.map((span) => span.spanId),
    end.caseNo,
    ctx.now,
  );
  const ended = spans.map((span) => ({
    ...span,
    spanId: ulid(),
    to: end.to,
    suspendDate: end.date,
    suspendReason: end.reason,
    caseNo: end.caseNo,
    recordedAt: ctx.now,
    replaces: span.spanId,
  }));
  await insertSpans(ctx.tx, ctx.region, ended);
  return ended;
}

/**
 * Takes back what a case wrote: its rows are superseded, and rows it had superseded stand again (as new rows; nothing is overwritten).
 * Returns false when a later case has already built on one of its rows; `laterCases` then names them.
 */
export async function revertSpansOfCase(
  ctx: Ctx,
  caseNo: string,
  undoCase: string,
): Promise<{ readonly reverted: boolean; readonly laterCases: readonly string[] }> {
  const written = await listSpansOfCase(ctx.tx, ctx.region, caseNo);
  const current = written.filter((span) => span.current);
  const standing = new Set(current.map((span) => `${span.personNo}/${span.insurance}`));
  // A row that a later case ended and whose undo brought back stands under the same case.
  const later = written.filter((span) => !span.current && !standing.has(`${span.personNo}/${span.insurance}`));
  if (later.length > 0) {
    return { reverted: false, laterCases: [...new Set(later.map((span) => span.supersededCase ?? ''))] };
  }
  await supersedeSpans(
    ctx.tx,
    ctx.region,
    current.map((span) => span.spanId),
    undoCase,
    ctx.now,
  );
  const originals = await findSpansById(
    ctx.tx,
    ctx.region,
    current.flatMap((span) => span.replaces ?? []),
  );
  const restored = originals.map((span) => ({ ...span, spanId: ulid(), recordedAt: ctx.now }));
  await insertSpans(ctx.tx, ctx.region, restored);
  return { reverted: true, laterCases: [] };
}
