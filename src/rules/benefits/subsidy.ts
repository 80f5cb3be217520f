/** 就业困难人员（4050）社会保险补贴 (WD-SUB-01): who qualifies, how much, and every reason why not. */
import { type Fen, fen, formatYuanGrouped } from '../../kernel/fen.ts';
import type { Sex } from '../../kernel/id-number.ts';
import type { CivilDate } from '../../kernel/month.ts';
import { lookup, lookupByKey, lookupText, type PolicyBook } from '../book.ts';
import { ageText } from '../pension/annuity.ts';
import { type RetirementGroup, workingAge } from '../retirement/statutory.ts';
import { resultStep, type Trace, type TraceStep } from '../trace.ts';
import { wholeYears } from './adjustment.ts';
import { factStep, lookupWhole, moneyStep, textStep } from './steps.ts';

/** 补贴对象类别 beside 4050 itself, by the code of the programme. */
export const SUBSIDY_GROUPS = {
  '4050': '本市用人单位就业转失业的大龄人员',
  zero_job_family: '零就业家庭成员',
  dibao: '低保家庭成员',
  poor: '建档立卡贫困户家庭成员',
  single_parent: '抚养未成年子女单亲家庭成员',
  disabled: '残疾人员',
} as const;
export type SubsidyGroup = keyof typeof SUBSIDY_GROUPS;

/** 不予补贴的情形, by the code of the programme. `{year}` is the programme's year. */
export const SUBSIDY_EXCLUSIONS = {
  credit_blacklist: '被列入失信黑名单',
  ui_in_year: '{year}年度享受失业保险待遇',
  used_up: '已享受完一轮就业扶持政策',
  last_unit_lt_1y: '本区就业转失业人员，失业前在最后一个单位缴社会保险不满一年',
  reserved_relation: '协议保留社会保险关系人员',
  business_owner: '{year}年度登记个体工商户营业执照或为公司法人代表、股东',
  npo_legal_rep: '{year}年度登记为民办非企业单位、社会团体、基金会等法人代表',
  law_firm: '{year}年度登记为律师事务所负责人或合伙人',
  refused_service: '无正当理由多次不接受介绍上岗、拒绝公共就业服务或终止就业要求',
} as const;
export type SubsidyExclusion = keyof typeof SUBSIDY_EXCLUSIONS;

export type SubsidyFacts = {
  readonly appliedOn: CivilDate;
  readonly sex: Sex;
  readonly birthDate: CivilDate;
  /** 在本市失业登记. */
  readonly registeredUnemployed: boolean;
  /** 本市用人单位就业转失业. */
  readonly formerlyEmployedLocally: boolean;
  /** 灵活就业、档案托管. */
  readonly flexibleWithFileHosting: boolean;
  /** Months paid at the last employer before losing the job. */
  readonly lastUnitMonths: number;
  readonly insuredPension: boolean;
  readonly insuredOther: boolean;
  readonly groups: ReadonlySet<SubsidyGroup>;
  readonly exclusions: ReadonlySet<SubsidyExclusion>;
  /** 无正当理由不接受介绍上岗 so many times. */
  readonly refusedJobs: number;
  /** Whose statutory age of retirement ends the working age. */
  readonly retirementGroup: RetirementGroup;
  /** 法定劳动年龄内, when the asker says so; else it is worked out. */
  readonly workingAge?: boolean | undefined;
  /** 有劳动能力和就业愿望. */
  readonly ableAndWilling: boolean;
  /** 户籍不在本市 and without a residence permit. */
  readonly outsiderWithoutPermit: boolean;
};

export type SubsidyReason = { readonly code: string; readonly words: string };

export type Subsidy = {
  readonly eligible: boolean;
  /** A year; 0 when not eligible. */
  readonly amountFen: Fen;
  readonly reasons: readonly SubsidyReason[];
  readonly age: number;
};

/** @throws DomainError POL-001 for a region and year without a programme. */
export function subsidy4050(book: PolicyBook, region: string, year: number, facts: SubsidyFacts): Trace<Subsidy> {
  const on = `${year}-01-01`;
  const windowFrom = lookup(book, region, 'subsidy4050.windowFrom', on);
  const windowTo = lookup(book, region, 'subsidy4050.windowTo', on);
  const asOf = lookup(book, region, 'subsidy4050.ageAsOf', on);
  const age = wholeYears(facts.birthDate, String(asOf.value));
  const working = workingAgeOf(book, region, facts);
  const reasons = [
    ...windowReasons(String(windowFrom.value), String(windowTo.value), facts.appliedOn),
    ...working.reasons,
    ...conditionReasons(facts),
    ...groupReasons(book, region, on, facts, age, String(asOf.value)),
    ...exclusionReasons(book, region, on, year, facts),
  ];
  const eligible = reasons.length === 0;
  const pensionOnly = facts.insuredPension && !facts.insuredOther;
  const amountKey = pensionOnly ? 'subsidy4050.amountPensionOnly' : 'subsidy4050.amount';
  const standard = lookupWhole(book, region, amountKey, on);
  const amountFen = fen(eligible ? standard.value : 0);
  const steps: TraceStep[] = [
    textStep(windowTo, `${facts.appliedOn} 申报。`, `${windowFrom.value} 至 ${windowTo.value}`),
    textStep(asOf, `${facts.birthDate} 出生，${asOf.value} 满 ${age} 周岁。`, `${age} 周岁`),
    working.step,
    ...reasons.map(({ words }): TraceStep => factStep('不符合', '不予', words)),
    moneyStep(standard, standard.value, pensionOnly ? '只参加养老保险。' : ''),
    resultStep('可补贴（年）', amountFen, eligible ? '条件都符合。' : `${reasons.length} 项不符合。`),
  ];
  return {
    title: '4050社会保险补贴',
    result: { eligible, amountFen, reasons, age },
    resultText: formatYuanGrouped(amountFen),
    steps,
  };
}

function windowReasons(from: string, to: string, appliedOn: CivilDate): SubsidyReason[] {
  if (from <= appliedOn && appliedOn <= to) return [];
  return [{ code: 'not_in_window', words: `不在受理期：${appliedOn} 申报，受理期为 ${from} 至 ${to}` }];
}

/** 法定劳动年龄内, the first condition: on the day applied, by the region's law of that day. */
function workingAgeOf(
  book: PolicyBook,
  region: string,
  facts: SubsidyFacts,
): { readonly reasons: readonly SubsidyReason[]; readonly step: TraceStep } {
  const label = '法定劳动年龄';
  const outside = (words: string): SubsidyReason[] => [{ code: 'not_working_age', words }];
  if (facts.workingAge !== undefined) {
    const step = factStep(label, facts.workingAge ? '在' : '不在', '本次输入。');
    return { reasons: facts.workingAge ? [] : outside('不在法定劳动年龄内'), step };
  }
  const { appliedOn, birthDate, retirementGroup } = facts;
  const { within, bound, side, source } = workingAge(book, region, appliedOn, retirementGroup, birthDate);
  const age = bound.months === 0 ? `${bound.years} 周岁` : ageText(bound);
  const words =
    side === 'young'
      ? `${birthDate} 出生，${appliedOn} 申报时未满 ${age}，不到法定劳动年龄`
      : `${birthDate} 出生，${appliedOn} 申报时${within ? '未' : '已'}满 ${age}，${within ? '在法定劳动年龄内' : '过了法定劳动年龄'}`;
  const step: TraceStep = { kind: 'rule', label, words: `${words}。`, valueText: age, source: source.source };
  return { reasons: within ? [] : outside(words), step };
}

function conditionReasons(facts: SubsidyFacts): SubsidyReason[] {
  const reasons: SubsidyReason[] = [];
  const need = (met: boolean, code: string, words: string): void => {
    if (!met) reasons.push({ code, words });
  };
  need(facts.ableAndWilling, 'not_able_or_willing', '没有劳动能力或就业愿望');
  need(facts.registeredUnemployed, 'not_registered', '没有在本市失业登记');
  need(facts.flexibleWithFileHosting, 'no_file_hosting', '没有在灵活就业后办理档案托管并缴纳社会保险');
  need(facts.insuredPension, 'not_insured', '没有参加养老保险，补贴标准没有对应的档');
  need(!facts.outsiderWithoutPermit, 'no_residence_permit', '户籍不在本市，又没有居住证');
  return reasons;
}

/** Someone in no group: what keeps them out of 4050 itself, each by itself. */
function groupReasons(
  book: PolicyBook,
  region: string,
  on: string,
  facts: SubsidyFacts,
  age: number,
  asOf: string,
): SubsidyReason[] {
  const admitted = lookupText(book, region, 'subsidy4050.groups', on).split(',');
  if (admitted.some((code) => code !== '4050' && facts.groups.has(code as SubsidyGroup))) return [];
  const minAge = lookupByKey(book, region, 'subsidy4050.minAge', on).value[facts.sex] ?? 0;
  const reasons: SubsidyReason[] = [];
  if (age < minAge) {
    const words = `${asOf} 满 ${age} 周岁，未满 ${minAge} 周岁，也不属于其他补贴对象`;
    reasons.push({ code: 'under_age', words });
  }
  if (!facts.formerlyEmployedLocally && !facts.groups.has('4050')) {
    reasons.push({ code: 'not_formerly_employed', words: '不是本市用人单位就业转失业人员，也不属于其他补贴对象' });
  }
  return reasons;
}

function exclusionReasons(
  book: PolicyBook,
  region: string,
  on: string,
  year: number,
  facts: SubsidyFacts,
): SubsidyReason[] {
  const lastUnit = lookupWhole(book, region, 'subsidy4050.lastUnitMonths', on).value;
  const refusals = lookupWhole(book, region, 'subsidy4050.refusals', on).value;
  const known = new Set<string>(facts.exclusions);
  if (facts.formerlyEmployedLocally && facts.lastUnitMonths < lastUnit) known.add('last_unit_lt_1y');
  if (facts.refusedJobs >= refusals) known.add('refused_service');
  const listed = lookupText(book, region, 'subsidy4050.exclusions', on).split(',') as SubsidyExclusion[];
  return listed
    .filter((code) => known.has(code))
    .map((code) => ({ code, words: SUBSIDY_EXCLUSIONS[code].replace('{year}', String(year)) }));
}
