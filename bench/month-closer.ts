/** A process that closes months and does nothing else, as the agency's server would: its time is the run's, and so is its memory (P1, P9). */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { monthClose } from '../src/collection/batch/index.ts';
import { subscribe } from '../src/collection/index.ts';
import { fundListener } from '../src/fund/index.ts';
import { atTime, firstDay, type Month } from '../src/kernel/month.ts';
import { openPool } from '../src/platform/db.ts';
import { PROGRAM_FLAGS } from '../src/platform/node-flags.ts';
import { REGION } from './city.ts';
import { CITY_LAW } from './law.ts';

type Order = { readonly month: Month; readonly workers: number };
/** `rssMiB`: the most the process had in memory so far. */
type Closed = { readonly ms: number; readonly lines: number; readonly rssMiB: number };

export function openCloser(
  url: string,
  connections: number,
): {
  /** @throws when the month was not closed for everybody, with what the process said. */
  close(month: Month, workers: number): Promise<Closed>;
  end(): void;
} {
  const child = fork(import.meta.filename, [url, String(connections)], { execArgv: [...PROGRAM_FLAGS] });
  const ended = once(child, 'exit').then(() => {
    throw new Error('the process that closes months has ended');
  });
  ended.catch(() => undefined);
  return {
    async close(month, workers) {
      child.send({ month, workers } satisfies Order);
      const [closed] = (await Promise.race([once(child, 'message'), ended])) as [Closed];
      return closed;
    },
    end: () => child.disconnect(),
  };
}

function serve(url: string, connections: number): void {
  subscribe(fundListener);
  const pool = openPool(url, { max: connections });
  process.on('message', async ({ month, workers }: Order) => {
    const started = performance.now();
    const slot = atTime(firstDay(month), '00:30');
    const result = await monthClose(pool, { region: REGION, month, law: CITY_LAW, workers, slot });
    const ms = performance.now() - started;
    if (!result.complete || result.skipped.length > 0) throw new Error('the month was not closed for everybody');
    process.send?.({ ms, lines: result.lines, rssMiB: process.resourceUsage().maxRSS / 1024 } satisfies Closed);
  });
  process.on('disconnect', () => pool.end());
}

const [, started, url, connections] = process.argv;
if (started === import.meta.filename && url) serve(url, Number(connections));
