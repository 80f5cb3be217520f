import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { PROGRAM_FLAGS } from '../../platform/node-flags.ts';
import { WAITS } from '../../platform/told.ts';

export type ProgramOptions = {
  readonly name: string;
  /** The TypeScript file that Node runs. */
  readonly file: string;
  /** Asked at every start: a program that comes back begins with the clock as it is, not as it was. */
  readonly env: () => NodeJS.ProcessEnv;
  /** What is known only later: the program loads meanwhile (guard.ts). */
  readonly later?: Promise<NodeJS.ProcessEnv>;
  /** `/healthz` of the program. */
  readonly healthUrl: string;
  readonly log: (line: string) => void;
  /** Where its own log lines go; undefined: to our standard output. */
  readonly logFile: string | undefined;
  /** Called when the program answers again after a crash. */
  readonly onRestarted?: () => Promise<void>;
};

export type Program = {
  readonly name: string;
  pid(): number | undefined;
  /** Resolves when the program answers; rejects when it ended or the time is over. */
  ready(timeoutMs: number): Promise<void>;
  stop(): Promise<void>;
  /** kill -9 and back again at once, for tests of what a crash leaves behind; resolves when the program answers. */
  crash(): Promise<void>;
  /** What a program sees when its launcher dies: the pipe closes and nobody starts it again. For tests. */
  abandon(): void;
};

const GUARD = new URL('guard.ts', import.meta.url).href;
const BACKOFF_MS = [500, 1_000, 2_000, 5_000, 10_000, 30_000];
/** One that ran this long has started well: what ended it is not its start. */
const STEADY_MS = 10_000;
const STOP_TIMEOUT_MS = 15_000;

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(3_000) })).ok;
  } catch {
    return false;
  }
}

/** Starts a program as a child process and starts it again, with growing pauses, when it ends by itself. */
export function supervise(options: ProgramOptions): Program {
  let stopping = false;
  let crashing = false;
  let failures = 0;
  let child: ChildProcess;
  let startedAt = 0;
  let known: NodeJS.ProcessEnv | undefined = options.later ? undefined : {};
  // When it fails the launcher stops the programs.
  options.later?.then(
    (env) => {
      known = env;
      child.stdin?.write(`${JSON.stringify(env)}\n`);
    },
    () => undefined,
  );

  function launch(): void {
    startedAt = Date.now();
    const output = options.logFile ? openSync(options.logFile, 'a') : 'inherit';
    child = spawn(process.execPath, [...process.execArgv, ...PROGRAM_FLAGS, '--import', GUARD, options.file], {
      // A group of its own: Ctrl+C reaches the launcher, which stops its programs in order.
      detached: true,
      // The open pipe tells the program that we live (guard.ts).
      stdio: ['pipe', output, 'inherit'],
      env: { ...options.env(), ...(known ?? { [WAITS]: '1' }) },
    });
    if (typeof output === 'number') closeSync(output);
    // One that ended before it was told is told when it starts again.
    child.stdin?.on('error', () => undefined);
    child.once('exit', (code, signal) => void restart(code, signal));
  }

  async function restart(code: number | null, signal: NodeJS.Signals | null): Promise<void> {
    if (stopping || crashing) return;
    failures = Date.now() - startedAt > STEADY_MS ? 0 : failures + 1;
    const pause = BACKOFF_MS[Math.min(failures, BACKOFF_MS.length) - 1] ?? BACKOFF_MS[0] ?? 500;
    options.log(`${options.name} 意外退出（${signal ?? code}），${pause / 1000} 秒后重新启动`);
    await sleep(pause);
    if (stopping) return;
    launch();
    // However often it fell before: it is told what it missed as soon as it answers.
    if (await answersWithin(120_000, () => false)) await options.onRestarted?.();
  }

  async function answersWithin(timeoutMs: number, givenUp: () => boolean): Promise<boolean> {
    const until = Date.now() + timeoutMs;
    while (Date.now() < until && !stopping && !givenUp()) {
      if (await answers(options.healthUrl)) return true;
      await sleep(100);
    }
    return false;
  }

  async function ready(timeoutMs: number): Promise<void> {
    if (await answersWithin(timeoutMs, () => failures >= 3)) return;
    if (failures >= 3) throw new Error(`${options.name} 连续退出，无法启动`);
    throw new Error(`${options.name} 在 ${timeoutMs / 1000} 秒内没有就绪`);
  }

  launch();
  return {
    name: options.name,
    pid: () => child.pid,
    ready,
    async crash() {
      crashing = true;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
      crashing = false;
      launch();
      await ready(120_000);
      await options.onRestarted?.();
    },
    abandon() {
      stopping = true;
      child.stdin?.end();
    },
    async stop() {
      stopping = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      const inTime = await Promise.race([ended.then(() => true), sleep(STOP_TIMEOUT_MS, false, { ref: false })]);
      if (!inTime) child.kill('SIGKILL');
      await ended;
    },
  };
}
