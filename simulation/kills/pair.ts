/** The real thing under attack: `npm start` of a data folder of its own, with its database (fsync on), and the processes it consists of. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Running } from '../../src/app/launcher/running.ts';
import { workingIn } from '../../src/platform/postgres/orphans.ts';
import { commandOf, isAlive, waitForExit } from '../../src/platform/postgres/processes.ts';
import type { Random } from '../random.ts';

export type Victim = 'agency' | 'tax' | 'launcher' | 'backend' | 'postmaster';

const MAIN = fileURLToPath(new URL('../../src/app/main.ts', import.meta.url));
const HEALTHY_MS = 120_000;

export type Pair = {
  readonly agencyUrl: string;
  readonly taxUrl: string;
  databases(): Pick<Running, 'databaseUrl' | 'taxDatabaseUrl'>;
  /** Both programs answer that they are ready. */
  healthy(): Promise<void>;
  /** kill -9; the processes that were hit. A launcher is started again at once, the rest is its work. */
  kill(victims: readonly Victim[], random: Random): string[];
  stop(): Promise<void>;
};

/** Processes whose parent is `parent` and whose command line holds `text`. */
function childrenOf(parent: number, text: string): number[] {
  return readdirSync('/proc').flatMap((name) => {
    const pid = Number(name);
    if (!Number.isSafeInteger(pid)) return [];
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const ppid = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      return ppid === parent && commandOf(pid).includes(text) ? [pid] : [];
    } catch {
      return [];
    }
  });
}

async function ready(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(3_000) })).ok;
  } catch {
    return false;
  }
}

export function startPair(dataDir: string, port: number, taxPort: number): Pair {
  mkdirSync(dataDir, { recursive: true, mode: 0o755 });
  const cluster = join(dataDir, 'postgres');
  const urls = { agencyUrl: `http://127.0.0.1:${port}`, taxUrl: `http://127.0.0.1:${taxPort}` };
  let launcher: ChildProcess;
  let stopping = false;

  function start(): void {
    if (stopping) return;
    const log = openSync(join(dataDir, 'launcher.log'), 'a');
    launcher = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN], {
      stdio: ['ignore', log, log],
      env: {
        ...process.env,
        DATABASE_URL: '',
        TAX_DATABASE_URL: '',
        TONGZHENG_DATA: dataDir,
        TONGZHENG_MODE: 'demo',
        PORT: String(port),
        TAX_PORT: String(taxPort),
      },
    });
    closeSync(log);
    const mine = launcher;
    mine.once('exit', (code) => {
      // A start that found something of its predecessor in the way is tried again, as a supervisor of the system does.
      if (launcher === mine && code !== null) setTimeout(start, 300);
    });
  }

  const postmaster = (): number[] => {
    try {
      const pid = Number(readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n')[0]);
      return isAlive(pid) && commandOf(pid).includes(cluster) ? [pid] : [];
    } catch {
      return [];
    }
  };
  const programsOf = (victim: 'agency' | 'tax'): number[] =>
    childrenOf(launcher.pid ?? 0, victim === 'agency' ? join('src', 'app', 'server.ts') : join('tax', 'main.ts'));
  const pidsOf = (victim: Victim, random: Random): number[] => {
    if (victim === 'launcher') return [launcher.pid ?? 0];
    if (victim === 'agency' || victim === 'tax') return programsOf(victim);
    if (victim === 'postmaster') return postmaster();
    const backends = workingIn(cluster).filter((pid) => commandOf(pid).startsWith('postgres: tongzheng'));
    const one = random.pick(backends);
    return one === undefined ? [] : [one];
  };

  start();
  return {
    ...urls,
    databases: () => JSON.parse(readFileSync(join(dataDir, 'running.json'), 'utf8')) as Running,
    async healthy() {
      const until = Date.now() + HEALTHY_MS;
      // Programs of a launcher that was killed answer for a moment longer: only those of the living one count.
      const own = () => (['agency', 'tax'] as const).every((victim) => programsOf(victim).length > 0);
      while (!((await ready(urls.agencyUrl)) && (await ready(urls.taxUrl)) && own())) {
        if (Date.now() > until) throw new Error(`not healthy after ${HEALTHY_MS / 1000} s; see ${dataDir}`);
        await sleep(100);
      }
    },
    kill(victims, random) {
      const targets = victims.map((victim) => ({ victim, pids: pidsOf(victim, random) }));
      for (const { pids } of targets) {
        for (const pid of pids) {
          try {
            process.kill(pid, 'SIGKILL');
          } catch {
            // Ended in the same instant.
          }
        }
      }
      if (victims.includes('launcher')) start();
      return targets.flatMap(({ victim, pids }) => pids.map(() => victim));
    },
    async stop() {
      stopping = true;
      const pid = launcher.pid ?? 0;
      launcher.kill('SIGTERM');
      if (!(await waitForExit(pid, 30_000))) throw new Error(`launcher ${pid} does not end`);
    },
  };
}
