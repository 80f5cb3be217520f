import { jobsAnswer } from '../platform/health.ts';
import type { Scheduler } from '../platform/jobs/index.ts';

export type Health = {
  readonly ready: boolean;
  readonly status: 'ok' | 'starting' | 'failing';
  /** What is not there; absent when all is well. */
  readonly missing?: readonly ('database' | 'tax')[];
  /** The tax side was there and is gone: we go on, the exchange makes it up. */
  readonly tax?: 'down';
};

const TAX_PROBE_MS = 2_000;

/**
 * Readiness of the agency: ready once the database answers with its job records and the tax side has answered once. Later a lost tax side
 * is told but leaves us ready; a lost database does not.
 */
export function createHealth(options: {
  readonly scheduler: Pick<Scheduler, 'jobs' | 'last'>;
  /** Null: there is none to wait for. */
  readonly taxUrl: string | null;
}): () => Promise<Health> {
  let taxSeen = options.taxUrl === null;
  let wasReady = false;
  return async () => {
    const [database, tax] = await Promise.all([jobsAnswer(options.scheduler), taxAnswers(options.taxUrl)]);
    taxSeen ||= tax;
    if (database && taxSeen) {
      wasReady = true;
      return { ready: true, status: 'ok', ...(tax ? {} : { tax: 'down' as const }) };
    }
    const missing = [...(database ? [] : (['database'] as const)), ...(taxSeen ? [] : (['tax'] as const))];
    return { ready: false, status: wasReady ? 'failing' : 'starting', missing };
  };
}

async function taxAnswers(taxUrl: string | null): Promise<boolean> {
  if (!taxUrl) return true;
  try {
    return (await fetch(new URL('/healthz', taxUrl), { signal: AbortSignal.timeout(TAX_PROBE_MS) })).ok;
  } catch {
    return false;
  }
}
