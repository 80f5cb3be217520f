import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { Month } from '../src/kernel/month.ts';
import type { SeedResult } from './seed.ts';

/** Results of seeds, one JSON line each; a long run that was stopped goes on where it was. */
export type Log = {
  /** Those of the same months. */
  readonly done: ReadonlyMap<string, SeedResult>;
  add(result: SeedResult): void;
};

export function openLog(path: string | undefined, from: Month, months: number): Log {
  const done = new Map<string, SeedResult>();
  if (path && existsSync(path)) {
    for (const line of readFileSync(path, 'utf8').split('\n')) {
      const result = parse(line);
      if (result && result.from === from && result.months === months) done.set(result.seed, result);
    }
  }
  return { done, add: (result) => void (path && appendFileSync(path, `${JSON.stringify(result)}\n`)) };
}

/** The last line may have been cut short when the machine went down. */
function parse(line: string): SeedResult | undefined {
  try {
    return line === '' ? undefined : (JSON.parse(line) as SeedResult);
  } catch {
    return undefined;
  }
}
