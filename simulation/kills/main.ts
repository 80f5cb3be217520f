/**
 * `npm run kills -- --rounds 300 --log FILE`: real processes on a real database (fsync on) are killed with -9 while they work, and the books
 * are compared with what the clients were told. Started again with the same log it goes on after the last round; `--report` prints the table.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { freePort } from '../../src/platform/ports.ts';
import { openBooks } from './books.ts';
import { openCity } from './city.ts';
import { openLedger } from './ledger.ts';
import { hasFailed, namesOf, readRounds, report, writeRound } from './log.ts';
import { type Pair, startPair } from './pair.ts';
import { playRound, type Stage } from './round.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    log: { type: 'string' },
    report: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
    'month-close': { type: 'boolean', default: false },
    people: { type: 'string', default: '20000' },
  },
});
const say = (line: string): void => void process.stdout.write(`${line}\n`);
/** A city lives for this many rounds, a day each and two closed months; then the next one begins with an empty database. */
const ROUNDS_OF_A_CITY = 50;
const INTEGRITY_EVERY = 10;

const wanted = Number(values.rounds);
if (![wanted, Number(values.people)].every((n) => Number.isSafeInteger(n) && n > 0)) {
  process.stderr.write(
    '用法：npm run kills -- [--rounds 300] [--seed 1] [--log 文件] [--report] [--month-close [--people 20000]] [--keep]\n',
  );
  process.exit(2);
}
const rounds = readRounds(values.log);
if (values.report) {
  say(report(rounds));
  process.exit(hasFailed(rounds) ? 1 : 0);
}

if (values['month-close']) {
  const { killMonthCloses } = await import('./month-close.ts');
  const result = await killMonthCloses({ rounds: wanted, seed: values.seed, people: Number(values.people), say });
  say(JSON.stringify(result));
  process.exit(result.wrong.length > 0 ? 1 : 0);
}

let dataDir: string | undefined;
let pair: Pair | undefined;
let stage: Stage | undefined;

async function leave(): Promise<void> {
  await stage?.books.close().catch(() => undefined);
  stage = undefined;
  await pair?.stop();
  pair = undefined;
  if (dataDir && !values.keep) rmSync(dataDir, { recursive: true, force: true });
  dataDir = undefined;
}

async function enter(): Promise<Stage> {
  dataDir = mkdtempSync(join(tmpdir(), 'tongzheng-kills-'));
  // Stands before its stage does: what fails in between is still stopped.
  pair = startPair(dataDir, await freePort(), await freePort());
  await pair.healthy();
  const city = await openCity(pair);
  return { pair, city, ledger: openLedger(), books: await openBooks(pair), hired: 0 };
}

let ending = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    ending = true;
  });
}

const began = performance.now();
try {
  for (let round = rounds.length + 1; round <= wanted && !ending; round += 1) {
    if ((round - 1) % ROUNDS_OF_A_CITY === 0) await leave();
    stage ??= await enter();
    const result = await playRound(stage, round, values.seed, round % INTEGRITY_EVERY === 0 || round === wanted);
    rounds.push(result);
    writeRound(values.log, result);
    say(
      `第 ${round} 轮 ${result.business} ${namesOf(result.victims)}，${result.afterMs} 毫秒后；恢复 ${(result.healthyMs / 1000).toFixed(1)} 秒，` +
        `成功 ${result.told}，再问 ${result.repeated}，${result.phases.join('/')}，共 ${(result.roundMs / 1000).toFixed(1)} 秒${result.integrity ? '，承诺全查' : ''}` +
        `${result.wrong.length > 0 ? `\n  ✗ ${result.wrong.slice(0, 10).join('\n  ✗ ')}` : ''}`,
    );
  }
} finally {
  await leave();
}
say(`\n${report(rounds)}\n用时 ${((performance.now() - began) / 1000).toFixed(0)} 秒`);
process.exit(hasFailed(rounds) ? 1 : 0);
