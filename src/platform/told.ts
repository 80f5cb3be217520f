/** A program may be started before its database: it loads meanwhile, and is told the rest of its environment when there is one. */
import { once } from 'node:events';

/** Set in the environment of a program that is still to be told something. */
export const WAITS = 'TONGZHENG_WAITS';
/** The event of the process when it has been told. */
export const TOLD = 'tongzheng-told';

/** Resolves when the environment is complete: at once where nobody holds anything back. */
export async function environmentComplete(): Promise<void> {
  if (process.env[WAITS]) await once(process, TOLD);
}
