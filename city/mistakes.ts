/** What employers get wrong about a career, told beside what was right. */
import { addDays, firstDay, lastDay, type Month } from '../src/kernel/month.ts';
import type { Career, Stay } from './careers.ts';
import type { Draft } from './employers.ts';
import { type Identity, mistakenIdNo, mistypedIdNo } from './identity.ts';
import type { CityPerson, Exempt, Job, Truth } from './model.ts';
import { addMonths, dayIn, monthsBetween } from './months.ts';
import type { Random } from './random.ts';

export type Draw = {
  readonly identity: Identity;
  readonly career: Career;
  readonly employers: readonly Draft[];
  readonly through: Month;
  /** The next free 个人编号. */
  readonly numbersFrom: number;
};

export type Drawn = {
  readonly persons: readonly CityPerson[];
  readonly jobs: readonly { readonly employer: number; readonly job: Job }[];
  readonly truth: readonly Truth[];
};

/** In ten thousand of those to whom it can happen. */
const CHANCE = {
  secondNumber: 600,
  mistyped: 120,
  twice: 100,
  lateEnrolment: 800,
  lateStop: 300,
  understated: 250,
} as const;
const MONTHS_LATE_MAX = 4;

export function mistakesOf(random: Random, draw: Draw): Drawn {
  const { identity, career, employers, numbersFrom, through } = draw;
  const person: CityPerson = { personNo: String(numbersFrom), ...identity, firstWorkDate: career.firstWorkDate };
  const persons = [person];
  const truth: Truth[] = [];
  // A later employer wrote the birth year down wrongly: a second number for the same human.
  let second: CityPerson | undefined;
  if (career.stays.length > 1 && identity.idNo.slice(6, 8) === '19' && random.chance(CHANCE.secondNumber)) {
    second = mistakenPerson(person, String(numbersFrom + 1));
    persons.push(second);
    const { personNo, idNo } = person;
    truth.push({ kind: 'SAME_PERSON', personNo, wrongPersonNo: second.personNo, idNo, wrongIdNo: second.idNo });
  }

  const jobs = career.stays.map((stay, index) => {
    const who = second && index === career.stays.length - 1 ? second : person;
    const draft = employers[stay.employer] as Draft;
    const next = career.stays[index + 1];
    const late = lateStop(random, stay, next, through);
    const entry = lateEnrolment(random, stay, career.stays[index - 1], draft);
    const wages = understated(random, stay, who.personNo, draft.employerNo, truth);
    const { personNo } = who;
    const { employerNo } = draft;
    if (late) {
      truth.push({ kind: 'LATE_STOP', personNo, employerNo, lastMonth: stay.to as Month, paidThrough: late.to });
    }
    if (entry) truth.push({ kind: 'LATE_ENROLMENT', personNo, employerNo, ...entry });
    refusals(random, stay, who, employerNo, truth);
    const job: Job = {
      person: who,
      from: stay.from,
      to: late?.to ?? stay.to,
      reason: stay.reason,
      entryDate: entry?.entryDate ?? stay.entryDate,
      injuryOnly: stay.injuryOnly,
      wages,
      exempt: late?.exempt ?? stay.exempt,
    };
    return { employer: stay.employer, job };
  });

  const last = persons.at(-1) as CityPerson;
  if (career.retired) truth.push({ kind: 'RETIREMENT', personNo: last.personNo, ...career.retired });
  if (career.died) truth.push({ kind: 'DEATH', personNo: last.personNo, day: career.died });
  for (const [from, to] of career.flexible) truth.push({ kind: 'FLEXIBLE', personNo: person.personNo, from, to });
  return { persons, jobs, truth };
}

function mistakenPerson(person: CityPerson, personNo: string): CityPerson {
  const idNo = mistakenIdNo(person.idNo);
  const birthDate = `${idNo.slice(6, 10)}${person.birthDate.slice(4)}` as CityPerson['birthDate'];
  return { ...person, personNo, idNo, birthDate };
}

/**
 * Stopped some months late. Whoever goes on elsewhere is held back there only where there is a gap to fill; whoever has retired stands with
 * the approved retirement, so that nothing is assessed for the months too many.
 */
function lateStop(
  random: Random,
  stay: Stay,
  next: Stay | undefined,
  through: Month,
): { to: Month; exempt: Exempt | null } | undefined {
  if (!stay.to || !random.chance(CHANCE.lateStop)) return undefined;
  const latest = next ? addMonths(next.from, -1) : through;
  const to = addMonths(stay.to, Math.min(random.int(1, MONTHS_LATE_MAX), monthsBetween(stay.to, latest)));
  if (to <= stay.to) return undefined;
  const exempt: Exempt | null =
    stay.reason === 'S09' && !stay.exempt
      ? { reason: 'RETIREMENT_APPROVED', from: addMonths(stay.to, 1), to: null }
      : stay.exempt;
  return { to, exempt };
}

/** Work began in the gap before the enrolment. */
function lateEnrolment(random: Random, stay: Stay, before: Stay | undefined, draft: Draft) {
  if (!before?.to || !random.chance(CHANCE.lateEnrolment)) return undefined;
  const earliest = addMonths(before.to, 1 + MONTHS_LATE_MAX);
  const gap = monthsBetween(earliest, stay.from);
  if (gap < 1) return undefined;
  const from = addMonths(stay.from, -random.int(1, gap));
  if (from < draft.since) return undefined;
  const missing: readonly [Month, Month] = [from, addMonths(stay.from, -1)];
  return { entryDate: dayIn(random, from), missing };
}

/** Declared at two thirds of what was paid. */
function understated(random: Random, stay: Stay, personNo: string, employerNo: string, truth: Truth[]): Job['wages'] {
  if (!random.chance(CHANCE.understated)) return stay.wages;
  return stay.wages.map(({ from, wageFen: trueFen }) => {
    const declaredFen = Math.floor((trueFen * 2) / 3);
    truth.push({ kind: 'WAGE_UNDERSTATED', personNo, employerNo, from, declaredFen, trueFen });
    return { from, wageFen: declaredFen };
  });
}

/** What the window refused: it left nothing in the tables. */
function refusals(random: Random, stay: Stay, who: CityPerson, employerNo: string, truth: Truth[]): void {
  const day = stay.entryDate < firstDay(stay.from) ? firstDay(stay.from) : stay.entryDate;
  if (random.chance(CHANCE.mistyped)) {
    truth.push({ kind: 'ID_REFUSED', employerNo, typed: mistypedIdNo(random, who.idNo), idNo: who.idNo, day });
  }
  if (random.chance(CHANCE.twice)) {
    const refusal = random.chance(5000) ? 'REG-003' : 'REG-009';
    const again = addDays(day, random.int(0, 9));
    const latest = lastDay(stay.from);
    const { personNo } = who;
    truth.push({ kind: 'DOUBLE_ENROLMENT', personNo, employerNo, day: again < latest ? again : latest, refusal });
  }
}
