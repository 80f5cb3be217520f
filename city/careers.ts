/** One human's working life within the city's history: where, how long, for what wage, and how it ends. */
import { type CivilDate, firstDay, type Month, monthOf } from '../src/kernel/month.ts';
import type { RetirementGroup } from '../src/rules/index.ts';
import type { Draft } from './employers.ts';
import type { Identity } from './identity.ts';
import type { Exempt, SuspendCode } from './model.ts';
import { addMonths, dayIn, monthsBetween } from './months.ts';
import type { Random } from './random.ts';

export type Stay = {
  /** Index of the employer in its district. */
  readonly employer: number;
  readonly from: Month;
  /** Null while it lasts. */
  readonly to: Month | null;
  readonly reason: SuspendCode | null;
  readonly entryDate: CivilDate;
  readonly injuryOnly: boolean;
  readonly wages: readonly { readonly from: Month; readonly wageFen: number }[];
  readonly exempt: Exempt | null;
};

export type Career = {
  readonly stays: readonly Stay[];
  readonly firstWorkDate: CivilDate;
  readonly retired: { readonly month: Month; readonly group: RetirementGroup } | null;
  readonly died: CivilDate | null;
  readonly flexible: readonly (readonly [from: Month, to: Month])[];
};

export type CareerInput = {
  readonly identity: Identity;
  readonly home: number;
  readonly employers: readonly Draft[];
  /** Employers by their places: a big one takes more of those who look for work. */
  readonly places: readonly number[];
  readonly from: Month;
  readonly through: Month;
  readonly retires: (group: RetirementGroup, birth: Month) => Month;
};

type End = { readonly month: Month; readonly reason: SuspendCode };

const WORKING_AGE_YEARS = 18;
/** In ten thousand. */
const CHANCE = {
  arrives: 700,
  staysInTown: 7000,
  exempt: 15,
  exemptByTreaty: 2000,
  injuryOnly: 2500,
  flexibleInGap: 4000,
  officer: 4500,
  oddCents: 1200,
} as const;

export function careerOf(random: Random, input: CareerInput): Career {
  const { identity, employers, from, through } = input;
  const birth = monthOf(identity.birthDate);
  const began = addMonths(birth, random.int(WORKING_AGE_YEARS * 12, 25 * 12));
  const rank = random.weighted([
    [45, 0],
    [28, 1],
    [16, 2],
    [8, 3],
    [3, 4],
  ]);
  const { group, retirement } = retirementOf(random, input, birth);
  const death = deathOf(random, input, birth);
  const last = earlier(
    { month: retirement, reason: 'S09' },
    death ? { month: monthOf(death), reason: 'S10' } : undefined,
  );

  // Who is old enough worked here already when the history begins, but for those who come to town.
  const born =
    began > from ? began : random.chance(CHANCE.arrives) ? addMonths(from, random.int(1, span(input))) : from;
  let start = born > through || born > last.month ? (last.month < through ? from : through) : born;
  const skill = 85 + rank * 5 + Math.floor(random.bell() / 25);
  const stays: Stay[] = [];
  const flexible: [Month, Month][] = [];
  let at: number | undefined = homeOf(input, start, last);
  let raisePercent = 100;
  while (at !== undefined) {
    const draft = employers[at] as Draft;
    const first = later(start, draft.since);
    if (first > through || first > last.month) break;
    const leaves = leavingOf(random, draft, first, last, through);
    const entryDate = stays.length === 0 && first === from ? entryBefore(random, began, from) : dayIn(random, first);
    const ended = leaves !== undefined && leaves.month <= through ? leaves : undefined;
    stays.push({
      employer: at,
      from: first,
      to: ended?.month ?? null,
      reason: ended?.reason ?? null,
      entryDate,
      injuryOnly: draft.trade.projects && draft.size >= 10 && random.chance(CHANCE.injuryOnly),
      wages: wagesOf(random, draft, rank, skill, raisePercent, first, ended?.month ?? through),
      exempt: exemptionOf(random, first, ended?.month ?? null, through),
    });
    if (!ended || (ended.reason !== 'S02' && ended.reason !== 'S03')) break;
    const gap = gapOf(random);
    start = addMonths(ended.month, 1 + gap);
    if (gap > 0 && random.chance(CHANCE.flexibleInGap))
      flexible.push([addMonths(ended.month, 1), addMonths(start, -1)]);
    raisePercent += random.int(-3, 12);
    at = nextEmployer(random, input.places, stays);
  }
  const retired = last.reason === 'S09' && last.month <= through && stays.at(-1)?.reason === 'S09';
  return {
    stays,
    firstWorkDate: earlierDay(dayIn(random, began), stays[0]?.entryDate),
    retired: retired ? { month: retirement, group } : null,
    died: death !== null && monthOf(death) <= through && (!retired || monthOf(death) < retirement) ? death : null,
    flexible: flexible.filter(([begins, ends]) => begins <= ends && ends <= through),
  };
}

/** An employer that is founded too late for somebody's whole time gives them to one that was there before. */
function homeOf({ home, employers, through }: CareerInput, start: Month, last: End): number | undefined {
  const { since } = employers[home] as Draft;
  if (since <= through && since <= last.month) return home;
  const other = employers.findIndex((draft) => draft.since <= start);
  return other === -1 ? undefined : other;
}

const span = ({ from, through }: Pick<CareerInput, 'from' | 'through'>): number =>
  Math.max(1, monthsBetween(from, through));
const later = (a: Month, b: Month): Month => (a > b ? a : b);
const earlier = (a: End, b: End | undefined): End => (b && b.month < a.month ? b : a);
const earlierDay = (a: CivilDate, b: CivilDate | undefined): CivilDate => (b && b < a ? b : a);

/** Women of the age of fifty where they are young enough for it; see `identities` for who is made how old. */
function retirementOf(
  random: Random,
  { identity, from, retires }: CareerInput,
  birth: Month,
): { group: RetirementGroup; retirement: Month } {
  if (identity.sex === 'male') return { group: 'male', retirement: retires('male', birth) };
  const wanted: RetirementGroup = random.chance(CHANCE.officer) ? 'female_55' : 'female_50';
  const retirement = retires(wanted, birth);
  if (wanted === 'female_55' || retirement > from) return { group: wanted, retirement };
  return { group: 'female_55', retirement: retires('female_55', birth) };
}

/** Of ten thousand, in a year: three at thirty, forty at sixty. */
function deathOf(random: Random, { from, through }: CareerInput, birth: Month): CivilDate | null {
  const years = Math.ceil((monthsBetween(from, through) + 1) / 12);
  const age = Math.floor(monthsBetween(birth, from) / 12);
  const inYear = age < 35 ? 3 : age < 45 ? 8 : age < 55 ? 20 : 40;
  if (!random.chance(inYear * years)) return null;
  return dayIn(random, addMonths(from, random.int(1, span({ from, through }))));
}

/** The last month at an employer, when it comes before the history's end. */
function leavingOf(random: Random, draft: Draft, first: Month, last: End, through: Month): End | undefined {
  let month = first;
  for (; month <= through && month < last.month; month = addMonths(month, 1)) {
    if (!random.chance(draft.trade.leaving)) continue;
    const reason = random.chance(CHANCE.staysInTown) ? (random.chance(5000) ? 'S02' : 'S03') : 'S04';
    return { month, reason };
  }
  return last.month <= through ? last : undefined;
}

function gapOf(random: Random): number {
  const [least, most] = random.weighted([
    [55, [0, 0]],
    [20, [1, 1]],
    [17, [2, 4]],
    [8, [5, 10]],
  ] as const);
  return random.int(least, most);
}

/** By size, never one where they have been: undefined when the district has no other. */
function nextEmployer(random: Random, places: readonly number[], stays: readonly Stay[]): number | undefined {
  for (let tries = 0; tries < 8; tries += 1) {
    const employer = places[random.int(0, places.length - 1)] as number;
    if (!stays.some((stay) => stay.employer === employer)) return employer;
  }
  return undefined;
}

function entryBefore(random: Random, began: Month, from: Month): CivilDate {
  const months = Math.max(0, monthsBetween(began, from));
  return months === 0 ? firstDay(from) : dayIn(random, addMonths(from, -random.int(1, Math.min(months, 180))));
}

const RANK_PERCENT = [82, 100, 135, 190, 300] as const;

/** Wages from the first month, higher once a year in the employer's month. Whole yuan, but for some with odd cents. */
function wagesOf(
  random: Random,
  draft: Draft,
  rank: number,
  skill: number,
  raisePercent: number,
  first: Month,
  last: Month,
): { from: Month; wageFen: number }[] {
  let fen = draft.trade.wageFen;
  for (const percent of [draft.pays, RANK_PERCENT[rank] as number, skill, raisePercent]) {
    fen = Math.floor((fen * percent) / 100);
  }
  const odd = random.chance(CHANCE.oddCents) ? random.int(1, 99) : 0;
  const whole = (amount: number): number => Math.floor(amount / 100) * 100 + odd;
  const wages = [{ from: first, wageFen: whole(fen) }];
  for (let month = addMonths(first, 1); month <= last; month = addMonths(month, 1)) {
    if (month.slice(5) !== draft.raiseMonth || monthsBetween(first, month) < 3) continue;
    fen = Math.floor((fen * random.int(100, 109)) / 100);
    wages.push({ from: month, wageFen: whole(fen) });
  }
  return wages;
}

/** 不可做账: in custody for some months, or insured at home under a treaty. */
function exemptionOf(random: Random, first: Month, to: Month | null, through: Month): Exempt | null {
  if (!random.chance(CHANCE.exempt)) return null;
  const from = addMonths(first, random.int(0, 8));
  if (from > (to ?? through)) return null;
  // Of this employer's time only: it says nothing of where somebody goes afterwards.
  if (random.chance(CHANCE.exemptByTreaty)) return { reason: 'TREATY', from, to };
  const free = addMonths(from, random.int(1, 10));
  return { reason: 'CUSTODY', from, to: to && to < free ? to : free };
}
