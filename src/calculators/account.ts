/** 个人账户的计算器: crediting and annual interest. */
import { type Fen, sumFen } from '../kernel/fen.ts';
import { accountInterest, monthlyCredit, withGiven } from '../rules/index.ts';
import { type Calculator, calculator, wrongInput } from './calculator.ts';
import { choice, group, monthField, NATION, optional, rate, regionField, whole, yuan } from './fields.ts';
import { amount, ratioText } from './write.ts';

const MONTHS = Array.from({ length: 12 }, (_, index) => String(index + 1));

const creditRatio = calculator({
  name: 'credit-ratio',
  title: '个人账户当月记账额',
  topic: 'account',
  example: { period: '2005-12', base: '1000.00' },
  fields: { period: monthField('费款所属期'), base: yuan('缴费基数'), region: optional(regionField()) },
  run: ({ period, base, region = NATION }, { book }) => {
    const { ratioPpm, creditFen, trace } = monthlyCredit(book, region, period, base);
    return { result: { ratio: ratioText(ratioPpm), credit: amount(creditFen) }, trace };
  },
});

const interest = calculator({
  name: 'account-interest',
  title: '个人账户年度计息（月积数法、年度计算法）',
  topic: 'account',
  example: {
    method: 'month_product',
    year: 2023,
    opening: '20000.00',
    creditsByMonth: { '1': '480.00', '2': '480.00' },
  },
  fields: {
    method: choice('计息方法', ['month_product', 'annual']),
    year: whole('年度', 1990, 2100),
    rate: optional(rate('记账利率', 1)),
    opening: yuan('上年末储存额'),
    creditsByMonth: optional(
      group('各月记账额', Object.fromEntries(MONTHS.map((no) => [no, optional(yuan(`${no} 月记账额`))]))),
    ),
    currentPrincipal: optional(yuan('当年记账额')),
    region: optional(regionField()),
  },
  run: ({ method, year, rate: given, opening, creditsByMonth, currentPrincipal, region = NATION }, { book }) => {
    const credits = new Map<number, Fen>();
    for (const [no, fen] of Object.entries(creditsByMonth ?? {}))
      if (fen !== undefined) credits.set(Number(no), fen as Fen);
    if (currentPrincipal !== undefined) {
      const sum = sumFen(credits.values(), (fen) => fen);
      if (creditsByMonth && sum !== currentPrincipal) {
        throw wrongInput('当年记账额与各月记账额之和不一致', 'currentPrincipal', '只写其中一个，或写得相等。');
      }
      if (!creditsByMonth && method === 'month_product' && currentPrincipal > 0) {
        throw wrongInput('月积数法要写每个月的记账额', 'creditsByMonth', '写 creditsByMonth，如 {"1":"480.00"}。');
      }
      // The annual method does not ask in which month the principal came.
      if (!creditsByMonth) credits.set(12, currentPrincipal);
    }
    const accountYear = { year, openingFen: opening, creditsByMonth: credits };
    const answer = accountInterest(withGiven(book, { 'account.interestRate': given }), region, method, accountYear);
    return {
      result: {
        openingInterest: amount(answer.openingInterestFen),
        currentPrincipal: amount(answer.principalFen),
        currentInterest: amount(answer.currentInterestFen),
        closing: amount(answer.closingFen),
      },
      trace: answer.trace,
    };
  },
});

export const ACCOUNT_CALCULATORS: readonly Calculator[] = [creditRatio, interest];
