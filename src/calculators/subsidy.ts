/** 4050 社保补贴的计算器 (rules: benefits/subsidy). */
import type { z } from 'zod';
import {
  RETIREMENT_GROUPS,
  SUBSIDY_EXCLUSIONS,
  SUBSIDY_GROUPS,
  type SubsidyExclusion,
  type SubsidyGroup,
  subsidy4050,
} from '../rules/index.ts';
import { type Calculator, calculator, wrongInput } from './calculator.ts';
import { choice, dateField, flag, listOf, optional, regionField, whole } from './fields.ts';
import { amount } from './write.ts';

/** The names a flag of each exclusion goes by: the code of the programme, and the forms of the questions' own spelling. */
const FLAGS: Readonly<Record<SubsidyExclusion, readonly string[]>> = {
  credit_blacklist: ['credit_blacklist', 'creditBlacklist'],
  ui_in_year: ['ui_in_year', 'uiInYear', 'unemploymentBenefit2019'],
  used_up: ['used_up', 'usedUp'],
  last_unit_lt_1y: ['last_unit_lt_1y', 'lastUnitLt1y'],
  reserved_relation: ['reserved_relation', 'reservedRelation'],
  business_owner: ['business_owner', 'businessOwner', 'businessRegistered2019'],
  npo_legal_rep: ['npo_legal_rep', 'npoLegalRep', 'npoRegistered2019'],
  law_firm: ['law_firm', 'lawFirm', 'lawFirmRegistered2019'],
  refused_service: ['refused_service', 'refusedService'],
};
const EXCLUSIONS = Object.keys(FLAGS) as SubsidyExclusion[];

const FLAG_FIELDS: Readonly<Record<string, z.ZodOptional<ReturnType<typeof flag>>>> = Object.fromEntries(
  EXCLUSIONS.flatMap((code) =>
    FLAGS[code].map((name) => [name, optional(flag(`不予：${SUBSIDY_EXCLUSIONS[code].replace('{year}', '当')}`))]),
  ),
);

/** `zeroJobFamily` and `zero_job_family` are the same group. */
const GROUPS = new Map<string, SubsidyGroup>(
  (Object.keys(SUBSIDY_GROUPS) as SubsidyGroup[]).flatMap((code) => [
    [code, code],
    [code.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()), code],
  ]),
);

const INSURED = ['pension', 'medical', 'unemployment', 'injury', 'maternity'] as const;

const subsidy = calculator({
  name: 'subsidy-4050',
  title: '4050社会保险补贴',
  topic: 'subsidy',
  example: {
    region: '371003',
    year: 2019,
    registeredUnemployed: true,
    formerlyEmployedLocally: true,
    flexibleWithFileHosting: true,
    lastUnitMonths: 14,
    appliedOn: '2019-10-16',
    insured: ['pension', 'medical'],
    sex: 'female',
    birth: '1978-12-31',
  },
  fields: {
    region: regionField(),
    year: whole('补贴年度', 2000, 2100),
    registeredUnemployed: flag('在本市失业登记'),
    formerlyEmployedLocally: flag('本市用人单位就业转失业'),
    flexibleWithFileHosting: flag('灵活就业并档案托管'),
    lastUnitMonths: optional(whole('最后一个单位缴费月数', 0, 720)),
    appliedOn: dateField('申报日期'),
    insured: listOf('参加的险种', choice('参加的险种', INSURED), 10),
    sex: choice('性别', ['male', 'female']),
    birth: dateField('出生日期'),
    groups: optional(listOf('补贴对象类别', choice('补贴对象类别', [...GROUPS.keys()]), 10)),
    refusedJobs: optional(whole('不接受介绍上岗次数', 0, 1000)),
    workingAge: optional(flag('在法定劳动年龄内')),
    retirementGroup: optional(choice('退休年龄的人员类别', RETIREMENT_GROUPS)),
    ableAndWilling: optional(flag('有劳动能力和就业愿望')),
    localHousehold: optional(flag('本市户籍')),
    residencePermit: optional(flag('有居住证')),
    ...FLAG_FIELDS,
  },
  run: (input, { book }) => {
    const flags: Readonly<Record<string, unknown>> = input;
    const {
      region,
      year,
      insured,
      groups = [],
      refusedJobs = 0,
      ableAndWilling = true,
      localHousehold = true,
      residencePermit = false,
    } = input;
    if (input.formerlyEmployedLocally && input.lastUnitMonths === undefined) {
      throw wrongInput('就业转失业人员须写最后一个单位的缴费月数。', 'lastUnitMonths');
    }
    if (input.birth > input.appliedOn) throw wrongInput('出生日期晚于申报日期。', 'birth');
    const retirementGroup = input.retirementGroup ?? (input.sex === 'male' ? 'male' : 'female_50');
    if ((retirementGroup === 'male') !== (input.sex === 'male')) {
      throw wrongInput('退休年龄的人员类别和性别对不上', 'retirementGroup');
    }
    const trace = subsidy4050(book, region, year, {
      appliedOn: input.appliedOn,
      sex: input.sex,
      birthDate: input.birth,
      registeredUnemployed: input.registeredUnemployed,
      formerlyEmployedLocally: input.formerlyEmployedLocally,
      flexibleWithFileHosting: input.flexibleWithFileHosting,
      lastUnitMonths: input.lastUnitMonths ?? 0,
      insuredPension: insured.includes('pension'),
      insuredOther: insured.some((insurance) => insurance !== 'pension'),
      groups: new Set(groups.flatMap((name) => GROUPS.get(name) ?? [])),
      exclusions: new Set(EXCLUSIONS.filter((code) => FLAGS[code].some((name) => flags[name] === true))),
      refusedJobs,
      retirementGroup,
      workingAge: input.workingAge,
      ableAndWilling,
      outsiderWithoutPermit: !localHousehold && !residencePermit,
    });
    const { eligible, amountFen, reasons, age } = trace.result;
    if (age < 0) throw wrongInput('出生日期晚于计算年龄的日期。', 'birth');
    const result = {
      eligible,
      amount: amount(amountFen),
      reasons: reasons.map(({ words }) => words),
      reasonCodes: reasons.map(({ code }) => code),
      age,
    };
    return { result, trace };
  },
});

export const SUBSIDY_CALCULATORS: readonly Calculator[] = [subsidy];
