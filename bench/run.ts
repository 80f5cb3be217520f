/**
 * `npm run bench [-- --only month-close,portal --people 10000,100000,1000000 --repetitions 3 --workers 4 --no-write]`: every case beside
 * its floor in the same run. Lines are kept in results.json; README.md and growth.svg are written from all that is kept.
 */
import { parseArgs } from 'node:util';
import { CASES } from './cases.ts';
import { openBench } from './harness.ts';
import { describeRun, keep, printLines, readKept, writeReport } from './report.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    people: { type: 'string', default: '10000,100000,1000000' },
    repetitions: { type: 'string', default: '3' },
    workers: { type: 'string', default: '4' },
    write: { type: 'boolean', default: true },
    /** Writes the README anew from what is kept. */
    report: { type: 'boolean', default: false },
  },
  allowNegative: true,
});

const people = values.people.split(',').map(Number);
const repetitions = Number(values.repetitions);
const workers = Number(values.workers);
if ([...people, repetitions, workers].some((n) => !Number.isSafeInteger(n) || n < 1)) {
  throw new Error('--people, --repetitions and --workers take whole numbers above zero');
}
const wanted = values.only?.split(',') ?? CASES.map(({ key }) => key);
const unknown = wanted.filter((key) => !CASES.some((one) => one.key === key));
if (unknown.length > 0)
  throw new Error(`no case ${unknown.join(', ')}; there are ${CASES.map((c) => c.key).join(', ')}`);

async function measureAll(): Promise<void> {
  const say = (text: string): void => void process.stdout.write(`${text}\n`);
  const { bench, close } = openBench({ people, repetitions, workers, say });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    // The server lives in a session of its own: it must not outlive a benchmark that is broken off.
    process.once(signal, () => void close().finally(() => process.exit(1)));
  }
  try {
    for (const one of CASES.filter(({ key }) => wanted.includes(key))) {
      say(`${one.key}: ${one.title}`);
      const run = describeRun(one.key, process.argv.slice(2));
      const { run: runCase } = await one.load();
      const outcome = await runCase(bench);
      printLines(outcome.lines);
      // Kept as soon as it is known: a later case that fails does not lose it.
      if (values.write) keep(one.key, outcome, { ...run, postgres: (await bench.serverVersion()) ?? '' });
    }
  } finally {
    await close();
  }
}

if (!values.report) await measureAll();
if (values.write || values.report) await writeReport(CASES, readKept());
