/**
 * `npm run simulate -- --seed S --months M`: a small city lives under faults, both programs in one process.
 * `--seeds N` lives from that seed on, `--jobs J` at the same time, `--log FILE` keeps each result and leaves out what it holds already.
 * A failing seed prints its steps, is shrunk to a short story and is played again exactly with the same seed.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Month, parseMonth } from '../src/kernel/month.ts';
import { startEmbeddedPostgres, THROWAWAY } from '../src/platform/postgres/index.ts';
import { databasesOn } from './databases.ts';
import { openLog } from './log.ts';
import { playSeed, type SeedInput, type SeedResult } from './seed.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '1' },
    months: { type: 'string', default: '6' },
    start: { type: 'string', default: '2023-01' },
    jobs: { type: 'string', default: '1' },
    log: { type: 'string' },
    verbose: { type: 'boolean', default: false },
    'no-shrink': { type: 'boolean', default: false },
    'until-failure': { type: 'boolean', default: false },
    /** The server of the parent, for the processes it starts itself. */
    server: { type: 'string' },
  },
});
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const whole = (text: string): number => (/^[1-9]\d{0,5}$/.test(text) ? Number(text) : 0);

/** Named by their port there. */
const SOCKETS = '/tmp';

if (values.server) await serve(values.server);
else process.exitCode = await lead();

/** A process of `--jobs`: plays the seeds it is given, one after the other. */
async function serve(url: string): Promise<void> {
  const databases = databasesOn(url, SOCKETS);
  process.on('message', (input: SeedInput) => {
    void playSeed(databases, input).then(
      (result) => process.send?.(result),
      (error: unknown) => {
        process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
        process.exit(1);
      },
    );
  });
  process.on('disconnect', () => process.exit(0));
  process.send?.('ready');
}

async function lead(): Promise<number> {
  const from = parseMonth(values.start);
  const [months, seeds, jobs] = [whole(values.months), whole(values.seeds), whole(values.jobs)];
  if (!from || !months || !seeds || !jobs) {
    process.stderr.write(
      '用法：npm run simulate -- --seed 1 --months 6 [--seeds 10] [--jobs 2] [--log 文件] [--start 2023-01] [--verbose] [--no-shrink] [--until-failure]\n',
    );
    return 2;
  }
  const dataDir = mkdtempSync(join(tmpdir(), 'tongzheng-simulate-'));
  chmodSync(dataDir, 0o755);
  const server = await startEmbeddedPostgres({
    dataDir,
    settings: {
      ...THROWAWAY,
      jit: 'off',
      // A life is analysed by its own months, not by the machine's.
      autovacuum: 'off',
      // Nobody watches this server, and nothing of it is kept.
      ...{ track_activities: 'off', track_counts: 'off', wal_level: 'minimal' },
      ...{ max_wal_senders: '0', checkpoint_timeout: '1h', max_wal_size: '8GB' },
      // The tables stay small and the same statements come again and again.
      plan_cache_mode: 'force_generic_plan',
      unix_socket_directories: SOCKETS,
    },
  });
  const end = async (): Promise<void> => {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  // Stopped from outside: the server and its folder go with the run.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void end().finally(() => process.exit(130)));
  }
  try {
    return await playAll({ from, months, seeds, jobs, url: server.url('postgres') });
  } finally {
    await end();
  }
}

type Wanted = {
  readonly from: Month;
  readonly months: number;
  readonly seeds: number;
  readonly jobs: number;
  readonly url: string;
};

async function playAll({ from, months, seeds, jobs, url }: Wanted): Promise<number> {
  const log = openLog(values.log, from, months);
  const started = performance.now();
  const names = Array.from({ length: seeds }, (_, index) =>
    /^\d+$/.test(values.seed) ? String(Number(values.seed) + index) : `${values.seed}${index || ''}`,
  );
  const known = names.filter((seed) => log.done.has(seed));
  if (known.length > 0) say(`${known.length} 个种子在 ${values.log} 里已有结果，不再重跑`);
  const queue = names.filter((seed) => !log.done.has(seed));
  const results: SeedResult[] = known.flatMap((seed) => log.done.get(seed) ?? []);
  let stop = false;

  const take = (result: SeedResult): void => {
    log.add(result);
    results.push(result);
    tell(result);
    if (result.violations.length > 0 && values['until-failure']) stop = true;
  };
  const inputOf = (seed: string): SeedInput => ({ seed, from, months, shrinks: !values['no-shrink'] });
  const next = (): string | undefined => (stop ? undefined : queue.shift());
  if (jobs === 1) {
    const databases = databasesOn(url, SOCKETS);
    for (let seed = next(); seed; seed = next()) {
      take(await playSeed(databases, inputOf(seed), values.verbose ? say : undefined));
    }
  } else {
    await Promise.all(Array.from({ length: jobs }, () => feed(url, next, inputOf, take)));
  }
  summarise(results, seeds, months, (performance.now() - started) / 1000);
  return results.length < seeds || results.some((one) => one.violations.length > 0) ? 1 : 0;
}

/** A process that gets one seed after the other. */
async function feed(
  url: string,
  next: () => string | undefined,
  inputOf: (seed: string) => SeedInput,
  take: (result: SeedResult) => void,
): Promise<void> {
  const child: ChildProcess = fork(fileURLToPath(import.meta.url), ['--server', url], { execArgv: process.execArgv });
  await new Promise<void>((resolve, reject) => {
    // Killed for its memory it has no code: its seed must not be missing in silence.
    child.once('exit', (code, signal) =>
      code === 0 ? resolve() : reject(new Error(`a process of the simulation ended with ${code ?? signal}`)),
    );
    child.on('message', (message: 'ready' | SeedResult) => {
      if (message !== 'ready') take(message);
      const seed = next();
      if (seed) child.send(inputOf(seed));
      else child.disconnect();
    });
  });
}

function tell({ seed, steps, months, seconds, violations, failedAt, story, hash }: SeedResult): void {
  if (violations.length === 0) {
    say(`种子 ${seed}：${steps} 步，${months} 个月，${seconds.toFixed(1)} 秒，没有违反（${hash}）`);
    return;
  }
  say(`种子 ${seed}：第 ${failedAt ?? '末'} 步后违反\n${violations.join('\n')}`);
  if (story) say(`缩到 ${story.length} 步：\n${story.join('\n')}`);
}

function summarise(results: readonly SeedResult[], seeds: number, months: number, realSeconds: number): void {
  const failed = results.filter((one) => one.violations.length > 0);
  const totals: Record<string, number> = {};
  for (const { counts } of results)
    for (const [what, n] of Object.entries(counts)) totals[what] = (totals[what] ?? 0) + n;
  const seconds = results.reduce((sum, one) => sum + one.seconds, 0);
  say(
    `${results.length} / ${seeds} 个种子 × ${months} 个月，合计 ${seconds.toFixed(0)} 秒，平均 ${(seconds / Math.max(1, results.length)).toFixed(1)} 秒，本次 ${realSeconds.toFixed(0)} 秒，失败 ${failed.length}${failed.length > 0 ? `：${failed.map((one) => one.seed).join('、')}` : ''}`,
  );
  say(
    Object.entries(totals)
      .sort()
      .map(([what, n]) => `${what} ${n}`)
      .join('，'),
  );
}
