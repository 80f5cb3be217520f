import { spawn } from 'node:child_process';
import {
  appendFileSync,
  chownSync,
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { ServerAccount } from '../binaries.ts';
import { serverEnvironment } from '../binaries.ts';
import type { ClusterPlace } from '../index.ts';
import { restoreCommand } from './archive.ts';
import { readable } from './folder.ts';

export type RecoveryTarget = {
  /** ISO moment with its distance from UTC, real time; null: as far as the log goes. */
  readonly at: string | null;
  /** Folder of the archived log. */
  readonly log: string;
};

const OWN = '# 由统征恢复时写入；各项设置在启动时给出。\n';
const ACCESS =
  '# 只从本机、凭口令。\nhost all all 127.0.0.1/32 scram-sha-256\nhost replication all 127.0.0.1/32 scram-sha-256\n';

function write(file: string, content: string, account: ServerAccount | undefined): void {
  writeFileSync(file, content, { mode: 0o600 });
  if (account) chownSync(file, account.uid, account.gid);
}

/** A copied server may have its settings elsewhere (Debian) or made for another machine; here ours hold, its own stay to be read. */
export function writeConfiguration(cluster: string, account: ServerAccount | undefined): void {
  for (const [name, content] of [
    ['postgresql.conf', OWN],
    ['postgresql.auto.conf', OWN],
    ['pg_hba.conf', ACCESS],
    ['pg_ident.conf', ''],
  ] as const) {
    const file = join(cluster, name);
    if (existsSync(file)) renameSync(file, `${file}.from-backup`);
    write(file, content, account);
  }
  // Recovery with a signal ends on a new timeline, so that the log of the restored cluster is never taken for the old one's.
  write(join(cluster, 'recovery.signal'), '', account);
}

/** The server reads this setting before it knows names of zones, `Z` among them. */
function plain(at: string): string {
  return new Date(at).toISOString().replace('T', ' ').replace('Z', '+00');
}

function recoverySettings(until: RecoveryTarget | undefined): Readonly<Record<string, string>> {
  // Without an archive the log that came with the backup is all there is; recovery still wants a command to ask.
  if (!until) return { restore_command: 'false' };
  return {
    restore_command: restoreCommand(until.log),
    ...(until.at ? { recovery_target_time: plain(until.at), recovery_target_action: 'promote' } : {}),
  };
}

/** For a server of one's own: the same recovery, in its settings file. */
export function writeRecovery(cluster: string, account: ServerAccount | undefined, until: RecoveryTarget): void {
  const lines = Object.entries(recoverySettings(until)).map(
    ([key, value]) => `${key} = '${value.replaceAll("'", "''")}'\n`,
  );
  const file = join(cluster, 'postgresql.auto.conf');
  appendFileSync(file, lines.join(''), { mode: 0o600 });
  if (account) chownSync(file, account.uid, account.gid);
  write(join(cluster, 'recovery.signal'), '', account);
}

/**
 * Recovers the cluster in PostgreSQL's single-user mode, which nobody can connect to, and gives the superuser the password of this
 * data folder there. Ends when the cluster is consistent and shut down.
 */
export async function recover(place: ClusterPlace, logFile: string, until: RecoveryTarget | undefined): Promise<void> {
  const settings: Readonly<Record<string, string>> = {
    ...recoverySettings(until),
    // No visitors during recovery, so the sizes of the copied server need not be met.
    hot_standby: 'off',
    exit_on_error: 'on',
    log_error_verbosity: 'terse',
    // The statement below holds a password.
    log_min_error_statement: 'panic',
    timezone: 'Asia/Shanghai',
    log_timezone: 'Asia/Shanghai',
  };
  const log = openSync(logFile, 'w', 0o600);
  const flags = Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
  const child = spawn(place.binaries.postgres, ['--single', '-D', place.cluster, ...flags, 'template1'], {
    stdio: ['pipe', log, log],
    cwd: '/',
    env: serverEnvironment(),
    ...place.account,
  });
  closeSync(log);
  // A server that gives up early closes its end; what it said is in the log.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(
    "do $$ begin if not exists (select from pg_roles where rolname = 'postgres') then create role postgres; end if; end $$\n" +
      `alter role postgres with superuser replication login password '${place.password}'\n`,
  );
  const code = await new Promise<number | null>((done, fail) => {
    child.once('error', fail);
    child.once('exit', done);
  });
  if (code !== 0) throw new Error(explain(readFileSync(logFile, 'utf8'), until, logFile));
}

const atOf = (until: RecoveryTarget | undefined): string => (until?.at ? readable(until.at) : '');

function explain(said: string, until: RecoveryTarget | undefined, logFile: string): string {
  const last = /last completed transaction was at log time (\S+ \S+)/.exec(said)?.[1];
  if (/ended before configured recovery target/.test(said)) {
    const reached = last ? `，其中最后一笔是 ${last.slice(0, 19)}` : '，其中没有备份之后的内容';
    return `归档日志到不了 ${atOf(until)}${reached}。要恢复到日志的尽头，请用 --at latest`;
  }
  if (/before consistent recovery point/.test(said)) return `${atOf(until)} 早于备份完成的时刻，请用更早的备份`;
  if (/WAL ends before end of online backup|could not locate required checkpoint|invalid checkpoint/.test(said)) {
    return `备份所带的日志不完整，不能恢复；PostgreSQL 的说明在 ${logFile}`;
  }
  const fatal = /(?:FATAL|PANIC): +(.*)/.exec(said)?.[1] ?? '没有留下原因';
  return `PostgreSQL 恢复失败：${fatal}（全文在 ${logFile}）`;
}
