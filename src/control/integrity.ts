import type { Moment } from '../kernel/month.ts';
import { type Law, loadLaw } from '../parameters/index.ts';
import { type Db, run, sql } from '../platform/db.ts';
import type { Services } from '../platform/services.ts';
import { linesPromise } from './promises/p1-lines.ts';
import { holderPromise } from './promises/p2-holder.ts';
import { booksPromise } from './promises/p3-books.ts';
import { billsPromise } from './promises/p4-bills.ts';
import { wirePromise } from './promises/p5-wire.ts';
import { auditPromise } from './promises/p6-audit.ts';
import { documentsPromise } from './promises/p7-documents.ts';
import { explanationsPromise } from './promises/p8-explanations.ts';
import type { PromiseCheck, Scope } from './promises/promise.ts';
import { type Integrity, saveIntegrity } from './store.ts';

/** The promises of design §2, in their order. */
export const PROMISES: readonly PromiseCheck[] = [
  linesPromise,
  holderPromise,
  booksPromise,
  billsPromise,
  wirePromise,
  auditPromise,
  documentsPromise,
  explanationsPromise,
];

export type IntegrityInput = {
  readonly db: Db;
  readonly region: string;
  readonly now: Moment;
  /** Default: the law of this database. */
  readonly law?: Law;
  /** Only these promises; default: all. */
  readonly only?: readonly number[];
  /** Only what is theirs, where a promise can tell; default: everybody's. */
  readonly employerNos?: readonly string[] | undefined;
};

/**
 * Checks the promises on the live database, all on one snapshot, writing nothing. Lists at most 100 violations a promise; the number
 * counts all. A violation never stops the check.
 */
export async function checkIntegrity(input: IntegrityInput): Promise<Integrity> {
  const started = performance.now();
  const law = input.law ?? (await loadLaw(input.db));
  const chosen = PROMISES.filter((promise) => !input.only || input.only.includes(promise.no));
  const results = await input.db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (tx) => {
      // Whatever is asked of all years takes its time.
      await run(tx, sql`set local statement_timeout = 0`);
      await run(tx, sql`set local idle_in_transaction_session_timeout = 0`);
      const { region, now, employerNos } = input;
      const scope: Scope = { on: tx, region, law, now, employerNos };
      const found = [];
      for (const { no, title, check } of chosen) found.push({ no, title, ...(await check(scope)) });
      return found;
    });
  return {
    at: input.now,
    durationMs: Math.round(performance.now() - started),
    violations: results.reduce((sum, one) => sum + one.total, 0),
    promises: results.map(({ no, title, checked, violations, gated }) => ({
      no,
      title,
      checked,
      violations: [...violations],
      gated: [...gated],
    })),
    audit: results.find(({ head }) => head)?.head ?? null,
  };
}

/**
 * Checks and keeps the result for the operations page. The line it logs, kept outside the database, is the anchor of the audit chain: who
 * can recompute the chain can also change the heads that are kept beside it.
 */
export async function runIntegrity({ db, region, clock, log }: Services): Promise<Integrity> {
  const integrity = await checkIntegrity({ db, region, now: clock.now() });
  await saveIntegrity(db, region, integrity);
  const { violations, audit } = integrity;
  log[violations > 0 ? 'error' : 'info']({ violations, audit }, 'promises checked');
  return integrity;
}
