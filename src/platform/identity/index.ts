import { createHash, randomBytes } from 'node:crypto';
import { refuse } from '../../kernel/errors.ts';
import { ulid } from '../../kernel/ids.ts';
import type { Db, Executor } from '../db.ts';
import { type PortalName, portalOf } from '../http/portals.ts';
import type { Principal } from '../http/principal.ts';
import { hashPassword, verifyPassword } from './password.ts';
import {
  type Account,
  clearFailures,
  confirmScan,
  consumeScan,
  countDemoAccounts,
  findAccount,
  findAccountById,
  findScan,
  findSessionPrincipal,
  insertAccount,
  insertScan,
  insertSession,
  revokeSession,
  takeTry,
} from './store.ts';

export { disableAccount, listDemoAccounts } from './store.ts';

/** The password of every demo account; demo accounts exist only in demo and test mode. */
export const DEMO_PASSWORD = 'Yangli-2023';
/** LOG-001, verbatim (HB-LOG-01). */
const NOT_AUTHORISED = '该经办人未授权，请先报送《社保网上办事服务大厅登陆授权信息采集表》';

const TRIES_MAX = 5;
const LOCK_MINUTES = 15;
const SESSION_HOURS = 10;
export const SCAN_SECONDS = 120;

const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex');

let demoHash: Promise<string> | undefined;

/** A password that is printed at every start needs no salt of its own for each account: it is hashed once. */
function hashOf(password: string): Promise<string> {
  if (password !== DEMO_PASSWORD) return hashPassword(password);
  demoHash ??= hashPassword(password);
  return demoHash;
}

export async function createAccount(
  on: Executor,
  input: {
    readonly login: string;
    readonly password: string;
    readonly kind: Principal['kind'];
    readonly name: string;
    readonly region: string;
    readonly employerNo?: string;
    readonly idNo?: string;
    readonly mobile?: string;
    readonly roles?: readonly string[];
    readonly demo?: boolean;
  },
): Promise<void> {
  const created = await insertAccount(on, {
    accountId: ulid(),
    login: input.login,
    kind: input.kind,
    name: input.name,
    passwordHash: await hashOf(input.password),
    idNo: input.idNo ?? null,
    mobile: input.mobile ?? null,
    employerNo: input.employerNo ?? null,
    region: input.region,
    roles: input.roles ?? [],
    demo: input.demo ?? false,
  });
  if (!created) refuse({ code: 'LOG-005', message: `账号 ${input.login} 已存在`, next: '请换一个账号名。' }, 409);
}

/** Production never runs with accounts whose password is printed at start (design §6). */
export async function refuseDemoAccounts(db: Db): Promise<void> {
  const count = await countDemoAccounts(db);
  if (count > 0) throw new Error(`生产模式下不能有演示账号（现有 ${count} 个），请先停用`);
}

async function openSession(db: Db, accountId: string): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  await insertSession(db, { tokenHash: hashToken(token), sessionId: ulid(), accountId, hours: SESSION_HOURS });
  return token;
}

export function principalOf(db: Db, token: string): Promise<Principal | undefined> {
  return findSessionPrincipal(db, hashToken(token));
}

export function closeSession(db: Db, token: string): Promise<void> {
  return revokeSession(db, hashToken(token));
}

/** The last attempt under way for a name: attempts of one name come one after the other, so that nobody's own take each other's tries. */
const underWay = new Map<string, Promise<unknown>>();

async function oneAtATime<T>(name: string, work: () => Promise<T>): Promise<T> {
  const before = underWay.get(name) ?? Promise.resolve();
  const mine = before.then(work, work);
  const settled = mine.catch(() => undefined);
  underWay.set(name, settled);
  try {
    return await mine;
  } finally {
    if (underWay.get(name) === settled) underWay.delete(name);
  }
}

/** A hash to compare with when the login is unknown, so that the answer takes as long. */
let decoy: Promise<string> | undefined;

/**
 * Checks the password. A wrong one is counted by the name that was typed, and an unknown name is answered exactly as a known one: nobody
 * learns here which accounts exist, nor that one is disabled without its password. Refusals say how many tries are left and the way out (ui §13).
 */
function checkPassword(db: Db, login: string, password: string): Promise<Account> {
  // What was typed may be an identity number or a password in the wrong field: only its hash is kept.
  const nameHash = hashToken(login);
  return oneAtATime(nameHash, () => tryPassword(db, nameHash, login, password));
}

async function tryPassword(db: Db, nameHash: string, login: string, password: string): Promise<Account> {
  const tries = await takeTry(db, nameHash, TRIES_MAX, LOCK_MINUTES);
  if (tries === undefined) {
    return refuse(
      {
        code: 'LOG-004',
        message: '账号暂时锁定',
        why: `密码连续错了 ${TRIES_MAX} 次。`,
        next: `请 ${LOCK_MINUTES} 分钟后再试；忘了密码请联系单位法人或经办机构。`,
      },
      429,
    );
  }
  const account = await findAccount(db, login);
  decoy ??= hashPassword('decoy');
  const right = await verifyPassword(password, account?.passwordHash ?? (await decoy));
  if (!account || !right) {
    const left = TRIES_MAX - tries;
    return refuse(
      {
        code: 'LOG-007',
        message: '账号或密码不对',
        why:
          left > 0
            ? `已连续输错 ${tries} 次，还可以试 ${left} 次，之后锁定 ${LOCK_MINUTES} 分钟。`
            : `已连续输错 ${tries} 次，锁定 ${LOCK_MINUTES} 分钟。`,
        next: '请核对账号和密码；忘记密码请到办事大厅重置。',
        field: 'password',
      },
      401,
    );
  }
  await clearFailures(db, nameHash);
  if (account.disabled) {
    refuse({ code: 'PERM-003', message: '账户已封禁', why: '该账号已停用。', next: '请联系单位法人或经办机构。' }, 403);
  }
  return account;
}

export type LoginResult =
  | { readonly kind: 'session'; readonly token: string; readonly principal: Principal }
  | { readonly kind: 'scan'; readonly code: string };

/** Legal accounts and staff by password; agents go on to scan their social-security card (HB-LOG-01). */
export async function login(db: Db, loginName: string, password: string, portal?: PortalName): Promise<LoginResult> {
  const account = await checkPassword(db, loginName, password);
  const own = portalOf(account.kind).name;
  if (portal && portal !== own) {
    const link = own === 'office' ? { label: '去工作台', to: '/office/login' } : { label: '去单位网厅', to: '/login' };
    refuse({ code: 'LOG-009', message: '这个账号不从这里登录', next: `请${link.label}登录。`, link }, 403);
  }
  if (account.kind === 'AGENT') return { kind: 'scan', code: await startScan(db, account.accountId) };
  const token = await openSession(db, account.accountId);
  const principal = await principalOf(db, token);
  if (!principal) throw new Error('session vanished');
  return { kind: 'session', token, principal };
}

async function startScan(db: Db, accountId: string): Promise<string> {
  const code = randomBytes(15).toString('base64url');
  await insertScan(db, code, accountId, SCAN_SECONDS);
  return code;
}

/** The phone side: the card holder must be the agent who typed the password; anybody else is not authorised (LOG-001). */
export async function confirmByPhone(db: Db, code: string, holderLogin: string): Promise<void> {
  const scan = await findScan(db, code);
  if (!scan || scan.expired || scan.used) {
    refuse(
      {
        code: 'LOG-006',
        message: '二维码已失效',
        why: '二维码两分钟有效，只能用一次。',
        next: '请在电脑上重新登录。',
      },
      410,
    );
  }
  const holder = await findAccount(db, holderLogin);
  if (!holder || holder.disabled || holder.accountId !== scan.accountId) {
    refuse(
      {
        code: 'LOG-001',
        message: NOT_AUTHORISED,
        why: '这张电子社保卡不属于正在登录的经办人。',
        next: '请由已授权的经办人扫码。',
      },
      403,
    );
  }
  if (!(await confirmScan(db, code)) && scan.state !== 'CONFIRMED') {
    refuse({ code: 'LOG-006', message: '二维码已失效', next: '请在电脑上重新登录。' }, 410);
  }
}

/** How a code stands; looking changes nothing. */
export async function scanStatus(db: Db, code: string): Promise<'WAITING' | 'CONFIRMED' | 'EXPIRED'> {
  const scan = await findScan(db, code);
  if (!scan || scan.expired || scan.used) return 'EXPIRED';
  return scan.state === 'CONFIRMED' ? 'CONFIRMED' : 'WAITING';
}

/**
 * The desktop side asks; the first ask after the confirmation opens the session. By POST with our header, as every act: nobody is signed
 * in by following a link. A code that has run out is not renewed; the password is asked again.
 */
export async function openScanSession(
  db: Db,
  code: string,
): Promise<
  | { readonly state: 'WAITING' | 'EXPIRED' }
  | { readonly state: 'CONFIRMED'; readonly token: string; readonly principal: Principal }
> {
  const scan = await findScan(db, code);
  if (!scan || scan.expired || scan.used) return { state: 'EXPIRED' };
  if (scan.state !== 'CONFIRMED' || !(await consumeScan(db, code))) return { state: 'WAITING' };
  const account = await findAccountById(db, scan.accountId);
  if (!account || account.disabled) return { state: 'EXPIRED' };
  const token = await openSession(db, account.accountId);
  const principal = await principalOf(db, token);
  return principal ? { state: 'CONFIRMED', token, principal } : { state: 'EXPIRED' };
}
