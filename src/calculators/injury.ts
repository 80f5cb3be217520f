/** 工伤待遇的计算器 (rules: benefits/injury, benefits/injury-death). */
import {
  careAllowance,
  DEPENDANT_KINDS,
  type DependantKind,
  type DisabilityGrade,
  deathGrant,
  dependantAllowances,
  disabilityAllowance,
  disabilityGrant,
  endingGrants,
  injuryFuneral,
  injuryOwnWage,
  withGiven,
} from '../rules/index.ts';
import { type Calculator, calculator, wrongInput } from './calculator.ts';
import { choice, dateField, listOf, NATION, optional, regionField, whole, yuan } from './fields.ts';
import { amount } from './write.ts';

/** Where and when: optional in every question on injuries. */
const PLACE = { region: optional(regionField()), on: optional(dateField('发生日期')) } as const;

const injuryGrant = calculator({
  name: 'injury-grant',
  title: '一次性伤残补助金',
  topic: 'injury',
  example: { grade: 7, ownWage: '5000.00' },
  fields: { grade: whole('伤残等级', 1, 10), ownWage: yuan('本人工资'), ...PLACE },
  run: ({ grade, ownWage, region = NATION, on }, { book, asOf }) => {
    const trace = disabilityGrant(book, region, on ?? asOf, grade as DisabilityGrade, ownWage);
    return { result: { oneOffDisabilityGrant: amount(trace.result) }, trace };
  },
});

const injuryAllowance = calculator({
  name: 'injury-allowance',
  title: '伤残津贴',
  topic: 'injury',
  example: { grade: 6, ownWage: '3000.00', minWage: '2010.00' },
  fields: {
    grade: whole('伤残等级', 1, 10),
    ownWage: yuan('本人工资'),
    minWage: optional(yuan('当地最低工资标准')),
    ...PLACE,
  },
  run: ({ grade, ownWage, minWage, region = NATION, on }, { book, asOf }) => {
    const given = withGiven(book, { 'wage.minimum': minWage });
    const trace = disabilityAllowance(given, region, on ?? asOf, grade as DisabilityGrade, ownWage);
    if (!trace) throw wrongInput(`${grade} 级没有按月的伤残津贴。`, 'grade', '一次性伤残补助金请用 injury-grant。');
    const { allowanceFen, payer, topUpFen, payableFen } = trace.result;
    const topped =
      topUpFen === undefined || payableFen === undefined
        ? {}
        : { topUp: amount(topUpFen), payable: amount(payableFen) };
    return { result: { allowance: amount(allowanceFen), payer, ...topped }, trace };
  },
});

const ownWage = calculator({
  name: 'injury-own-wage',
  title: '工伤待遇的本人工资',
  topic: 'injury',
  example: { avg12mWage: '3000.00', localAverageWage: '7000.00' },
  fields: {
    avg12mWage: yuan('前12个月平均月缴费工资'),
    localAverageWage: optional(yuan('统筹地区职工月平均工资')),
    ...PLACE,
  },
  run: ({ avg12mWage, localAverageWage, region = NATION, on }, { book, asOf }) => {
    const given = withGiven(book, { 'injury.localAverageWage': localAverageWage });
    const trace = injuryOwnWage(given, region, on ?? asOf, avg12mWage);
    return { result: { ownWage: amount(trace.result) }, trace };
  },
});

const care = calculator({
  name: 'injury-care',
  title: '生活护理费',
  topic: 'injury',
  example: { level: 'most', localAverageWage: '7000.00' },
  fields: {
    level: choice('生活自理障碍程度', ['full', 'most', 'part']),
    localAverageWage: optional(yuan('统筹地区上年度职工月平均工资')),
    ...PLACE,
  },
  run: ({ level, localAverageWage, region = NATION, on }, { book, asOf }) => {
    const given = withGiven(book, { 'injury.localAverageWage': localAverageWage });
    const trace = careAllowance(given, region, on ?? asOf, level);
    return { result: { careAllowance: amount(trace.result) }, trace };
  },
});

const oneOffDeathGrant = calculator({
  name: 'injury-death-grant',
  title: '一次性工亡补助金',
  topic: 'injury',
  example: { deathYear: 2025 },
  fields: {
    deathYear: whole('死亡年份', 1990, 2100),
    lastYearNationalUrbanIncome: optional(yuan('上一年度全国城镇居民人均可支配收入')),
    region: optional(regionField()),
  },
  run: ({ deathYear, lastYearNationalUrbanIncome, region = NATION }, { book }) => {
    const given = withGiven(book, { 'income.nationalUrban': lastYearNationalUrbanIncome });
    const trace = deathGrant(given, region, deathYear);
    return { result: { oneOffDeathGrant: amount(trace.result) }, trace };
  },
});

const funeral = calculator({
  name: 'injury-funeral',
  title: '工亡丧葬补助金',
  topic: 'injury',
  example: { localAverageWage: '7000.00' },
  fields: { localAverageWage: optional(yuan('统筹地区上年度职工月平均工资')), ...PLACE },
  run: ({ localAverageWage, region = NATION, on }, { book, asOf }) => {
    const given = withGiven(book, { 'injury.localAverageWage': localAverageWage });
    const trace = injuryFuneral(given, region, on ?? asOf);
    return { result: { funeral: amount(trace.result) }, trace };
  },
});

const KINDS = Object.keys(DEPENDANT_KINDS) as DependantKind[];

const dependants = calculator({
  name: 'injury-dependants',
  title: '供养亲属抚恤金',
  topic: 'injury',
  example: { ownWage: '6000.00', dependants: ['spouse', 'other', 'orphan'] },
  fields: {
    ownWage: yuan('职工本人工资'),
    dependants: listOf('供养亲属', choice('供养亲属', KINDS), 100),
    ...PLACE,
  },
  run: ({ ownWage: wage, dependants: kin, region = NATION, on }, { book, asOf }) => {
    if (kin.filter((each) => DEPENDANT_KINDS[each].kin === 'spouse').length > 1) {
      throw wrongInput('配偶只能有一人', 'dependants', '其他供养亲属请写 other、child 或 parent。');
    }
    const trace = dependantAllowances(book, region, on ?? asOf, wage, kin);
    const { amountsFen, totalFen, capped } = trace.result;
    return { result: { amounts: amountsFen.map(amount), total: amount(totalFen), capped }, trace };
  },
});

const grantsAtEnd = calculator({
  name: 'injury-grants',
  title: '一次性工伤医疗、伤残就业补助金',
  topic: 'injury',
  example: { region: '370000', grade: 7, localAverageWage: '7000.00', on: '2024-06-01' },
  fields: {
    region: regionField(),
    grade: whole('伤残等级', 1, 10),
    localAverageWage: optional(yuan('统筹地区上年度职工月平均工资')),
    on: optional(dateField('解除劳动关系日期')),
  },
  run: ({ region, grade, localAverageWage, on }, { book, asOf }) => {
    const given = withGiven(book, { 'injury.localAverageWage': localAverageWage });
    const trace = endingGrants(given, region, on ?? asOf, grade as DisabilityGrade);
    if (!trace) throw wrongInput(`${grade} 级没有一次性工伤医疗、伤残就业补助金。`, 'grade');
    const { medicalFen, employmentFen } = trace.result;
    const result = {
      medical: amount(medicalFen),
      medicalPayer: 'fund',
      employment: amount(employmentFen),
      employmentPayer: 'employer',
    };
    return { result, trace };
  },
});

export const INJURY_CALCULATORS: readonly Calculator[] = [
  injuryGrant,
  injuryAllowance,
  ownWage,
  care,
  oneOffDeathGrant,
  funeral,
  dependants,
  grantsAtEnd,
];
