/** AT-15, line by line: 文登 2019. */
import { describe, expect, it } from 'vitest';
import { workCalendar } from '../kernel/calendar.ts';
import { civilDate } from '../kernel/month.ts';
import { calendarSeedRows } from '../rules/calendar-seed.ts';
import { createBook } from '../rules/index.ts';
import { answerLine } from './lines.ts';
import { SUBSIDY_CALCULATORS } from './subsidy.ts';

const env = { book: createBook(), calendar: workCalendar(calendarSeedRows()), asOf: civilDate('2019-10-16') };

const WOMAN = {
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
};
const MAN = { ...WOMAN, sex: 'male', birth: '1966-05-01' };

type Result = {
  readonly eligible: boolean;
  readonly amount: string;
  readonly reasons: readonly string[];
  readonly reasonCodes: readonly string[];
  readonly error?: { readonly code: string; readonly message: string };
};

function ask(facts: Readonly<Record<string, unknown>>): Result {
  const [calculator] = SUBSIDY_CALCULATORS;
  if (!calculator) throw new Error('no calculator');
  return JSON.parse(answerLine(calculator, JSON.stringify(facts), env)) as Result;
}

describe('4050 补贴 (AT-15)', () => {
  it('① a woman who turned 40 on the last day of 2018: 5000', () => {
    expect(ask(WOMAN)).toMatchObject({ eligible: true, amount: '5000.00', reasons: [] });
  });

  it('② a man of 49 in no other group is refused for his age', () => {
    const { eligible, amount, reasons } = ask({ ...MAN, birth: '1969-01-01' });
    expect([eligible, amount]).toEqual([false, '0.00']);
    expect(reasons).toEqual(['2018-12-31 满 49 周岁，未满 50 周岁，也不属于其他补贴对象']);
    expect(ask({ ...MAN, birth: '1968-12-31' }).eligible).toBe(true);
  });

  it('③ disabled, in pension insurance only: 3850, whatever the age', () => {
    const disabled = { ...MAN, birth: '1990-03-01', groups: ['disabled'], insured: ['pension'] };
    const facts = { ...disabled, formerlyEmployedLocally: false, lastUnitMonths: 0 };
    expect(ask(facts)).toMatchObject({ eligible: true, amount: '3850.00' });
  });

  it('④ a shareholder since June 2019 is refused', () => {
    expect(ask({ ...WOMAN, birth: '1974-02-01', businessRegistered2019: true })).toMatchObject({
      eligible: false,
      reasonCodes: ['business_owner'],
    });
  });

  it('⑤ eleven months at the last employer and blacklisted: both reasons', () => {
    const { reasonCodes, reasons } = ask({ ...MAN, lastUnitMonths: 11, credit_blacklist: true });
    expect(reasonCodes).toEqual(['credit_blacklist', 'last_unit_lt_1y']);
    expect(reasons).toHaveLength(2);
    expect(ask({ ...MAN, lastUnitMonths: 12 }).eligible).toBe(true);
  });

  it('⑥ the window is 15 October to 8 November', () => {
    expect(ask({ ...WOMAN, appliedOn: '2019-11-09' }).reasonCodes).toEqual(['not_in_window']);
    expect(ask({ ...WOMAN, appliedOn: '2019-10-14' }).reasonCodes).toEqual(['not_in_window']);
    expect(ask({ ...WOMAN, appliedOn: '2019-10-15' }).eligible).toBe(true);
    expect(ask({ ...WOMAN, appliedOn: '2019-11-08' }).eligible).toBe(true);
  });

  it('⑦ from elsewhere without a residence permit: refused; with one: admitted', () => {
    expect(ask({ ...WOMAN, localHousehold: false }).reasonCodes).toEqual(['no_residence_permit']);
    expect(ask({ ...WOMAN, localHousehold: false, residencePermit: true }).eligible).toBe(true);
  });

  it('asks for the working age: 16 to the age of retirement on the day applied', () => {
    const OLD = { ...MAN, birth: '1959-10-16' };
    expect(ask(OLD).reasonCodes).toEqual(['not_working_age']);
    expect(ask(OLD).reasons).toEqual(['1959-10-16 出生，2019-10-16 申报时已满 60 周岁，过了法定劳动年龄']);
    expect(ask({ ...MAN, birth: '1940-01-01' })).toMatchObject({ eligible: false, amount: '0.00' });
    expect(ask({ ...MAN, birth: '1959-10-17' }).eligible).toBe(true);
    const child = { ...MAN, birth: '2003-10-17', groups: ['disabled'], formerlyEmployedLocally: false };
    expect(ask(child).reasonCodes).toEqual(['not_working_age']);
    expect(ask({ ...child, birth: '2003-10-16' }).eligible).toBe(true);
  });

  it('counts a woman to 50 unless told that her age is 55', () => {
    const woman = { ...WOMAN, birth: '1969-10-16' };
    expect(ask(woman).reasonCodes).toEqual(['not_working_age']);
    expect(ask({ ...woman, retirementGroup: 'female_55' }).eligible).toBe(true);
    expect(ask({ ...woman, birth: '1964-10-16', retirementGroup: 'female_55' }).eligible).toBe(false);
    expect(ask({ ...woman, retirementGroup: 'male' }).error).toMatchObject({
      code: 'CALC-005',
      field: 'retirementGroup',
    });
  });

  it('leaves the working age to whoever says it', () => {
    expect(ask({ ...WOMAN, birth: '1969-10-16', workingAge: true }).eligible).toBe(true);
    expect(ask({ ...WOMAN, workingAge: false }).reasonCodes).toEqual(['not_working_age']);
    expect(ask({ ...WOMAN, ableAndWilling: false }).reasonCodes).toEqual(['not_able_or_willing']);
  });

  it.each([
    ['creditBlacklist', 'credit_blacklist'],
    ['unemploymentBenefit2019', 'ui_in_year'],
    ['ui_in_year', 'ui_in_year'],
    ['usedUp', 'used_up'],
    ['last_unit_lt_1y', 'last_unit_lt_1y'],
    ['reserved_relation', 'reserved_relation'],
    ['businessOwner', 'business_owner'],
    ['npoLegalRep', 'npo_legal_rep'],
    ['law_firm', 'law_firm'],
    ['refusedService', 'refused_service'],
  ])('the flag %s excludes as %s, once', (name, code) => {
    expect(ask({ ...WOMAN, [name]: true }).reasonCodes).toEqual([code]);
    expect(ask({ ...WOMAN, [name]: false }).eligible).toBe(true);
  });

  it('three refused jobs exclude, two do not', () => {
    expect(ask({ ...WOMAN, refusedJobs: 3 }).reasonCodes).toEqual(['refused_service']);
    expect(ask({ ...WOMAN, refusedJobs: 2 }).eligible).toBe(true);
  });

  it('says everything that fails at once', () => {
    const facts = { ...MAN, birth: '1980-01-01', appliedOn: '2019-12-01', registeredUnemployed: false, insured: [] };
    expect(ask({ ...facts, usedUp: true, refusedJobs: 5 }).reasonCodes).toEqual([
      'not_in_window',
      'not_registered',
      'not_insured',
      'under_age',
      'used_up',
      'refused_service',
    ]);
  });

  it('asks for the months at the last employer of someone who had one, and only then', () => {
    const { lastUnitMonths: _, ...without } = WOMAN;
    expect(ask(without).error).toMatchObject({ code: 'CALC-005', field: 'lastUnitMonths' });
    expect(ask({ ...without, formerlyEmployedLocally: false, groups: ['zeroJobFamily'] }).eligible).toBe(true);
  });

  it('knows no other place or year', () => {
    expect(ask({ ...WOMAN, year: 2020 }).error?.message).toContain('缺政策参数：4050补贴受理起日');
    expect(ask({ ...WOMAN, region: '420500' }).error?.code).toBe('POL-001');
  });
});
