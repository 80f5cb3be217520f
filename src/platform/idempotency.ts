import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import { refuse } from '../kernel/errors.ts';
import { type Db, first, later, run, sql, type Tx } from './db.ts';
import type { Principal } from './http/principal.ts';

/** The key that the page gave a submission, and a digest of what it was given to: method, address and content. */
export type SubmissionKey = { readonly key: string; readonly requestDigest: string };

export function submissionKey(key: string, method: string, url: string, body: unknown): SubmissionKey {
  const requestDigest = createHash('sha256')
    .update(JSON.stringify([method, url, body ?? null]))
    .digest('hex');
  return { key, requestDigest };
}

/** A submission that must have its effect once, and whose it is. */
type Submission = SubmissionKey & { readonly accountId: string; claimed: boolean };

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
 * command leaves the key free, and a power cut leaves both the effect and the answer or neither. The same key with another request is
 * refused (SYS-409): its answer would be about something else.
 */
export async function once<T>(
  services: { readonly db: Db },
  principal: Principal | null,
  key: SubmissionKey | undefined,
  work: () => Promise<T>,
): Promise<T> {
  if (!key || !principal) return work();
  const before = await answered(services.db, { ...key, accountId: principal.accountId });
  if (before) return before.response as T;
  return onceInCommand(principal, key, work);
}

/** The same for work that begins with its command: a repetition is found by that command, and nobody has to look before. */
export async function onceInCommand<T>(
  principal: Principal | null,
  key: SubmissionKey | undefined,
  work: () => Promise<T>,
): Promise<T> {
  if (!key || !principal) return work();
  const submission: Submission = { ...key, accountId: principal.accountId, claimed: false };
  try {
    return await current.run(submission, work);
  } catch (error) {
    if (error instanceof AlreadyDone) return error.response as T;
    throw error;
  }
}

/** The command found that its submission had been done before: it has written nothing. */
export function isRepetition(error: unknown): boolean {
  return error instanceof AlreadyDone;
}

async function answered(
  on: Db | Tx,
  submission: Omit<Submission, 'claimed'>,
): Promise<{ response: unknown } | undefined> {
  const row = await first(
    on,
    sql<{ response: unknown; other: boolean }>`
      select response, request_digest <> ${submission.requestDigest} as other
      from platform_idempotency where account_id = ${submission.accountId} and key = ${submission.key}`,
  );
  if (row?.other) {
    refuse(
      {
        code: 'SYS-409',
        message: '这个提交编号已经用过',
        why: '它属于先前的另一次提交，内容不同。',
        next: '请刷新页面，核对先前的办理结果后再提交。',
      },
      409,
    );
  }
  return row;
}

/** Runs one command inside its transaction under the submission it belongs to, if there is one. */
export async function underSubmission<T>(tx: Tx, work: () => Promise<T>): Promise<T> {
  const submission = current.getStore();
  if (!submission || submission.claimed) return work();
  const { accountId, key, requestDigest } = submission;
  // Waits while a repetition of the same submission is under way.
  const claimed = await run(
    tx,
    sql`insert into platform_idempotency (account_id, key, request_digest) values (${accountId}, ${key}, ${requestDigest})
        on conflict do nothing`,
  );
  if (claimed === 0) throw new AlreadyDone((await answered(tx, submission))?.response ?? null);
  const result = await current.run({ ...submission, claimed: true }, work);
  await later(
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
