import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { freePort } from '../ports.ts';
import {
  type Binaries,
  locateBinaries,
  reachableByOthers,
  type ServerAccount,
  serverAccount,
  serverEnvironment,
} from './binaries.ts';
import { initialise, isUnsynced, makeDurable, SUPERUSER, setAsideDamaged } from './cluster.ts';
import { endOrphans } from './orphans.ts';
import { commandOf, isAlive, startMark } from './processes.ts';

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 30_000;
const REVIVE_PAUSE_MS = 5_000;
const LOG_BYTES_MAX = 10 * 1024 * 1024;

export type EmbeddedPostgresOptions = {
  /** Everything the server keeps lives here: cluster, password, log. Deleting the folder deletes the database. */
  readonly dataDir: string;
  /** Default: a free one. */
  readonly port?: number;
  /** Server settings beside ours, for instance `THROWAWAY`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** When the server ends by itself (killed, out of memory) it is started again on the same port, and told here; default: it stays down. */
  readonly keep?: (line: string) => void;
  /** A new server is given out before its files are on disk; who asks for it waits for `durable`. */
  readonly early?: boolean;
  /** By the restore that fills the folder: to everybody else half a cluster is refused. */
  readonly restoring?: boolean;
};

/** For a server that dies with its run: nothing of it must survive a cut of power, and nobody looks at its processes. */
export const THROWAWAY: Readonly<Record<string, string>> = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  update_process_title: 'off',
};

/** Stands in a data folder while a backup is being put into it: half a cluster must not be started. */
export const RESTORING = 'restoring.json';

export type EmbeddedPostgres = {
  readonly port: number;
  readonly pid: number;
  /** A new cluster is written to disk while it is already served; before this resolves a cut of power can lose it as a whole. */
  readonly durable: Promise<void>;
  /** Connection URL of the superuser for a database of this server. */
  url(database: string): string;
  /** Makes the database and its owner role if they are missing; returns the URL for that role. */
  ensureDatabase(database: string, role?: string): Promise<string>;
  /** Fast shutdown: open transactions are rolled back, everything committed is on disk. */
  stop(): Promise<void>;
};

type ServerFile = { readonly id: string; readonly password: string };

/**
 * Starts a real PostgreSQL from the npm binaries on 127.0.0.1 with password (SCRAM) and fsync on. A server left behind by a killed
 * starter is shut down first; a folder in use by a living starter is refused.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dataDir = resolve(options.dataDir);
  mkdirSync(dataDir, { recursive: true });
  const account = serverAccount();
  const binaries = locateBinaries(account);
  if (!options.restoring && existsSync(join(dataDir, RESTORING))) {
    throw new Error(`${dataDir} 的恢复没有做完，请再运行一次 npx tongzheng restore`);
  }
  const release = claim(dataDir);
  const server = serverFile(dataDir);
  const cluster = clusterFolder(dataDir, server.id, account);
  await endOrphans(cluster);
  setAsideDamaged(cluster);
  // A test's server that dies with its run is never asked whether it is on disk.
  const durably = options.settings?.fsync !== 'off';
  const isNew = !existsSync(join(cluster, 'PG_VERSION'));
  if (isNew) await initialise(binaries, cluster, server.password, account, durably);
  const durable = durably && isUnsynced(cluster) ? makeDurable(binaries, cluster, account) : Promise.resolve();
  // Whoever waits for it is told of a failure; nobody else is to fall over it.
  durable.catch(() => undefined);

  const url = (port: number, database: string) =>
    `postgres://${SUPERUSER}:${server.password}@127.0.0.1:${port}/${database}`;
  const boot = async (wanted: number | undefined): Promise<Booted> => {
    const until = Date.now() + START_TIMEOUT_MS;
    for (;;) {
      const port = wanted ?? (await freePort());
      const child = launch(binaries, cluster, join(dataDir, 'postgres.log'), port, account, options.settings ?? {});
      const exited = new Promise<void>((done) => child.once('exit', () => done()));
      if (await ready(url(port, 'postgres'), child, until)) return { port, child, exited };
      // Backends of a killed server hold its shared memory for a moment, and a free port can be taken between asking and listening.
      if (Date.now() > until) {
        throw new Error(`embedded PostgreSQL did not start; its log: ${join(dataDir, 'postgres.log')}`);
      }
      await sleep(300);
    }
  };

  let current = await boot(options.port);
  const { port } = current;
  let stopping = false;
  let reviving: Promise<void> | undefined;
  const watch = (say: (line: string) => void): void => {
    void current.exited.then(() => {
      if (!stopping) reviving = revive(say);
    });
  };
  const revive = async (say: (line: string) => void): Promise<void> => {
    say('数据库意外退出，正在重新启动');
    while (!stopping) {
      try {
        await endOrphans(cluster);
        if (stopping) return;
        current = await boot(port);
        watch(say);
        return;
      } catch (error) {
        say((error as Error).message);
        await sleep(REVIVE_PAUSE_MS, undefined, { ref: false });
      }
    }
  };
  if (options.keep) watch(options.keep);
  if (!options.early) await durable;
  return {
    port,
    durable,
    get pid() {
      return current.child.pid as number;
    },
    url: (database) => url(port, database),
    ensureDatabase: (database, role) => ensureDatabase(url(port, 'postgres'), server.password, database, role),
    stop: async () => {
      stopping = true;
      await reviving;
      await durable.catch(() => undefined);
      const { child, exited } = current;
      if (child.exitCode === null && child.signalCode === null) {
        child.ref();
        child.kill('SIGINT');
        const ended = await Promise.race([exited.then(() => true), sleep(STOP_TIMEOUT_MS, false, { ref: false })]);
        if (!ended) child.kill('SIGQUIT');
        await exited;
      }
      release();
    },
  };
}

type Booted = { readonly port: number; readonly child: ChildProcess; readonly exited: Promise<void> };

export type ClusterPlace = {
  readonly cluster: string;
  readonly account: ServerAccount | undefined;
  readonly binaries: Binaries;
  /** Of the superuser, made for this folder. */
  readonly password: string;
};

/** Where the cluster of a data folder lies, for what puts one there itself. */
export function clusterPlace(dataDir: string): ClusterPlace {
  const account = serverAccount();
  const binaries = locateBinaries(account);
  const { id, password } = serverFile(dataDir);
  return { cluster: clusterFolder(dataDir, id, account), account, binaries, password };
}

/** Superuser URL of the server somebody else started on this folder; undefined when none runs. */
export function runningServerUrl(dataDir: string, database: string): string | undefined {
  const server = readJson<ServerFile>(join(dataDir, 'server.json'));
  if (!server) return undefined;
  const places = [join(resolve(dataDir), 'postgres'), join('/var/lib/tongzheng', server.id)];
  const cluster = places.find((place) => existsSync(join(place, 'postmaster.pid')));
  if (!cluster) return undefined;
  // Its lines: process, folder, start, port …; a file left by a power cut may name a process of somebody else.
  const [pid, , , port] = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n');
  if (!port || !isAlive(Number(pid)) || !commandOf(Number(pid)).includes(cluster)) return undefined;
  return `postgres://${SUPERUSER}:${server.password}@127.0.0.1:${port}/${database}`;
}

const STARTER = 'starter.json';

/** What a data folder keeps when everything else in it is made anew: whose it is, and its password. */
export const KEPT: readonly string[] = [RESTORING, STARTER, 'server.json'];

/** One living starter per folder. Returns what gives it back. */
export function claim(dataDir: string): () => void {
  const file = join(dataDir, STARTER);
  if (existsSync(file)) {
    const owner = readJson<{ pid: number; mark: string }>(file);
    if (owner && owner.pid !== process.pid && isAlive(owner.pid) && startMark(owner.pid) === owner.mark) {
      throw new Error(
        `数据目录 ${dataDir} 正由另一个进程（${owner.pid}）使用；请先停止它，或用 TONGZHENG_DATA 指定另一个目录`,
      );
    }
  }
  writeFileSync(file, JSON.stringify({ pid: process.pid, mark: startMark(process.pid) }));
  return () => rmSync(file, { force: true });
}

function readJson<T>(file: string): T | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T;
  } catch {
    return undefined;
  }
}

function serverFile(dataDir: string): ServerFile {
  const file = join(dataDir, 'server.json');
  const known = readJson<ServerFile>(file);
  if (known) return known;
  const made = { id: randomBytes(8).toString('hex'), password: randomBytes(24).toString('hex') };
  writeFileSync(file, JSON.stringify(made), { mode: 0o600 });
  return made;
}

/**
 * `<dataDir>/postgres`, except as root under a folder that the server's account cannot enter: then /var/lib/tongzheng/<id>. The id
 * is kept in dataDir, so a deleted dataDir still means a new database.
 */
function clusterFolder(dataDir: string, id: string, account: ServerAccount | undefined): string {
  const inside = join(dataDir, 'postgres');
  // A private folder of ours in a public place (mkdtemp): to pass through it is enough, nothing in it becomes readable.
  if (account && !reachableByOthers(dataDir) && reachableByOthers(dirname(dataDir))) {
    chmodSync(dataDir, statSync(dataDir).mode | 0o011);
  }
  const cluster = account && !reachableByOthers(dataDir) ? join('/var/lib/tongzheng', id) : inside;
  mkdirSync(cluster, { recursive: true });
  chmodSync(cluster, 0o700);
  if (account) chownSync(cluster, account.uid, account.gid);
  return cluster;
}

function launch(
  binaries: Binaries,
  cluster: string,
  logFile: string,
  port: number,
  account: ServerAccount | undefined,
  settings: Readonly<Record<string, string>>,
): ChildProcess {
  const all = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    shared_buffers: '128MB',
    timezone: 'Asia/Shanghai',
    // A new database knows nothing of its tables: asked of one region, the planner would expect a row where there are all. It looks soon.
    autovacuum_naptime: '10s',
    // An error's details hold whole rows, names and identity numbers among them (wire.md §10 test 76).
    log_error_verbosity: 'terse',
    ...settings,
  };
  const log = openSync(logFile, existsSync(logFile) && statSync(logFile).size > LOG_BYTES_MAX ? 'w' : 'a');
  const child = spawn(
    binaries.postgres,
    ['-D', cluster, '-p', String(port), ...Object.entries(all).flatMap(([key, value]) => ['-c', `${key}=${value}`])],
    // A session of its own: Ctrl-C in the terminal reaches the starter, which then stops the server last.
    { stdio: ['ignore', log, log], detached: true, cwd: '/', env: serverEnvironment(), ...account },
  );
  closeSync(log);
  child.unref();
  return child;
}

async function ready(url: string, child: ChildProcess, until: number): Promise<boolean> {
  while (Date.now() < until) {
    if (child.exitCode !== null || child.signalCode !== null) return false;
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query('select 1');
      return true;
    } catch {
      await sleep(30);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
  child.kill('SIGQUIT');
  return false;
}

async function ensureDatabase(adminUrl: string, secret: string, database: string, role = database): Promise<string> {
  const password = createHmac('sha256', secret).update(role).digest('hex');
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query(`select pg_advisory_lock(hashtext('tongzheng-ensure-database'))`);
    const name = client.escapeIdentifier(database);
    const owner = client.escapeIdentifier(role);
    const roles = await client.query('select 1 from pg_roles where rolname = $1', [role]);
    await client.query(
      `${roles.rowCount ? 'alter' : 'create'} role ${owner} with login password ${client.escapeLiteral(password)}`,
    );
    const found = await client.query('select 1 from pg_database where datname = $1', [database]);
    if (!found.rowCount) await client.query(`create database ${name} owner ${owner}`);
  } finally {
    await client.end();
  }
  const url = new URL(adminUrl);
  url.username = role;
  url.password = password;
  url.pathname = `/${database}`;
  return url.href;
}
