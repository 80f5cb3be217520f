/** What a killed server leaves behind: a starter's child that still serves, or backends whose postmaster is gone, or only a stale file. */
import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { commandOf, isAlive, isTaken, waitForExit } from './processes.ts';

const STOP_TIMEOUT_MS = 30_000;
/** Backends notice within milliseconds that their postmaster is gone; one in a long statement when it next looks. */
const NOTICE_MS = 2_000;
const QUIT_MS = 10_000;

/** Waits until nothing of an earlier server works on the cluster any more, ending what does not end by itself. */
export async function endOrphans(cluster: string): Promise<void> {
  const file = join(cluster, 'postmaster.pid');
  const postmaster = existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : Number.NaN;
  const known = Number.isSafeInteger(postmaster) && postmaster > 1;
  if (known && isAlive(postmaster) && commandOf(postmaster).includes(cluster)) await endServer(postmaster, cluster);
  await endBackends(cluster);
  // PostgreSQL itself judges a file of a dead process, with the shared memory it names. It only cannot know that a number is in use again.
  if (known && isTaken(postmaster)) rmSync(file, { force: true });
}

async function endServer(pid: number, cluster: string): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    process.kill(pid, signal);
    if (await waitForExit(pid, STOP_TIMEOUT_MS)) return;
  }
  throw new Error(`a server (${pid}) left in ${cluster} does not end`);
}

/**
 * A backend without postmaster still holds the shared memory and may still write: a new server must not start beside it, and does not.
 * SIGQUIT makes it leave without touching anything; what it had not committed is gone, as in any crash.
 */
async function endBackends(cluster: string): Promise<void> {
  if (await gone(cluster, NOTICE_MS)) return;
  for (const signal of ['SIGQUIT', 'SIGKILL'] as const) {
    for (const pid of workingIn(cluster)) kill(pid, signal);
    if (await gone(cluster, QUIT_MS)) return;
  }
  throw new Error(`processes of an earlier server (${workingIn(cluster).join(', ')}) do not leave ${cluster}`);
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone in the meantime.
  }
}

async function gone(cluster: string, timeoutMs: number): Promise<boolean> {
  const until = Date.now() + timeoutMs;
  while (workingIn(cluster).length > 0) {
    if (Date.now() > until) return false;
    await sleep(20);
  }
  return true;
}

/** Every process of a server works in its cluster's folder. Linux tells; elsewhere starting again and again until it works must do. */
export function workingIn(cluster: string): number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc').flatMap((name) => {
    const pid = Number(name);
    if (!Number.isSafeInteger(pid) || pid === process.pid) return [];
    try {
      return readlinkSync(`/proc/${name}/cwd`) === cluster && commandOf(pid).startsWith('postgres: ') ? [pid] : [];
    } catch {
      return [];
    }
  });
}
