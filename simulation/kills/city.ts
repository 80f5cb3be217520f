/** The employers of one city under attack, and how its operator prepares it over HTTP. */
import { Session } from '../../src/app/play/client.ts';
import { usccCheckDigit } from '../../src/kernel/uscc.ts';
import { DEMO_PASSWORD } from '../../src/platform/identity/index.ts';
import { personOf } from '../city.ts';
import type { Pair } from './pair.ts';

const REGION = '420500';
/** Declare by themselves; the people of each never change, so that its months are known to the cent. */
const STEADY = 40;
/** Hire somebody now and then and leave their month to the close day. */
const HIRING = 12;
const PEOPLE_EACH = 3;
/** Base 3450: one month of one person in three insurances, AT-06 (requirements part 3). */
const PERSON_MONTH_FEN = 86_940;
export const STEADY_MONTH_FEN = PEOPLE_EACH * PERSON_MONTH_FEN;
const BASE_FEN = 345_000;
const PASSWORD = 'Yanlian-2023';
const BOOKED_THROUGH = '2023-03';
/** What the months of this city need and the published data leave open after 2023: 测试参数 over the book. */
const OVERLAYS = [
  { key: 'declaration.mode', value: 'AUTO_CLOSE' },
  { key: 'close.day', value: 20 },
  { key: 'wage.roundTo', value: 1 },
  { key: 'base.lower', value: BASE_FEN },
  { key: 'base.upper', value: 1_800_000 },
].map((one) => ({ ...one, region: REGION, from: '2022-01', to: null, label: '测试参数' }));

export type Employer = {
  readonly employerNo: string;
  readonly uscc: string;
  readonly hiring: boolean;
  readonly session: Session;
};

export type City = { readonly employers: readonly Employer[]; readonly staff: Session; readonly clerk: Session };

const usccOf = (index: number): string => {
  const first17 = `91429999MA00${String(10_000 + index)}`;
  return `${first17}${usccCheckDigit(first17)}`;
};

async function demoSession(base: string, kind: string, body: object): Promise<Session> {
  const session = new Session(base);
  const answer = await session.call<
    { login: string; kind: string }[] | { accounts: { login: string; kind: string }[] }
  >('GET', '/api/demo/accounts');
  const account = (Array.isArray(answer) ? answer : answer.accounts).find((one) => one.kind === kind);
  if (!account) throw new Error(`no account of ${kind} at ${base}`);
  await session.call('POST', '/api/login', { ...body, login: account.login, password: DEMO_PASSWORD });
  return session;
}

/** Opens the books of the city. `firstPerson`: the people of a city stand behind each other. */
export async function openCity(pair: Pair): Promise<City> {
  const staff = await demoSession(pair.agencyUrl, 'STAFF', {});
  const clerk = await demoSession(pair.taxUrl, 'CLERK', { kind: 'CLERK' });
  await staff.call('POST', '/api/ops/overlays', { overlays: OVERLAYS });
  const plan = Array.from({ length: STEADY + HIRING }, (_, index) => ({
    employerNo: String(990_001_000 + index),
    uscc: usccOf(index),
    hiring: index >= STEADY,
    index,
  }));
  await staff.call('POST', '/api/ops/opening', {
    employers: plan.map(({ employerNo, uscc, index }) => ({
      employerNo,
      uscc,
      name: `第${index}示例有限公司`,
      injuryClass: 1,
      insurances: ['pension', 'unemployment', 'injury'].map((insurance) => ({
        insurance,
        from: '2022-07',
        bookedThrough: BOOKED_THROUGH,
      })),
      legal: { login: uscc, password: PASSWORD, name: '样法人' },
      persons: Array.from({ length: PEOPLE_EACH }, (_, at) => ({
        ...personOf(index * PEOPLE_EACH + at),
        from: '2023-04',
        baseFen: BASE_FEN,
      })),
    })),
  });
  const employers: Employer[] = [];
  for (const { employerNo, uscc, hiring } of plan) {
    const session = new Session(pair.agencyUrl);
    await session.call('POST', '/api/login', { login: uscc, password: PASSWORD });
    employers.push({ employerNo, uscc, hiring, session });
  }
  return { employers, staff, clerk };
}

/** Somebody nobody has hired yet. */
export const newcomer = (index: number) => personOf((STEADY + HIRING) * PEOPLE_EACH + index);
