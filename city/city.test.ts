import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { checkIdNumber } from '../src/kernel/id-number.ts';
import { type Month, monthOf } from '../src/kernel/month.ts';
import { checkUscc } from '../src/kernel/uscc.ts';
import { createBook } from '../src/rules/index.ts';
import { type CityOptions, cityDistricts, type District, type Job } from './index.ts';

const options = (seed: string, people: number): CityOptions => ({
  seed,
  people,
  from: '2021-04' as Month,
  through: '2023-03' as Month,
  region: '420500',
  book: createBook(),
});

function digest(seed: string, people: number): string {
  const hash = createHash('sha256');
  for (const district of cityDistricts(options(seed, people))) hash.update(JSON.stringify(district));
  return hash.digest('hex');
}

const districts: readonly District[] = [...cityDistricts(options('17', 12_000))];
const employers = districts.flatMap((district) => district.employers);
const persons = districts.flatMap((district) => district.persons);
const truth = districts.flatMap((district) => district.truth);
const jobs = employers.flatMap((employer) => employer.jobs.map((job) => ({ employer, job })));

test('the same seed is the same city, another seed another', () => {
  expect(digest('7', 3000)).toBe(digest('7', 3000));
  expect(digest('7', 3000)).not.toBe(digest('8', 3000));
});

test('as many people as asked for; a second number does not make a second human', () => {
  expect(districts.reduce((sum, district) => sum + district.people, 0)).toBe(12_000);
  const doubled = truth.filter((line) => line.kind === 'SAME_PERSON');
  expect(doubled.length).toBeGreaterThan(10);
  expect(persons).toHaveLength(12_000 + doubled.length);
});

test('identity numbers are valid, of the area nobody lives in, and nobody’s twice; names say that they are made up', () => {
  expect(new Set(persons.map((person) => person.idNo)).size).toBe(persons.length);
  expect(new Set(persons.map((person) => person.personNo)).size).toBe(persons.length);
  for (const person of persons) {
    const read = checkIdNumber(person.idNo);
    expect(read.ok && read.idNo).toBe(person.idNo);
    expect(read.ok && [read.sex, read.birthDate]).toEqual([person.sex, person.birthDate]);
    expect(person.idNo.startsWith('429999')).toBe(true);
    expect(person.name).toContain('样');
  }
  expect(new Set(employers.map((employer) => employer.uscc)).size).toBe(employers.length);
  for (const { uscc, name } of employers) {
    expect(checkUscc(uscc).ok).toBe(true);
    expect(name).toContain('示例');
  }
});

test('most employers are small and some are large', () => {
  const sizes = employers.map((employer) => employer.jobs.length).sort((a, b) => a - b);
  expect(sizes.filter((size) => size < 20).length).toBeGreaterThan(sizes.length * 0.7);
  expect(sizes.at(-1)).toBeGreaterThan(300);
});

test('a career: one employer at a time, within the employer’s time, wages from the first month, nobody works on after retirement', () => {
  const careers = Map.groupBy(jobs, ({ job }) => job.person.personNo);
  expect(careers.size).toBe(persons.length);
  for (const career of careers.values()) {
    const inOrder = [...career].sort((a, b) => (a.job.from < b.job.from ? -1 : 1));
    for (const [index, { employer, job }] of inOrder.entries()) {
      const before: Job | undefined = inOrder[index - 1]?.job;
      if (before) expect(before.to !== null && before.to < job.from).toBe(true);
      expect(job.from >= employer.since).toBe(true);
      if (job.to) expect(job.to >= job.from).toBe(true);
      expect((job.to === null) === (job.reason === null)).toBe(true);
      expect(job.wages[0]?.from).toBe(job.from);
      expect(monthOf(job.entryDate) <= job.from).toBe(true);
    }
  }
  const retired = new Map(truth.flatMap((line) => (line.kind === 'RETIREMENT' ? [[line.personNo, line.month]] : [])));
  const late = new Set(truth.flatMap((line) => (line.kind === 'LATE_STOP' ? [line.personNo] : [])));
  expect(retired.size).toBeGreaterThan(50);
  for (const { job } of jobs) {
    const month = retired.get(job.person.personNo);
    if (month && !late.has(job.person.personNo)) expect(job.to !== null && job.to <= month).toBe(true);
  }
});

test('men retire at sixty, women at fifty or fifty-five, as the law of 2021 to 2023 says', () => {
  const born = new Map(persons.map((person) => [person.personNo, person.birthDate]));
  const second = new Set(truth.flatMap((line) => (line.kind === 'SAME_PERSON' ? [line.wrongPersonNo] : [])));
  const years = { male: 60, female_55: 55, female_50: 50 } as Record<string, number>;
  let asked = 0;
  for (const line of truth) {
    if (line.kind !== 'RETIREMENT' || second.has(line.personNo)) continue;
    const birth = born.get(line.personNo) as string;
    expect(line.month).toBe(`${Number(birth.slice(0, 4)) + (years[line.group] as number)}-${birth.slice(5, 7)}`);
    asked += 1;
  }
  expect(asked).toBeGreaterThan(50);
});

test('the truth tells what is behind the tables', () => {
  const kinds = new Set(truth.map((line) => line.kind));
  expect([...kinds].sort()).toEqual([
    'DEATH',
    'DOUBLE_ENROLMENT',
    'FLEXIBLE',
    'ID_REFUSED',
    'LATE_DECLARATION',
    'LATE_ENROLMENT',
    'LATE_STOP',
    'PROJECT',
    'RETIREMENT',
    'SAME_PERSON',
    'WAGE_UNDERSTATED',
  ]);
  const of = new Map(jobs.map(({ employer, job }) => [`${employer.employerNo}/${job.person.personNo}`, job]));
  for (const line of truth) {
    if (line.kind === 'ID_REFUSED') expect(checkIdNumber(line.typed).ok).toBe(false);
    if (line.kind === 'LATE_STOP') {
      const job = of.get(`${line.employerNo}/${line.personNo}`);
      expect(job?.to).toBe(line.paidThrough);
      expect(line.lastMonth < line.paidThrough).toBe(true);
    }
    if (line.kind === 'WAGE_UNDERSTATED') {
      const job = of.get(`${line.employerNo}/${line.personNo}`);
      expect(job?.wages.find((wage) => wage.from === line.from)?.wageFen).toBe(line.declaredFen);
      expect(line.declaredFen).toBeLessThan(line.trueFen);
    }
    if (line.kind === 'LATE_ENROLMENT') {
      const job = of.get(`${line.employerNo}/${line.personNo}`);
      expect(job?.entryDate).toBe(line.entryDate);
      expect(line.missing[1] < (job?.from ?? '')).toBe(true);
    }
  }
});
