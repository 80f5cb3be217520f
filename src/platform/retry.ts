/** serialization_failure and deadlock_detected: the same transaction again is right. */
const AGAIN = new Set(['40001', '40P01']);
const TRIES_MAX = 5;

/** The SQLSTATE of an error of the database. */
export function sqlState(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}

/** A whole transaction, done again (at most 5 times) after a deadlock, a serialization failure, or what `also` says is worth another try. */
export async function retried<T>(work: () => Promise<T>, also: (error: unknown) => boolean = () => false): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= TRIES_MAX || !(AGAIN.has(sqlState(error) ?? '') || also(error))) throw error;
    }
  }
}
