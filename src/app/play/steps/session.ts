import { Session } from '../client.ts';
import { type Observed, observed } from '../observed.ts';
import { type Employer, mistake, type Verb, type World } from '../world.ts';

/** 密码 and, for an agent, 电子社保卡扫码: a second browser plays the phone (HB-LOG-01). */
async function signInEmployer(world: World, employer: Employer, legal: boolean): Promise<Session> {
  const session = new Session(world.agencyUrl);
  const { login, password } = legal ? employer.legal : employer.agent;
  const answer = await session.call<{ scan: { code: string } | null }>('POST', '/api/login', { login, password });
  if (answer.scan) {
    await new Session(world.agencyUrl).call('POST', `/api/scan/${answer.scan.code}/confirm`, { login });
    await session.call('POST', `/api/scan/${answer.scan.code}/session`, {});
  }
  return session;
}

/** `身份 云帆示例`（经办人） or `身份 云帆示例 法人`. */
export const actAs: Verb = async (world, step): Promise<Observed> => {
  const [name = '', role = '经办人'] = step.words;
  const employer = world.employers.get(name) ?? mistake(`前面没有“单位 ${name}”`);
  const key = `${name}/${role}`;
  const session = world.sessions.get(key) ?? (await signInEmployer(world, employer, role === '法人'));
  world.sessions.set(key, session);
  world.current = { employer, session };
  return observed({ facts: { 单位: employer.name, 单位编号: employer.employerNo } });
};

type DemoAccount = { readonly login: string; readonly password: string; readonly kind: string };

async function demoAccount(base: string, kinds: readonly string[]): Promise<DemoAccount> {
  const body = await new Session(base).call<DemoAccount[] | { accounts: DemoAccount[] }>('GET', '/api/demo/accounts');
  const accounts = Array.isArray(body) ? body : body.accounts;
  return (
    accounts.find((account) => kinds.includes(account.kind)) ?? mistake(`${base} 没有演示账号（${kinds.join('/')}）`)
  );
}

/** The operator of the agency: opening balances, overlays, jobs, integrity. */
export async function staffOf(world: World): Promise<Session> {
  if (!world.staff) {
    const account = await demoAccount(world.agencyUrl, ['STAFF']);
    const session = new Session(world.agencyUrl);
    await session.call('POST', '/api/login', { login: account.login, password: account.password });
    world.staff = session;
  }
  return world.staff;
}

export async function taxClerkOf(world: World): Promise<Session> {
  if (!world.taxClerk) {
    const account = await demoAccount(world.taxUrl, ['CLERK']);
    const session = new Session(world.taxUrl);
    await session.call('POST', '/api/login', { kind: 'CLERK', login: account.login, password: account.password });
    world.taxClerk = session;
  }
  return world.taxClerk;
}

export function currentOf(world: World): { readonly employer: Employer; readonly session: Session } {
  return world.current ?? mistake('还没有“身份 …”，不知道替谁办');
}
