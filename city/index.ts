/**
 * A made-up city with known truth: employers, people, careers, wages and the mistakes people make, all from a seed. Pure: no clock, no
 * database, no file. The city comes district by district, so that its size costs time and not memory.
 */
import type { Month } from '../src/kernel/month.ts';
import { type PolicyBook, type RetirementGroup, statutoryRetirement } from '../src/rules/index.ts';
import { careerOf } from './careers.ts';
import { draftEmployers, FIRST_EMPLOYER_NO, truthOfEmployer } from './employers.ts';
import { identities } from './identity.ts';
import { type Draw, mistakesOf } from './mistakes.ts';
import type { CityPerson, District, Job, Truth } from './model.ts';
import { randomOf } from './random.ts';

export { FIRST_EMPLOYER_NO } from './employers.ts';
export type { CityEmployer, CityPerson, District, Exempt, Job, SuspendCode, Truth } from './model.ts';

export type CityOptions = {
  readonly seed: string;
  /** Humans who are insured at some time of the history. */
  readonly people: number;
  /** First and last month of the history. */
  readonly from: Month;
  readonly through: Month;
  readonly region: string;
  readonly book: PolicyBook;
  /** The first numbers given out; default: those the product gives first. */
  readonly firstEmployerNo?: number;
  readonly firstPersonNo?: number;
};

export const PEOPLE_MAX = 5_000_000;
/** The numbers the product would give first (D-DATA-01). */
const FIRST_PERSON_NO = 94_200_100_000;
const DISTRICT_PEOPLE = 2_000;

/** The city's districts in order; the same options give the same city, figure for figure. */
export function* cityDistricts(options: CityOptions): Generator<District> {
  const { seed, people, from, through } = options;
  const identityOf = identities(seed, Number(from.slice(0, 4)), Number(through.slice(0, 4)));
  const retires = retirementTable(options);
  const { firstEmployerNo = FIRST_EMPLOYER_NO, firstPersonNo = FIRST_PERSON_NO } = options;
  const sizeMax = Math.max(12, Math.floor(people / 8));
  let employersDone = 0;
  let peopleDone = 0;
  let numbersDone = 0;
  for (let no = 0; peopleDone < people; no += 1) {
    const random = randomOf(`${seed}/${no}`);
    const room = { places: DISTRICT_PEOPLE, peopleLeft: people - peopleDone, sizeMax, firstEmployerNo };
    const drafts = draftEmployers(random, from, through, employersDone, room);
    const seats = drafts.flatMap((draft, index) => Array.from({ length: draft.size }, () => index));
    const jobs: Job[][] = drafts.map(() => []);
    const persons: CityPerson[] = [];
    const truth: Truth[] = drafts.flatMap((draft) => truthOfEmployer(random, draft, through));
    for (const [place, home] of seats.entries()) {
      const identity = identityOf(peopleDone + place);
      const career = careerOf(random, { identity, home, employers: drafts, places: seats, from, through, retires });
      const draw: Draw = { identity, career, employers: drafts, through, numbersFrom: firstPersonNo + numbersDone };
      const drawn = mistakesOf(random, draw);
      numbersDone += drawn.persons.length;
      persons.push(...drawn.persons);
      truth.push(...drawn.truth);
      for (const { employer, job } of drawn.jobs) (jobs[employer] as Job[]).push(job);
    }
    const employers = drafts.map(({ size: _size, trade: _trade, pays: _pays, raiseMonth: _raise, ...employer }, i) => ({
      ...employer,
      jobs: (jobs[i] as Job[]).sort((a, b) => (a.person.personNo < b.person.personNo ? -1 : 1)),
    }));
    yield { no, employers, persons, truth, people: seats.length };
    employersDone += drafts.length;
    peopleDone += seats.length;
  }
}

/** Of the law that has no end yet. Births before the first delayed ones have no delay in it: it says of them what the law before said. */
const LATEST_LAW = '9999-12';

/** The month of retirement (src/rules), asked once for each month of birth. */
function retirementTable({ book, region }: CityOptions): (group: RetirementGroup, birth: Month) => Month {
  const known = new Map<string, Month>();
  return (group, birth) => {
    const key = `${group}/${birth}`;
    let month = known.get(key);
    if (!month) {
      month = statutoryRetirement(book, region, LATEST_LAW, group, birth).retirementMonth;
      known.set(key, month);
    }
    return month;
  };
}
