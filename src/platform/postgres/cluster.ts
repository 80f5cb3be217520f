import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Binaries, type ServerAccount, serverEnvironment } from './binaries.ts';

/** Superuser of the embedded server; the programs use roles of their own. */
export const SUPERUSER = 'postgres';

/** Stands beside a new cluster that a cut of power might still damage; names the boot of the machine that made it. */
const unsynced = (cluster: string): string => `${cluster}.unsynced`;

const BOOT_ID = '/proc/sys/kernel/random/boot_id';
const bootOfMachine = (): string => (existsSync(BOOT_ID) ? readFileSync(BOOT_ID, 'utf8').trim() : '');

/**
 * A cluster whose first start a cut of power ended, before it was on disk, may lack pages: it is set aside, never deleted, and a new one
 * is made. After a mere kill all is there: the kernel keeps what was written.
 */
export function setAsideDamaged(cluster: string): void {
  const mark = unsynced(cluster);
  if (!existsSync(mark) || readFileSync(mark, 'utf8') === bootOfMachine()) return;
  if (existsSync(cluster)) renameSync(cluster, `${cluster}.damaged-${Date.now()}`);
  rmSync(mark, { force: true });
}

/** The name of a file that was made or removed is on disk, too. */
function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Runs initdb as the server's account. @throws Error with what it said. */
async function runInitdb(
  binaries: Binaries,
  args: readonly string[],
  account: ServerAccount | undefined,
): Promise<void> {
  const child = spawn(binaries.initdb, args, {
    ...{ stdio: ['ignore', 'ignore', 'pipe'], cwd: '/', env: serverEnvironment() },
    ...account,
  });
  let said = '';
  child.stderr?.on('data', (part: Buffer) => {
    said += part;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`initdb failed: ${said || code}`);
}

/** Disks take their time over the thousand files of a new cluster; the server works on them meanwhile. */
export async function makeDurable(
  binaries: Binaries,
  cluster: string,
  account: ServerAccount | undefined,
): Promise<void> {
  await runInitdb(binaries, ['--sync-only', '--pgdata', cluster], account);
  rmSync(unsynced(cluster), { force: true });
  // Else a cut of power could bring the mark back beside a cluster that is whole.
  syncFolder(dirname(cluster));
}

export async function initialise(
  binaries: Binaries,
  cluster: string,
  password: string,
  account: ServerAccount | undefined,
  durably: boolean,
): Promise<void> {
  // Made beside and renamed when complete: an interrupted first start leaves nothing that looks like a cluster.
  const draft = `${cluster}.new`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true, mode: 0o700 });
  const secret = mkdtempSync(join(account ? '/tmp' : tmpdir(), 'tongzheng-initdb-'));
  const passwordFile = join(secret, 'password');
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  if (account) for (const path of [draft, secret, passwordFile]) chownSync(path, account.uid, account.gid);
  const args = [
    ...['--pgdata', draft, '--username', SUPERUSER, '--auth', 'scram-sha-256', '--pwfile', passwordFile, '--no-sync'],
    ...['--encoding', 'UTF8', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8', '--locale', 'C'],
  ];
  try {
    await runInitdb(binaries, args, account);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw error;
  } finally {
    rmSync(secret, { recursive: true, force: true });
  }
  if (durably) writeFileSync(unsynced(cluster), bootOfMachine());
  renameSync(draft, cluster);
}

/** A new cluster that is not on disk yet. */
export const isUnsynced = (cluster: string): boolean => existsSync(unsynced(cluster));
