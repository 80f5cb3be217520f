import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandOf, isAlive, startMark } from '../../platform/postgres/processes.ts';

/** What runs in a data folder, for commands that want to talk to it (`integrity`). Holds the databases' passwords: owner only. */
export type Running = {
  readonly pid: number;
  /** Its start: the number alone may have been given to another process since. Absent: written by an earlier version. */
  readonly mark?: string;
  readonly agencyUrl: string;
  readonly taxUrl: string;
  readonly databaseUrl: string;
  readonly taxDatabaseUrl: string;
};

const FILE = 'running.json';

export function writeRunning(dataDir: string, running: Omit<Running, 'mark'>): void {
  const marked: Running = { ...running, mark: startMark(running.pid) };
  writeFileSync(join(dataDir, FILE), JSON.stringify(marked), { mode: 0o600 });
}

export function forgetRunning(dataDir: string): void {
  rmSync(join(dataDir, FILE), { force: true });
}

/** A launcher that was killed left its file: its programs may still be ending. */
export function wasKilled(dataDir: string): boolean {
  return existsSync(join(dataDir, FILE)) && findRunning(dataDir) === undefined;
}

/** Undefined when nothing runs there; a file left by a killed launcher does not count. */
export function findRunning(dataDir: string): Running | undefined {
  try {
    const running = JSON.parse(readFileSync(join(dataDir, FILE), 'utf8')) as Running;
    return isAlive(running.pid) && isTheWriter(running) ? running : undefined;
  } catch {
    return undefined;
  }
}

/** Without a mark: at least the program that a launcher is. */
function isTheWriter({ pid, mark }: Running): boolean {
  return mark === undefined ? /\bnode\b/.test(commandOf(pid)) : startMark(pid) === mark;
}
