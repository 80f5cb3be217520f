import {
  type Cell,
  type Line,
  listPivots,
  listStandingMonths,
  loadFacts,
  planLines,
  withPlanned,
} from '../../collection/index.ts';
import {
  listEmployerInsurances,
  listSpansOfPersons,
  planEnrolment,
  type Span,
  spansOf,
} from '../../enrolment/index.ts';
import type { Problem } from '../../kernel/errors.ts';
import { DomainError } from '../../kernel/errors.ts';
import { maskIdNo } from '../../kernel/id-number.ts';
import type { Insurance } from '../../kernel/insurance.ts';
import { addMonths, type CivilDate, dateOf, type Month, monthOf, monthRange } from '../../kernel/month.ts';
import { findPersonsByIdNo, type Person } from '../../registry/index.ts';
import { baseOf, lookupNumber, retiredSince } from '../../rules/index.ts';
import type { WageDeclaration } from '../../wages/index.ts';
import type { RowNotice } from '../contract.ts';
import { plainName } from '../fields.ts';
import type { CheckedRow, ItemEnv, TypedRow } from '../model.ts';
import { monthsText, monthText } from '../sections.ts';
import { markRepeated, readRow, type Typed } from './enroll-read.ts';

/** A row that may be enrolled: who, the months it brings, and the lines of automatic back collection. */
export type EnrollRow = {
  readonly person: Omit<Person, 'personNo'> & { readonly personNo?: string };
  readonly entryDate: CivilDate;
  readonly wageFen: number;
  /** The base of the costs below: the wage between the limits. */
  readonly baseFen: number;
  readonly clamped?: 'lower' | 'upper';
  readonly spans: readonly { readonly insurance: Insurance; readonly from: Month }[];
  readonly wageFrom: Month;
  readonly contractBackNeeded: boolean;
  readonly injuryOnlyMonths: readonly Month[];
  /** What automatic back collection assesses. */
  readonly backCells: readonly Cell[];
  /** The first month that comes with a declaration of the employer's: what is behind it is charged in arrears. */
  readonly declaredFrom: Month;
  readonly backLines: readonly Line[];
  /** Lines of one ordinary month: what this person adds every month. */
  readonly monthlyLines: readonly Line[];
};

/** HB-REG-05, verbatim. */
export const CONTRACT_BACK_TEXT = '该人员还需申报劳动合同补缴业务';
/** HB-REG-07. */
export const INJURY_ONLY_TEXT = '该人员本月养老、失业已在其他单位缴纳，仅核定工伤';

/** A wage this many times above the upper limit is more often a slip than a wage. */
const UNUSUAL_WAGE_TIMES = 3;

/** Checks all rows at once: typed values, the person directory, other enrolments, and what each row will cost. */
export async function checkEnrollRows(env: ItemEnv, rows: readonly TypedRow[]): Promise<CheckedRow<EnrollRow>[]> {
  const { ctx, law, employer } = env;
  const today = dateOf(ctx.now);
  const current = monthOf(today);
  const typedRows = rows.map((row) => readRow(env, row, today));
  markRepeated(typedRows);

  const [known, employerInsurances, standing, facts] = await Promise.all([
    findPersonsByIdNo(
      ctx.tx,
      ctx.region,
      typedRows.flatMap((typed) => typed.person?.idNo ?? []),
    ),
    listEmployerInsurances(ctx.tx, ctx.region, employer.employerNo),
    listPivots(ctx.tx, ctx.region, employer.employerNo),
    loadFacts(ctx.tx, ctx.region, employer.employerNo, []),
  ]);
  const pivots = new Map(standing.map((pivot) => [pivot.insurance, pivot.bookedThrough]));
  const existing = Map.groupBy(
    await listSpansOfPersons(
      ctx.tx,
      ctx.region,
      [...known.values()].map((person) => person.personNo),
    ),
    (span) => span.personNo,
  );
  const autoBackMonths = lookupNumber(law.book, ctx.region, 'window.autoBackMonths', today);

  // Only employers the people were at before can hold months of theirs.
  const before = [...existing.values()].flat().filter((span) => span.employerNo !== employer.employerNo);
  const held = Map.groupBy(
    await listStandingMonths(
      ctx.tx,
      ctx.region,
      [...new Set(before.map((span) => span.employerNo))],
      [...new Set(before.map((span) => span.personNo))],
      addMonths(current, -autoBackMonths),
    ),
    (one) => one.personNo,
  );

  return typedRows.map((typed): CheckedRow<EnrollRow> => {
    const { person, entryDate, wageFen, insurances } = typed;
    if (!person || !entryDate || wageFen === undefined || !insurances || typed.problems.length > 0) {
      return { view: view(typed, [...typed.problems], []) };
    }
    const registered = known.get(person.idNo);
    const problems: Problem[] = [];
    if (registered && plainName(registered.name) !== person.name) {
      problems.push({
        code: 'REG-016',
        message: '姓名与库中登记不一致',
        why: '该证件号码已登记为另一个姓名。',
        next: '请核对；要更正姓名请到大厅前台办理。',
        field: 'name',
      });
    }
    const spansOfPerson = registered ? (existing.get(registered.personNo) ?? []) : [];
    const plan = planEnrolment(
      { employerNo: employer.employerNo, insurances, entryDate },
      spansOfPerson,
      employerInsurances,
      current,
      autoBackMonths,
      (registered && held.get(registered.personNo)) ?? [],
    );
    problems.push(...plan.problems.map((problem) => ({ ...problem, field: 'idNo' })));
    if (plan.spans.length === 0 && problems.length === 0) {
      problems.push({
        code: 'REG-017',
        message: '本单位没有参加所选险种',
        next: '请先办理单位增加险种登记，或改选险种。',
        field: 'insurances',
      });
    }
    if (problems.length > 0) return { view: view(typed, problems, []) };

    const personNo = registered?.personNo ?? `new:${person.idNo}`;
    const wageFrom = plan.spans.map((span) => span.from).reduce((a, b) => (a < b ? a : b));
    const wage: WageDeclaration = { wageId: '', personNo, from: wageFrom, basis: 'DECLARED', wageFen, caseNo: '' };
    const planned: Span[] = spansOf(ctx, employer.employerNo, personNo, plan.spans, entryDate, '');
    try {
      const assumed = withPlanned(facts, [{ personNo, spans: planned, wages: [wage] }]);
      const cells = backCells(personNo, plan.spans, plan.injuryOnlyMonths, pivots);
      const backLines = planLines(law, ctx.region, assumed, new Map(), cells);
      const monthlyLines = ordinaryMonthLines(env, assumed, personNo, plan.spans);
      const rules = law.rules(ctx.region, current);
      const base = baseBetween(rules, wageFen);
      const retired = retiredSince(law.book, ctx.region, entryDate, person.sex, person.birthDate);
      const notices: RowNotice[] = [
        ...(retired ? [{ text: `${monthText(retired)}已到法定退休年龄，请核对是否已办退休` }] : []),
        ...(plan.contractBackNeeded ? [{ text: CONTRACT_BACK_TEXT }] : []),
        ...(plan.injuryOnlyMonths.length > 0 ? [{ text: INJURY_ONLY_TEXT }] : []),
        ...(wageFen > UNUSUAL_WAGE_TIMES * rules.tables.pension.upperFen
          ? [
              {
                text: `申报工资超过缴费基数上限的 ${UNUSUAL_WAGE_TIMES} 倍，请核对是否多写了一位`,
                field: 'wage',
              },
            ]
          : []),
        ...(backLines.length > 0
          ? [{ text: `存在补缴：${monthsText(backLines.map((line) => line.month))} 自动补收` }]
          : []),
      ];
      return {
        view: {
          ...view(typed, [], notices),
          ...base,
          ...(backLines.length > 0
            ? {
                backMonths: [...new Set(backLines.map((line) => line.month))],
                backFen: backLines.reduce((sum, line) => sum + line.employerFen + line.personFen, 0),
              }
            : {}),
        },
        value: {
          person: { ...person, ...(registered ? { personNo: registered.personNo } : {}) },
          entryDate,
          wageFen,
          ...base,
          spans: plan.spans,
          wageFrom,
          contractBackNeeded: plan.contractBackNeeded,
          injuryOnlyMonths: plan.injuryOnlyMonths,
          backCells: cells,
          declaredFrom: declaredFrom(plan.spans, pivots),
          backLines,
          monthlyLines,
        },
      };
    } catch (error) {
      // A policy value that is missing for this row's months is this row's problem, not the whole file's.
      if (error instanceof DomainError) return { view: view(typed, [...error.problems], []) };
      throw error;
    }
  });
}

/** The base of a wage, and which limit made it. */
function baseBetween(rules: Parameters<typeof baseOf>[0], wageFen: number): Pick<EnrollRow, 'baseFen' | 'clamped'> {
  const baseFen = baseOf(rules, 'pension', 'DECLARED', wageFen);
  const { lowerFen, upperFen } = rules.tables.pension;
  if (baseFen === lowerFen && wageFen < baseFen) return { baseFen, clamped: 'lower' };
  if (baseFen === upperFen && wageFen > baseFen) return { baseFen, clamped: 'upper' };
  return { baseFen };
}

/** Of spans, of which there is at least one (REG-017): the earliest over the insurances. */
function declaredFrom(
  spans: readonly { readonly insurance: Insurance; readonly from: Month }[],
  pivots: ReadonlyMap<Insurance, Month>,
): Month {
  const months = spans.map(({ insurance, from }) => {
    const pivot = pivots.get(insurance);
    return pivot && pivot >= from ? addMonths(pivot, 1) : from;
  });
  return months.reduce((a, b) => (a < b ? a : b));
}

/** 补收月份 (HB-REG-04): per insurance, from the start to the employer's bookedThrough; later months come with the monthly assessment. */
function backCells(
  personNo: string,
  spans: readonly { readonly insurance: Insurance; readonly from: Month }[],
  injuryOnlyMonths: readonly Month[],
  pivots: ReadonlyMap<Insurance, Month>,
): Cell[] {
  return spans.flatMap(({ insurance, from }) => {
    const bookedThrough = pivots.get(insurance);
    if (!bookedThrough) return [];
    return monthRange(from, bookedThrough).map((month) => ({
      personNo,
      insurance,
      month,
      kind: injuryOnlyMonths.includes(month) ? ('INJURY_ONLY' as const) : ('AUTO_BACK' as const),
    }));
  });
}

function ordinaryMonthLines(
  env: ItemEnv,
  facts: Awaited<ReturnType<typeof loadFacts>>,
  personNo: string,
  spans: readonly { readonly insurance: Insurance; readonly from: Month }[],
): Line[] {
  const latest = spans.map((span) => span.from).reduce((a, b) => (a > b ? a : b));
  const current = monthOf(dateOf(env.ctx.now));
  const month = latest > current ? latest : current;
  const cells = spans.map(({ insurance }) => ({ personNo, insurance, month, kind: 'MONTHLY' as const }));
  return planLines(env.law, env.ctx.region, facts, new Map(), cells);
}

function view(
  typed: Typed,
  problems: readonly Problem[],
  notices: readonly RowNotice[],
): CheckedRow<EnrollRow>['view'] {
  const { values, row } = typed.row;
  const passed = problems.length === 0;
  return {
    row,
    state: passed ? (notices.length > 0 ? 'notice' : 'ok') : 'bad',
    name: typed.person?.name ?? values.name?.trim() ?? '',
    // The number stays readable only in a row that must still be corrected (ui §4, masked ids).
    values: passed ? { ...values, idNo: maskIdNo(values.idNo ?? '') } : { ...values },
    problems: problems.map((problem) => ({ ...problem })),
    notices: [...notices],
  };
}
