/** 城乡居民养老保险的计算器 (rules: benefits/resident). */
import {
  residentContribution,
  residentPension,
  residentPensionAge,
  residentYearExtra,
  withGiven,
} from '../rules/index.ts';
import { type Calculator, calculator, wrongInput } from './calculator.ts';
import { dateField, optional, regionField, whole, yuan } from './fields.ts';
import { amount, plain } from './write.ts';

const yearExtra = calculator({
  name: 'resident-year-extra',
  title: '居民养老：缴费年限养老金',
  topic: 'resident',
  example: { region: '420000', years: 20 },
  fields: { region: regionField(), years: whole('缴费年限', 0, 80), on: optional(dateField('日期')) },
  run: ({ region, years, on }, { book, asOf }) => {
    const trace = residentYearExtra(book, region, on ?? asOf, years);
    return { result: { extra: plain(trace.result) }, trace };
  },
});

const pension = calculator({
  name: 'resident-pension',
  title: '居民养老：每月养老金',
  topic: 'resident',
  example: { region: '420100', years: 20, accountBalance: '13900.00', on: '2025-10-01' },
  fields: {
    region: regionField(),
    years: whole('缴费年限', 0, 80),
    accountBalance: yuan('个人账户储存额'),
    basicPension: optional(yuan('基础养老金')),
    payoutMonths: optional(whole('计发月数', 1, 300)),
    extra: optional(yuan('缴费年限养老金')),
    age: optional(whole('领取时的年龄（周岁）', 0, 150)),
    on: optional(dateField('领取日期')),
  },
  run: ({ region, years, accountBalance, basicPension, payoutMonths, extra, age, on }, { book, asOf }) => {
    const given = withGiven(book, { 'resident.basicPension': basicPension, 'resident.payoutMonths': payoutMonths });
    const fromAge = age === undefined ? undefined : residentPensionAge(book, region, on ?? asOf);
    if (age !== undefined && fromAge !== undefined && age < fromAge) {
      throw wrongInput(`未满 ${fromAge} 周岁，还不能领取居民养老金。`, 'age', `年满 ${fromAge} 周岁后再领取。`);
    }
    const trace = residentPension(given, region, on ?? asOf, years, accountBalance, extra);
    const { basicFen, basicIsMinimum, accountFen, extraFen, extraKnown, totalFen, meetsMinYears } = trace.result;
    if (!meetsMinYears)
      throw wrongInput('累计缴费年限不足最低年限，不能按月领取。', 'years', '补缴或继续缴费后再领取。');
    const result = {
      basic: amount(basicFen),
      basicIsMinimum,
      account: amount(accountFen),
      extra: amount(extraFen),
      extraKnown,
      total: amount(totalFen),
    };
    return { result, trace };
  },
});

const contribution = calculator({
  name: 'resident-contribution',
  title: '居民养老：每年缴费和补贴',
  topic: 'resident',
  example: { region: '420000', year: 2025, amount: '300.00' },
  fields: {
    region: regionField(),
    year: whole('年度', 2009, 2100),
    amount: yuan('缴费档次（元/年）'),
    subsidy: optional(yuan('缴费补贴（元/年）')),
  },
  run: ({ region, year, amount: paid, subsidy }, { book }) => {
    const given = withGiven(book, { 'resident.subsidyMin': subsidy });
    const trace = residentContribution(given, region, `${year}-01-01`, paid);
    const { subsidyFen, accountFen } = trace.result;
    return { result: { subsidy: amount(subsidyFen), account: amount(accountFen) }, trace };
  },
});

export const RESIDENT_CALCULATORS: readonly Calculator[] = [contribution, yearExtra, pension];
