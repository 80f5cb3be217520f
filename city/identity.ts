/** Names and numbers of people and companies that cannot exist: area 429999, 样 in every name of a person, 示例 in every company. */
import { idNumberCheckDigit } from '../src/kernel/id-number.ts';
import type { CivilDate, Month } from '../src/kernel/month.ts';
import { usccCheckDigit } from '../src/kernel/uscc.ts';
import { addMonths, dayOf, daysIn } from './months.ts';
import { type Random, randomOf } from './random.ts';

const AREA = '429999';
const SURNAMES = [
  ...'赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛范彭郎鲁韦昌马苗方俞任袁柳',
];
const GIVEN = [...'平岚云溪知川柏文青晴明月宁恒星辰安禾清言初墨竹松梅兰河海山林田原野舟帆桥雨雪霜露春夏秋冬'];
const FIRST = [...'云长青白晴明恒星春秋山海松竹兰远宏启新永正和嘉瑞祥安宁泰丰盛'];
const SECOND = [...'川岚溪岳岭桥舟源泽林野原达成德信诚通联合创先锋峰辉阳晨'];

export type Identity = {
  readonly idNo: string;
  readonly name: string;
  readonly sex: 'male' | 'female';
  readonly birthDate: CivilDate;
};

const YEARS_ROUND = 1000;
/** 365 days × 500 numbers of each sex. */
const SLOTS = 182_500;
/** No common factor with the slots: walking in these steps meets each once. */
const STRIDES = [97_001, 111_229, 134_507, 151_013, 168_127] as const;

/**
 * Identities by index, each once, without remembering any: index → birth year by a shuffled round of a thousand, then the n-th person of
 * the year → day and order number by a walk that meets every slot once. Room for five million people.
 * @param firstYear of the city's history: who was 55 or older then is a man, who was 50 or older a man or a woman with the age of 55.
 */
export function identities(seed: string, firstYear: number, lastYear: number): (index: number) => Identity {
  const random = randomOf(`${seed}/identities`);
  const round = yearsRound(random, firstYear - 59, lastYear - 19);
  const ranks: number[] = [];
  const counts = new Map<number, number>();
  for (const year of round) {
    ranks.push(counts.get(year) ?? 0);
    counts.set(year, (counts.get(year) ?? 0) + 1);
  }
  const stride = random.pick(STRIDES);
  const offset = random.int(0, SLOTS - 1);
  return (index) => {
    const place = index % YEARS_ROUND;
    const year = round[place] as number;
    const nth = Math.floor(index / YEARS_ROUND) * (counts.get(year) as number) + (ranks[place] as number);
    const menOnly = year <= firstYear - 55;
    const male = menOnly || nth % 2 === 0;
    const slot = ((menOnly ? nth : Math.floor(nth / 2)) * stride + offset + year * YEAR_STEP) % SLOTS;
    const day = dayOfYear(year, Math.floor(slot / 500));
    const order = (slot % 500) * 2 + (male ? 1 : 0);
    const first17 = `${AREA}${day.replaceAll('-', '')}${String(order).padStart(3, '0')}`;
    const name = `${SURNAMES[(index * 31 + order) % SURNAMES.length]}样${GIVEN[(index * 17 + order * 5) % GIVEN.length]}`;
    return {
      idNo: first17 + idNumberCheckDigit(first17),
      name,
      sex: male ? 'male' : 'female',
      birthDate: day,
    };
  };
}

/** Keeps the first of each year from sharing a birthday. */
const YEAR_STEP = 41_233;

/** Fewer of the oldest and the youngest, most between 28 and 48; in an order that chance gives. */
function yearsRound(random: Random, from: number, to: number): number[] {
  const years = Array.from({ length: to - from + 1 }, (_, i) => from + i);
  const weight = (year: number): number => {
    const age = to + 19 - year;
    return age >= 55 ? 1 : age >= 50 ? 3 : age >= 28 ? 5 : age >= 23 ? 4 : 2;
  };
  const bag = years.flatMap((year) => Array.from({ length: weight(year) }, () => year));
  const round = Array.from({ length: YEARS_ROUND }, (_, i) => bag[i % bag.length] as number);
  for (let i = round.length - 1; i > 0; i -= 1) {
    const j = random.int(0, i);
    [round[i], round[j]] = [round[j] as number, round[i] as number];
  }
  return round;
}

/** The n-th day of a year, from 0; 29 February is nobody's birthday. */
function dayOfYear(year: number, nth: number): CivilDate {
  let month = `${year}-01` as Month;
  for (let rest = nth; ; month = addMonths(month, 1)) {
    const days = month.endsWith('-02') ? 28 : daysIn(month);
    if (rest < days) return dayOf(month, rest + 1);
    rest -= days;
  }
}

/** The same number with the decade of birth mistaken by fifty years and a check digit that fits: valid, and nobody else's. */
export function mistakenIdNo(idNo: string): string {
  const year = Number(idNo.slice(6, 10)) - 50;
  const first17 = `${idNo.slice(0, 6)}${year}${idNo.slice(10, 17)}`;
  return first17 + idNumberCheckDigit(first17);
}

/** One digit of the order number off, the check digit as it was: no register accepts it. */
export function mistypedIdNo(random: Random, idNo: string): string {
  const at = random.int(14, 16);
  const digit = (Number(idNo[at]) + random.int(1, 9)) % 10;
  return `${idNo.slice(0, at)}${digit}${idNo.slice(at + 1)}`;
}

const USCC_ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';

/** 统一社会信用代码 of the n-th company. */
export function usccOf(index: number): string {
  let code = '';
  for (let i = 0, rest = index; i < 6; i += 1, rest = Math.floor(rest / USCC_ALPHABET.length)) {
    code = `${USCC_ALPHABET[rest % USCC_ALPHABET.length]}${code}`;
  }
  const first17 = `91${AREA}MAC${code}`;
  return first17 + usccCheckDigit(first17);
}

export function companyName(index: number, word: string): string {
  const pair = (index * 389) % (FIRST.length * SECOND.length);
  return `${FIRST[pair % FIRST.length]}${SECOND[Math.floor(pair / FIRST.length)]}示例${word}有限公司`;
}
