import {
  DUE_KIND_NAMES,
  getBillRecord,
  type Line,
  listBillPersons,
  sumBillPersons,
  sumDuesByMonth,
  sumPersonsOfMonth,
} from '../../collection/index.ts';
import { refuse } from '../../kernel/errors.ts';
import { formatYuanGrouped } from '../../kernel/fen.ts';
import { INSURANCE_NAMES, INSURANCE_SHORT_NAMES } from '../../kernel/insurance.ts';
import { addDays, type Month } from '../../kernel/month.ts';
import { findPersons } from '../../registry/index.ts';
import { lateCharges } from '../../rules/index.ts';
import type { ItemEnv } from '../model.ts';
import { deadlineOf } from './bills.ts';
import { type Answer, type ExplainQuery, explainPerson, PART_NAMES, toStep } from './explain-person.ts';

const PARTS_MAX = 500;

/** 「为什么是这个数」: a sum lists its parts, a part shows its trace, and both are recomputed and compared with what is stored. */
export async function explain(env: ItemEnv, query: ExplainQuery): Promise<Answer> {
  const bill = query.billNo ? await getBillRecord(env.ctx, query.billNo) : undefined;
  if (query.billNo && bill?.employerNo !== env.employer.employerNo) {
    refuse({ code: 'BILL-012', message: '没有这张单据', next: '请在业务单据查询里核对单据号。' }, 404);
  }
  if (query.personNo) return explainPerson(env, query, query.personNo, bill);
  if (!bill && query.month) return explainMonth(env, query, query.month as Month);
  if (!bill) refuse({ code: 'GEN-012', message: '没有说明要解释哪个数', next: '请从页面上的金额点进来。' });
  if (query.part === 'deadline') return explainDeadline(env, bill);
  const lines = bill.lines.filter(
    (line) =>
      (!query.insurance || line.insurance === query.insurance) &&
      (!query.kind || line.kind === query.kind) &&
      (!query.month || line.month === query.month),
  );
  if (query.part === 'late' || query.part === 'interest') return explainLate(env, bill, lines, query);
  const pick = (line: { employerFen: number; personFen: number; lateFen?: number; interestFen?: number }) =>
    query.part === 'employer'
      ? line.employerFen
      : query.part === 'person'
        ? line.personFen
        : line.employerFen + line.personFen + (line.lateFen ?? 0) + (line.interestFen ?? 0);
  const stored = lines.reduce((sum, line) => sum + pick(line), 0);
  const title = [query.insurance ? INSURANCE_NAMES[query.insurance] : '认定单', PART_NAMES[query.part]].join(' · ');
  // One insurance, kind and month: the people behind it; otherwise the lines of the bill.
  if (lines.length === 1 && lines[0] && query.part !== 'total') {
    const [line] = lines;
    const { tx, region } = env.ctx;
    const filter = { insurance: line.insurance, kind: line.kind, month: line.month };
    const whole = await sumBillPersons(tx, region, bill.billNo, filter);
    const people = await listBillPersons(tx, region, bill.billNo, filter, { page: { page: 1, size: PARTS_MAX } });
    return sumAnswer(
      title,
      `${line.month} · ${DUE_KIND_NAMES[line.kind]}`,
      stored,
      await personParts(env, query, people),
      { parts: whole.lines, fen: query.part === 'person' ? whole.personFen : whole.employerFen },
    );
  }
  return sumAnswer(
    title,
    bill.billNo,
    stored,
    lines.map((line) => ({
      label: `${INSURANCE_SHORT_NAMES[line.insurance]} ${line.month} ${DUE_KIND_NAMES[line.kind]}`,
      words: `${line.persons} 人，基数合计 ${formatYuanGrouped(line.baseFen)}`,
      fen: pick(line),
      query: {
        billNo: bill.billNo,
        insurance: line.insurance,
        kind: line.kind,
        month: line.month,
        part: query.part === 'total' ? 'employer' : query.part,
      },
    })),
  );
}

/** A month of the employer, whatever bill it stands on: its insurances and parts, or the people of one of them. */
async function explainMonth(env: ItemEnv, query: ExplainQuery, month: Month): Promise<Answer> {
  const { tx, region } = env.ctx;
  const { employerNo } = env.employer;
  const cells = (await sumDuesByMonth(tx, region, employerNo, [month])).flatMap((cell) => [
    { insurance: cell.insurance, part: 'employer' as const, fen: cell.employerFen },
    { insurance: cell.insurance, part: 'person' as const, fen: cell.personFen },
  ]);
  const asked = cells.filter(
    ({ insurance, part }) =>
      (!query.insurance || insurance === query.insurance) && (query.part === 'total' || part === query.part),
  );
  const stored = asked.reduce((sum, cell) => sum + cell.fen, 0);
  const name = query.insurance ? INSURANCE_NAMES[query.insurance] : '全部险种';
  const title = [name, PART_NAMES[query.part]].join(' · ');
  const subtitle = `${month} 应缴，含已核定的补收和差额调整`;
  if (!query.insurance || query.part === 'total') {
    const parts = asked.map(({ insurance, part, fen }) => ({
      label: `${INSURANCE_SHORT_NAMES[insurance]} · ${PART_NAMES[part]}`,
      words: '',
      fen,
      query: { month, insurance, part },
    }));
    return sumAnswer(title, subtitle, stored, parts);
  }
  const people = await sumPersonsOfMonth(tx, region, employerNo, month, query.insurance);
  const of = (line: (typeof people)[number]): number => (query.part === 'person' ? line.personFen : line.employerFen);
  const fen = people.reduce((sum, line) => sum + of(line), 0);
  const shown = people.slice(0, PARTS_MAX);
  const names = await findPersons(
    tx,
    region,
    shown.map((line) => line.personNo),
  );
  const parts = shown.map((line) => ({
    label: names.get(line.personNo)?.name ?? line.personNo,
    words: `基数 ${formatYuanGrouped(line.baseFen)}`,
    fen: of(line),
    query: { month, insurance: query.insurance ?? '', personNo: line.personNo, part: query.part },
  }));
  return sumAnswer(title, subtitle, stored, parts, { parts: people.length, fen });
}

/** `whole` where only the first parts are shown: what all of them are and come to. */
function sumAnswer(
  title: string,
  subtitle: string,
  stored: number,
  parts: Answer['parts'],
  whole = { parts: parts.length, fen: parts.reduce((sum, part) => sum + part.fen, 0) },
): Answer {
  const recomputed = whole.fen;
  return {
    title,
    subtitle,
    amountFen: stored,
    amountText: formatYuanGrouped(stored),
    steps: [],
    parts: parts.slice(0, PARTS_MAX),
    partsTotal: whole.parts,
    matches: recomputed === stored,
    storedFen: stored,
    recomputedFen: recomputed,
  };
}

async function personParts(env: ItemEnv, query: ExplainQuery, lines: readonly Line[]): Promise<Answer['parts']> {
  const people = await findPersons(env.ctx.tx, env.ctx.region, [...new Set(lines.map((line) => line.personNo))]);
  return lines.map((line) => ({
    label: people.get(line.personNo)?.name ?? line.personNo,
    words: `基数 ${formatYuanGrouped(line.baseFen)}`,
    fen: query.part === 'person' ? line.personFen : line.employerFen,
    query: {
      ...(query.billNo ? { billNo: query.billNo } : {}),
      personNo: line.personNo,
      insurance: line.insurance,
      kind: line.kind,
      month: line.month,
      part: query.part === 'person' ? 'person' : 'employer',
    },
  }));
}

type BillRecord = NonNullable<Awaited<ReturnType<typeof getBillRecord>>>;

function explainLate(env: ItemEnv, bill: BillRecord, lines: BillRecord['lines'], query: ExplainQuery): Answer {
  const late = query.part === 'late';
  const of = (line: BillRecord['lines'][number]) =>
    lateCharges(env.law.book, env.ctx.region, {
      insurance: line.insurance,
      principalFen: line.employerFen + line.personFen,
      lateFrom: line.lateFrom,
      // The day to which it was counted follows from the days: the issue day, or an earlier day when a revocation had been asked.
      until: line.lateDays > 0 ? addDays(line.lateFrom, line.lateDays - 1) : bill.issuedOn,
    });
  const stored = lines.reduce((sum, line) => sum + (late ? line.lateFen : line.interestFen), 0);
  const title = `${query.insurance ? INSURANCE_NAMES[query.insurance] : '认定单'} · ${PART_NAMES[query.part]}`;
  if (lines.length === 1 && lines[0]) {
    const charges = of(lines[0]);
    const trace = late ? charges.lateFeeTrace : charges.interestTrace;
    return {
      title,
      subtitle: `${lines[0].month} · ${DUE_KIND_NAMES[lines[0].kind]}`,
      amountFen: stored,
      amountText: formatYuanGrouped(stored),
      steps: trace.steps.map(toStep),
      parts: [],
      partsTotal: 0,
      matches: trace.result === stored,
      storedFen: stored,
      recomputedFen: trace.result,
    };
  }
  const answer = sumAnswer(
    title,
    bill.billNo,
    stored,
    lines.map((line) => ({
      label: `${INSURANCE_SHORT_NAMES[line.insurance]} ${line.month} ${DUE_KIND_NAMES[line.kind]}`,
      words: line.lateDays > 0 ? `从 ${line.lateFrom} 起 ${line.lateDays} 天` : '没有超过起算日',
      fen: late ? line.lateFen : line.interestFen,
      query: { billNo: bill.billNo, insurance: line.insurance, kind: line.kind, month: line.month, part: query.part },
    })),
  );
  const recomputed = lines.reduce((sum, line) => {
    const charges = of(line);
    return sum + (late ? charges.lateFeeFen : charges.interestFen);
  }, 0);
  return { ...answer, recomputedFen: recomputed, matches: recomputed === stored };
}

function explainDeadline(env: ItemEnv, bill: BillRecord): Answer {
  const computed = deadlineOf(env, bill);
  return {
    title: '缴费截止日期是怎么数的',
    subtitle: bill.billNo,
    amountFen: null,
    amountText: bill.deadline,
    steps: computed.trace.steps.map(toStep),
    parts: [],
    partsTotal: 0,
    matches: computed.deadline === bill.deadline,
    storedFen: null,
    recomputedFen: null,
  };
}
