/**
 * `npm run simulate -- --seed S --months M [--seeds N] [--from 2023-01] [--verbose] [--no-shrink] [--until-failure]`: a small city lives under faults, both programs in
 * one process. A failing seed prints its steps, is shrunk to a short list and can be played again with the same seed.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parseMonth } from '../src/kernel/month.ts';
import { startEmbeddedPostgres } from '../src/platform/postgres/index.ts';
import { databasesOn } from './databases.ts';
import { runSteps } from './run.ts';
import { shrink } from './shrink.ts';
import { planSteps } from './steps.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '1' },
    months: { type: 'string', default: '6' },
    from: { type: 'string', default: '2023-01' },
    verbose: { type: 'boolean', default: false },
    'no-shrink': { type: 'boolean', default: false },
    'until-failure': { type: 'boolean', default: false },
  },
});
const from = parseMonth(values.from);
const months = Number(values.months);
if (!from || !Number.isSafeInteger(months) || months < 1) {
  process.stderr.write('用法：npm run simulate -- --seed 1 --months 6 [--seeds 10] [--from 2023-01] [--verbose]\n');
  process.exit(2);
}
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Named by their port there. */
const SOCKETS = '/tmp';
const dataDir = mkdtempSync(join(tmpdir(), 'tongzheng-simulate-'));
chmodSync(dataDir, 0o755);
const server = await startEmbeddedPostgres({
  dataDir,
  settings: {
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    jit: 'off',
    // The tables stay small and the same statements come again and again.
    plan_cache_mode: 'force_generic_plan',
    unix_socket_directories: SOCKETS,
  },
});
// Stopped from outside: the server and its folder go with the run.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void server.stop().finally(() => {
      rmSync(dataDir, { recursive: true, force: true });
      process.exit(130);
    });
  });
}
const databases = databasesOn(server.url('postgres'), SOCKETS);
let failed = 0;
let seconds = 0;
const totals: Record<string, number> = {};
try {
  const count = Number(values.seeds);
  for (let index = 0; index < count; index += 1) {
    const seed = /^\d+$/.test(values.seed) ? String(Number(values.seed) + index) : `${values.seed}${index || ''}`;
    const steps = planSteps(seed, from, months);
    const input = { databases, seed, from, months };
    const result = await runSteps({ ...input, steps, ...(values.verbose ? { tell: say } : {}) });
    seconds += result.seconds;
    for (const [what, n] of Object.entries(result.counts)) totals[what] = (totals[what] ?? 0) + n;
    if (result.violations.length === 0) {
      say(`种子 ${seed}：${steps.length} 步，${months} 个月，${result.seconds.toFixed(1)} 秒，没有违反`);
      continue;
    }
    failed += 1;
    say(`种子 ${seed}：第 ${result.failedAt ?? '末'} 步后违反\n${result.violations.slice(0, 10).join('\n')}`);
    const played = result.failedAt === undefined ? steps : steps.filter((step) => step.id <= (result.failedAt ?? 0));
    if (values['no-shrink']) {
      if (values['until-failure']) break;
      continue;
    }
    const short = await shrink(played, (some) => runSteps({ ...input, steps: some }), result, say);
    say(
      `缩到 ${short.steps.length} 步：\n${short.result.story.join('\n')}\n${short.result.violations.slice(0, 5).join('\n')}`,
    );
  }
  say(`${count} 个种子 × ${months} 个月，共 ${seconds.toFixed(1)} 秒，失败 ${failed}`);
  say(
    Object.entries(totals)
      .sort()
      .map(([what, n]) => `${what} ${n}`)
      .join('，'),
  );
} finally {
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
process.exit(failed > 0 ? 1 : 0);
