import { AsyncLocalStorage } from 'node:async_hooks';
import { type Db, first, run, sql, type Tx } from './db.ts';
import type { Principal } from './http/principal.ts';

/** A submission that must have its effect once: whose it is, and the key that the page gave it. */
type Submission = { readonly accountId: string; readonly key: string; claimed: boolean };

/** The submission that the commands called from here belong to. */
const current = new AsyncLocalStorage<Submission>();

/** Ends a command whose submission had been done before; its transaction has written nothing. */
class AlreadyDone extends Error {
  readonly response: unknown;

  constructor(response: unknown) {
    super('submission done before');
    this.response = response;
  }
}

/**
 * A POST that carries an Idempotency-Key is done once: a repetition gets the first answer. The key is claimed and the answer kept by the
 * first command of `work`, in that command's own transaction (see `transact`): a repetition at the same time waits for it, a refused
 * command leaves the key free, and a power cut leaves both the effect and the answer or neither.
 */
export async function once<T>(
  services: { readonly db: Db },
  principal: Principal | null,
  key: string | undefined,
  work: () => Promise<T>,
): Promise<T> {
  if (!key || !principal) return work();
  const submission: Submission = { accountId: principal.accountId, key, claimed: false };
  const before = await answered(services.db, submission);
  if (before) return before.response as T;
  try {
    return await current.run(submission, work);
  } catch (error) {
    if (error instanceof AlreadyDone) return error.response as T;
    throw error;
  }
}

async function answered(on: Db | Tx, submission: Submission): Promise<{ response: unknown } | undefined> {
  return first(
    on,
    sql<{ response: unknown }>`
      select response from platform_idempotency where account_id = ${submission.accountId} and key = ${submission.key}`,
  );
}

/** Runs one command inside its transaction under the submission it belongs to, if there is one. */
export async function underSubmission<T>(tx: Tx, work: () => Promise<T>): Promise<T> {
  const submission = current.getStore();
  if (!submission || submission.claimed) return work();
  const { accountId, key } = submission;
  // Waits while a repetition of the same submission is under way.
  const claimed = await run(
    tx,
    sql`insert into platform_idempotency (account_id, key) values (${accountId}, ${key}) on conflict do nothing`,
  );
  if (claimed === 0) throw new AlreadyDone((await answered(tx, submission))?.response ?? null);
  const result = await current.run({ ...submission, claimed: true }, work);
  await run(
    tx,
    sql`update platform_idempotency set response = ${JSON.stringify(result ?? null)}::jsonb
        where account_id = ${accountId} and key = ${key}`,
  );
  return result;
}

/** Called when a command has been committed: what follows in the same request is not part of the submission any more. */
export function submissionCommitted(): void {
  const submission = current.getStore();
  if (submission) submission.claimed = true;
}
