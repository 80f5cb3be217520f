/** 征缴的计算器: bases, limits, rates, flexible workers, the undeclared month. */
import { formatPpm, formatYuanGrouped, mulPpm, type Ppm } from '../kernel/fen.ts';
import {
  baseOf,
  compileRules,
  employerRate,
  findRegion,
  findValue,
  flexibleContribution,
  inputStep,
  limitsFromAverage,
  lookup,
  lookupNumber,
  personRate,
  plainYuan,
  publishedLimits,
  resultStep,
  roundWage,
  type Trace,
  type TraceStep,
  withGiven,
} from '../rules/index.ts';
import { type Calculator, calculator, wrongInput } from './calculator.ts';
import { contribution } from './contribution.ts';
import { insuranceField, monthField, NATION, optional, rate, regionField, whole, yuan } from './fields.ts';
import { amount, plain, ratioText } from './write.ts';

const baseClamp = calculator({
  name: 'base-clamp',
  title: '缴费基数：取整后夹到上下限',
  topic: 'collection',
  example: { region: '420500', period: '2022-09', declared: '2000' },
  fields: {
    region: regionField(),
    period: monthField('费款所属期'),
    declared: yuan('申报工资'),
    insurance: optional(insuranceField()),
  },
  run: ({ region, period, declared, insurance = 'pension' }, { book }) => {
    // Where a region has no rule of rounding, the wage is not rounded.
    const rounding = findValue(book, region, 'wage.roundTo', period);
    const asked = rounding ? book : withGiven(book, { 'wage.roundTo': 1 });
    const rules = compileRules(asked, region, period);
    const base = baseOf(rules, insurance, 'DECLARED', declared);
    const { lowerFen: lower, upperFen: upper } = rules.tables[insurance];
    const rounded = roundWage(declared, rules.roundToFen);
    const limit = rules.sources[`base.lower.${insurance}`] ?? rules.sources['base.lower'];
    const steps: TraceStep[] = [
      inputStep('申报工资', declared),
      {
        kind: 'round',
        label: '取整',
        words: rounding ? `四舍五入到 ${plainYuan(rules.roundToFen)} 元。` : '当地没有取整规定，不取整。',
        valueText: plainYuan(rounded),
        value: rounded,
        ...(rounding ? { source: rounding.source } : {}),
      },
      {
        kind: 'clamp',
        label: '上下限夹取',
        words: `下限 ${plainYuan(lower)}，上限 ${plainYuan(upper)}。`,
        valueText: plainYuan(base),
        value: base,
        clamp: { lower, upper, value: rounded },
        ...(limit ? { source: limit.source } : {}),
      },
      resultStep('缴费基数', base),
    ];
    const trace: Trace = { title: '缴费基数', result: base, resultText: plainYuan(base), steps };
    return { result: { base: plain(base), lower: plain(lower), upper: plain(upper) }, trace };
  },
});

const wageToTen = calculator({
  name: 'wage-to-ten',
  title: '缴费工资取整（湖北：保留到 10 元）',
  topic: 'collection',
  example: { averageWage: '2987.65' },
  fields: { averageWage: yuan('月平均工资'), region: optional(regionField()) },
  run: ({ averageWage, region = '420000' }, { book, asOf }) => {
    const rounding = lookup(book, region, 'wage.roundTo', asOf);
    const declared = roundWage(averageWage, Number(rounding.value));
    const words = `四舍五入到 ${plainYuan(Number(rounding.value))} 元。`;
    const valueText = plainYuan(declared);
    const step: TraceStep = {
      kind: 'round',
      label: '取整',
      words,
      valueText,
      value: declared,
      source: rounding.source,
    };
    const steps = [inputStep('月平均工资', averageWage), step, resultStep('申报工资', declared)];
    return {
      result: { declared: plain(declared) },
      trace: { title: '缴费工资', result: declared, resultText: valueText, steps },
    };
  },
});

const baseLimits = calculator({
  name: 'base-limits',
  title: '缴费基数上下限',
  topic: 'collection',
  example: { region: '420500', year: 2025 },
  fields: {
    region: optional(regionField()),
    year: optional(whole('社保年度', 1990, 2100)),
    tier: optional(whole('档', 1, 9)),
    monthlyAverageWage: optional(yuan('月平均工资')),
    lowerRatio: optional(rate('下限比例')),
    upperRatio: optional(rate('上限比例')),
    roundTo: optional(yuan('取整单位（元）')),
  },
  run: ({ region, year, tier, monthlyAverageWage, lowerRatio, upperRatio, roundTo }, { book, asOf }) => {
    if (monthlyAverageWage !== undefined) {
      const on = year === undefined ? asOf : `${year}-12-31`;
      const asked = withGiven(book, { 'base.lowerRatio': lowerRatio, 'base.upperRatio': upperRatio });
      const lower = lookupNumber(asked, region ?? NATION, 'base.lowerRatio', on) as Ppm;
      const upper = lookupNumber(asked, region ?? NATION, 'base.upperRatio', on) as Ppm;
      if (roundTo === 0) throw wrongInput('取整单位须大于 0', 'roundTo');
      const limits = limitsFromAverage(monthlyAverageWage, lower, upper, roundTo ?? 1);
      return { result: { lower: plain(limits.lowerFen), upper: plain(limits.upperFen) }, trace: limits.trace };
    }
    if (region === undefined || year === undefined) {
      throw wrongInput('写 region 和 year，或写 monthlyAverageWage', region === undefined ? 'region' : 'year');
    }
    const place = tier === undefined ? region : findRegion(`${region}.${tier}`)?.code;
    if (!place) throw wrongInput(`${findRegion(region)?.name ?? region}不分这个档`, 'tier');
    // A social year that starts in July is the one in force at the year's end.
    const limits = publishedLimits(book, place, `${year}-12-31`);
    const { standardFen, lowerFen, upperFen, trace } = limits;
    const standard = standardFen === undefined ? {} : { standard: plain(standardFen) };
    return { result: { ...standard, lower: plain(lowerFen), upper: plain(upperFen) }, trace };
  },
});

const flexible = calculator({
  name: 'flexible',
  title: '灵活就业人员养老缴费',
  topic: 'collection',
  example: { base: '4299', totalRate: '0.20', accountRate: '0.08' },
  fields: {
    base: yuan('缴费基数'),
    totalRate: optional(rate('缴费费率', 1)),
    accountRate: optional(rate('个人账户记入比例', 1)),
    region: optional(regionField()),
    period: optional(monthField('费款所属期')),
  },
  run: ({ base, totalRate, accountRate, region = NATION, period }, { book, asOf }) => {
    const asked = withGiven(book, { 'flexible.totalRate': totalRate, 'flexible.accountRate': accountRate });
    const { totalFen, accountFen, pooledFen, trace } = flexibleContribution(asked, region, period ?? asOf, base);
    if (pooledFen < 0) throw wrongInput('记入个人账户的比例高于缴费费率', 'accountRate');
    return { result: { total: amount(totalFen), account: amount(accountFen), pooled: amount(pooledFen) }, trace };
  },
});

const undeclared = calculator({
  name: 'undeclared',
  title: '未申报的暂定应缴（社会保险法第六十二条）',
  topic: 'collection',
  example: { lastMonthPayable: '869.40' },
  fields: {
    lastMonthPayable: yuan('上月应缴额'),
    region: optional(regionField()),
    period: optional(monthField('费款所属期')),
  },
  run: ({ lastMonthPayable, region = NATION, period }, { book, asOf }) => {
    const factor = lookup(book, region, 'collection.undeclaredFactor', period ?? asOf);
    const payable = mulPpm(lastMonthPayable, Number(factor.value) as Ppm);
    const words = `${formatYuanGrouped(lastMonthPayable)} × ${formatPpm(Number(factor.value))}，四舍五入到分。`;
    const valueText = formatYuanGrouped(payable);
    const steps: TraceStep[] = [
      inputStep('上月应缴额', lastMonthPayable),
      { kind: 'multiply', label: factor.name, words, valueText, value: payable, source: factor.source },
      resultStep('暂定应缴额', payable, '补办申报后按规定结算。'),
    ];
    return {
      result: { payable: amount(payable) },
      trace: { title: '未申报暂定应缴', result: payable, resultText: valueText, steps },
    };
  },
});

const rateByDate = calculator({
  name: 'rate-by-date',
  title: '某月的费率',
  topic: 'collection',
  example: { region: '420500', insurance: 'unemployment', period: '2015-03' },
  fields: {
    region: regionField(),
    insurance: insuranceField(),
    period: monthField('费款所属期'),
    injuryClass: optional(whole('工伤行业风险类别', 1, 8)),
    stageFactor: optional(rate('工伤阶段性系数')),
  },
  run: ({ region, insurance, period, injuryClass, stageFactor }, { book }) => {
    if (insurance === 'injury' && injuryClass === undefined)
      throw wrongInput('工伤费率要写行业风险类别', 'injuryClass');
    const rules = compileRules(withGiven(book, { 'rate.injury.stageFactor': stageFactor }), region, period);
    const unit = employerRate(rules, insurance, injuryClass ?? 0);
    const person = personRate(rules, insurance);
    const keys =
      insurance === 'injury'
        ? [`rate.injury.class${injuryClass}`, 'rate.injury.stageFactor', 'rate.injury.person']
        : [`rate.${insurance}.employer`, `rate.${insurance}.person`];
    const steps = Object.values(rules.sources)
      .filter(({ key }) => keys.includes(key))
      .map((value): TraceStep => {
        const number = Number(value.value);
        return {
          kind: 'rate',
          label: value.name,
          words: '',
          valueText: formatPpm(number),
          value: number,
          source: value.source,
        };
      });
    const resultText = `单位 ${formatPpm(unit)}，个人 ${formatPpm(person)}`;
    return {
      result: { unitRate: ratioText(unit), personRate: ratioText(person) },
      trace: { title: `${period} 费率`, result: resultText, resultText, steps },
    };
  },
});

export const COLLECTION_CALCULATORS: readonly Calculator[] = [
  contribution,
  baseClamp,
  wageToTen,
  baseLimits,
  flexible,
  undeclared,
  rateByDate,
];
