/** P11: `npm start` on an installed tree, from the command to the first page: with an empty data folder, and again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildWeb } from '../scripts/web.ts';
import { freePort } from '../src/platform/ports.ts';
import { type Bench, inTurn, type Line, median, type Outcome, seconds, timed } from './harness.ts';

const ROOT = join(import.meta.dirname, '..');
const FIRST_MAX_MS = 5_000;
const AGAIN_MAX_MS = 2_000;
const GIVE_UP_MS = 120_000;

/** A group of its own, so that npm, its shell and the program end together. */
function start(port: number, dataDir: string): ChildProcess {
  return spawn('npm', ['start'], {
    ...{ cwd: ROOT, detached: true, stdio: ['ignore', 'ignore', 'inherit'] },
    env: { ...process.env, PORT: String(port), TONGZHENG_DATA: dataDir, TONGZHENG_MODE: 'demo' },
  });
}

/** Until the first page and what it asks first are answered with the demo's data. */
async function firstPage(port: number, child: ChildProcess): Promise<void> {
  for (const until = Date.now() + GIVE_UP_MS; Date.now() < until; await sleep(10)) {
    if (child.exitCode !== null) throw new Error(`npm start ended with ${child.exitCode}`);
    const answers = await Promise.all(
      ['/', '/api/demo/accounts'].map((path) => fetch(`http://127.0.0.1:${port}${path}`).catch(() => undefined)),
    );
    if (answers.every((answer) => answer?.ok)) return;
  }
  throw new Error('no page in two minutes');
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  process.kill(-(child.pid as number), 'SIGTERM');
  await ended;
}

export async function run(bench: Bench): Promise<Outcome> {
  // The pages are part of what is installed.
  await buildWeb();
  const again: number[] = [];
  const { product: first, floor } = await inTurn(
    bench.repetitions,
    async () => {
      const dataDir = mkdtempSync(join(tmpdir(), 'tongzheng-bench-start-'));
      try {
        const open = async (): Promise<number> => {
          const port = await freePort();
          const child = start(port, dataDir);
          try {
            return await timed(() => firstPage(port, child));
          } finally {
            await stop(child);
            // npm is gone before the programs and their database are.
            await sleep(2_000);
          }
        };
        const ms = await open();
        again.push(await open());
        bench.say(`  first ${seconds(ms)}, again ${seconds(again.at(-1) as number)}`);
        return ms;
      } finally {
        rmSync(dataDir, { recursive: true, force: true });
      }
    },
    // What nobody can save who is started by npm: npm itself running an empty Node program.
    () => timed(() => once(spawn('npm', ['exec', '--', 'node', '-e', '0'], { cwd: ROOT, stdio: 'ignore' }), 'exit')),
  );
  const line = (what: string, taken: readonly number[], max: number): Line => ({
    ...{ p: 'P11', what, size: '演示城市', product: seconds(median(taken)), floor: seconds(median(floor)) },
    ...{ result: seconds(median(taken)), target: `≤ ${max / 1000} s`, met: median(taken) <= max },
  });
  return {
    lines: [line('第一次 npm start 到首页', first, FIRST_MAX_MS), line('再次 npm start 到首页', again, AGAIN_MAX_MS)],
  };
}
