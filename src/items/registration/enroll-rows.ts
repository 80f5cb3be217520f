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
import {
  addCalendarMonths,
  addMonths,
  type CivilDate,
  dateOf,
  type Month,
  monthOf,
  monthRange,
} from '../../kernel/month.ts';
import { findPersonsByIdNo, type Person } from '../../registry/index.ts';
import { baseOf, findValue, lookupNumber, retiredSince } from '../../rules/index.ts';
import type { WageDeclaration } from '../../wages/index.ts';
import { FieldReader } from '../fields.ts';
import type { CheckedRow, ItemEnv, TypedRow } from '../model.ts';
import { monthsText, monthText } from '../sections.ts';
import { ENROLL_FIELDS, ID_CARD, type IdType } from './enroll-form.ts';

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

type Typed = {
  readonly row: TypedRow;
  readonly problems: Problem[];
  readonly person?: Omit<Person, 'personNo'>;
  readonly entryDate?: CivilDate;
  readonly wageFen?: number;
  readonly insurances?: readonly Insurance[];
};

const field = (name: string) => {
  const found = ENROLL_FIELDS.find((one) => one.name === name);
  if (!found) throw new Error(`no such field: ${name}`);
  return found;
};

/** What can be said of a row without looking at anything else (D-IMP-02). */
function readRow(env: ItemEnv, row: TypedRow, today: CivilDate): Typed {
  const reader = new FieldReader(row.values);
  const idType = reader.select<IdType>(field('idType'), ID_CARD);
  const name = reader.personName(field('name'));
  const entryDate = reader.date(field('entryDate'));
  const firstWorkDate = reader.optional('firstWorkDate') ? reader.date(field('firstWorkDate')) : entryDate;
  const wageFen = reader.money(field('wage'));
  const insurances = reader.insurances('insurances');
  const mobile = reader.mobile(field('mobile'));
  const identity = idType === ID_CARD ? reader.idNo(field('idNo')) : readForeignIdentity(reader);
  if (identity && idType === ID_CARD) checkAgainstIdentity(reader, identity);
  if (entryDate && entryDate > today) {
    reader.fail('entryDate', {
      code: 'REG-002',
      message: '本次参工时间不得晚于今天',
      why: `今天是 ${today}。`,
      next: '请按建立劳动关系的日期如实填写。',
    });
  }
  if (entryDate && firstWorkDate && firstWorkDate > entryDate) {
    reader.fail('firstWorkDate', {
      code: 'REG-012',
      message: '首次参工时间晚于本次参工时间',
      next: '新参加工作的，两个日期相同。',
    });
  }
  if (identity && entryDate) checkAge(env, reader, identity.birthDate, 'entryDate', entryDate, '本次参工时间');
  if (identity && firstWorkDate && firstWorkDate !== entryDate) {
    checkAge(env, reader, identity.birthDate, 'firstWorkDate', firstWorkDate, '首次参工时间');
  }
  const complete = identity && name && entryDate && wageFen !== undefined && insurances && reader.problems.length === 0;
  if (!complete) return { row, problems: reader.problems };
  return {
    row,
    problems: reader.problems,
    person: {
      idType: idType ?? ID_CARD,
      idNo: identity.idNo,
      name,
      sex: identity.sex,
      birthDate: identity.birthDate,
      firstWorkDate: firstWorkDate ?? null,
      mobile: mobile ?? null,
    },
    entryDate,
    wageFen,
    insurances,
  };
}

/** Nobody works before birth, nor below the lowest age of employment that was law on the day (劳动法第十五条). */
function checkAge(
  env: ItemEnv,
  reader: FieldReader,
  birthDate: CivilDate,
  name: 'entryDate' | 'firstWorkDate',
  day: CivilDate,
  label: string,
): void {
  const lowest = findValue(env.law.book, env.ctx.region, 'employment.minAge', day);
  if (birthDate >= day) {
    reader.fail(name, {
      code: 'REG-018',
      message: `${label}早于出生日期`,
      why: `出生日期是 ${birthDate}。`,
      next: '请核对证件号码和日期。',
    });
  } else if (lowest && addCalendarMonths(birthDate, Number(lowest.value) * 12) > day) {
    reader.fail(name, {
      code: 'REG-019',
      message: `${label}未满 ${lowest.value} 周岁`,
      why: `${lowest.source.title}${lowest.source.article ?? ''}；出生日期是 ${birthDate}。`,
      next: '请核对证件号码和日期；依法批准招用的，请到经办大厅办理。',
    });
  }
}

type Identity = { readonly idNo: string; readonly birthDate: CivilDate; readonly sex: 'male' | 'female' };

function readForeignIdentity(reader: FieldReader): Identity | undefined {
  const idNo = reader.required(field('idNo'));
  const sex = reader.select<'male' | 'female'>(field('sex'));
  const birthDate = reader.date(field('birthDate'));
  return idNo && sex && birthDate ? { idNo: idNo.toUpperCase(), sex, birthDate } : undefined;
}

/** Sex and birth date are in an identity number; when typed as well they must agree. */
function checkAgainstIdentity(reader: FieldReader, identity: Identity): void {
  if (reader.optional('sex')) {
    const sex = reader.select<'male' | 'female'>(field('sex'));
    if (sex && sex !== identity.sex) {
      reader.fail('sex', { code: 'REG-013', message: '性别与证件号码不一致', next: '请对照身份证改正；也可留空。' });
    }
  }
  if (reader.optional('birthDate')) {
    const birthDate = reader.date(field('birthDate'));
    if (birthDate && birthDate !== identity.birthDate) {
      reader.fail('birthDate', {
        code: 'REG-014',
        message: '出生日期与证件号码不一致',
        why: `证件号码上是 ${identity.birthDate}。`,
        next: '请对照身份证改正；也可留空。',
      });
    }
  }
}

function markRepeated(rows: readonly Typed[]): void {
  const seen = new Map<string, number>();
  for (const typed of rows) {
    if (!typed.person) continue;
    const before = seen.get(typed.person.idNo);
    if (before === undefined) seen.set(typed.person.idNo, typed.row.row);
    else {
      typed.problems.push({
        code: 'REG-015',
        message: `与第 ${before} 行重复`,
        why: '同一个人只能填一行。',
        next: '这一行不用提交；要给另一个人办，请改正证件号码。',
        field: 'idNo',
      });
    }
  }
}

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
    if (registered && registered.name !== person.name) {
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
      const notices = [
        ...(retired ? [`${monthText(retired)}已到法定退休年龄，请核对是否已办退休`] : []),
        ...(plan.contractBackNeeded ? [CONTRACT_BACK_TEXT] : []),
        ...(plan.injuryOnlyMonths.length > 0 ? [INJURY_ONLY_TEXT] : []),
        ...(backLines.length > 0 ? [`存在补缴：${monthsText(backLines.map((line) => line.month))} 自动补收`] : []),
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

function view(typed: Typed, problems: readonly Problem[], notices: readonly string[]): CheckedRow<EnrollRow>['view'] {
  const { values, row } = typed.row;
  const passed = problems.length === 0;
  return {
    row,
    state: passed ? (notices.length > 0 ? 'notice' : 'ok') : 'bad',
    name: values.name?.trim() ?? '',
    // The number stays readable only in a row that must still be corrected (ui §4, masked ids).
    values: passed ? { ...values, idNo: maskIdNo(values.idNo ?? '') } : { ...values },
    problems: problems.map((problem) => ({ ...problem })),
    notices: [...notices],
  };
}
