import { compactMonth, type Month } from '../src/kernel/month.ts';
import { companyName, usccOf } from './identity.ts';
import { INDUSTRIES, type Industry, SIZES } from './industries.ts';
import type { CityEmployer, Truth } from './model.ts';
import { addMonths, monthsBetween } from './months.ts';
import type { Random } from './random.ts';

/** The numbers the product would give first (D-DATA-01). */
export const FIRST_EMPLOYER_NO = 990_000_101;

export type Draft = Omit<CityEmployer, 'jobs'> & {
  /** Places at the beginning. */
  readonly size: number;
  readonly trade: Industry;
  /** What it pays of what its industry pays, per cent. */
  readonly pays: number;
  /** Month of the year in which wages go up: 01, 04 or 07. */
  readonly raiseMonth: string;
};

/** In ten thousand. */
const CHANCE = { isNew: 500, declaresLate: 400 } as const;
const MONTHS_LATE_MAX = 3;

export type DraftRoom = {
  /** Enough places for one district. */
  readonly places: number;
  /** People the city has left: the last employer is cut to fit. */
  readonly peopleLeft: number;
  /** Keeps a small city from living off one factory. */
  readonly sizeMax: number;
  readonly firstEmployerNo: number;
};

/** Employers until there are places enough. */
export function draftEmployers(
  random: Random,
  from: Month,
  through: Month,
  firstIndex: number,
  { places, peopleLeft, sizeMax, firstEmployerNo }: DraftRoom,
): Draft[] {
  const drafts: Draft[] = [];
  for (let taken = 0, index = firstIndex; taken < Math.min(places, peopleLeft); index += 1) {
    const trade = random.weighted(INDUSTRIES);
    const [least, most] = random.weighted(SIZES);
    const size = Math.min(random.int(least, most), sizeMax, peopleLeft - taken);
    const uscc = usccOf(index);
    const name = companyName(index, trade.word);
    const booked = random.chance(CHANCE.declaresLate) ? addMonths(through, -random.int(1, MONTHS_LATE_MAX)) : through;
    drafts.push({
      employerNo: String(firstEmployerNo + index),
      uscc,
      name,
      industry: trade.code,
      injuryClass: trade.injuryClass,
      since: random.chance(CHANCE.isNew) ? addMonths(from, random.int(1, 11)) : from,
      bookedThrough: booked,
      refundAccount: { bankName: '示例银行', account: `6299${String(index).padStart(15, '0')}`, holder: name },
      size,
      trade,
      pays: 100 + Math.floor(random.bell() / 25),
      raiseMonth: random.pick(['01', '04', '07']),
    });
    taken += size;
  }
  return drafts;
}

const PROJECT_PEOPLE_MIN = 10;

/** What is known of the employer and has no table, or is a mistake of its own. */
export function truthOfEmployer(random: Random, draft: Draft, through: Month): Truth[] {
  const { employerNo, bookedThrough, since, trade, size } = draft;
  const truth: Truth[] = [];
  if (bookedThrough < through) {
    const months = monthsBetween(bookedThrough, through);
    truth.push({ kind: 'LATE_DECLARATION', employerNo, bookedThrough, months });
  }
  if (trade.projects && size >= PROJECT_PEOPLE_MIN) {
    const begins = addMonths(since, random.int(0, 6));
    truth.push({
      kind: 'PROJECT',
      employerNo,
      name: `示例工程${compactMonth(begins)}`,
      contractFen: random.int(100, 9000) * 1_000_000,
      from: begins,
      to: addMonths(begins, random.int(6, 30)),
    });
  }
  return truth;
}
