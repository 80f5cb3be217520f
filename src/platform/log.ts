import { type DestinationStream, type Logger, pino } from 'pino';
import { maskIdNumbers } from '../kernel/id-number.ts';
import { traceFields } from './telemetry/index.ts';

/** What of a database error says which rule was broken. Its `detail` and `where` hold whole rows: names, identity numbers, wages. */
const KEPT = ['code', 'table', 'constraint', 'column'] as const;

type ErrorFacts = { readonly [name: string]: unknown };

function errorFacts(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const all = error as Error & ErrorFacts;
  const facts: Record<string, unknown> = { type: error.name, message: error.message, stack: error.stack };
  for (const name of KEPT) if (all[name] !== undefined) facts[name] = all[name];
  if (error.cause !== undefined) facts.cause = errorFacts(error.cause);
  return facts;
}

/**
 * The log of a program, one JSON line an event. No line holds a full identity number (wire.md §10 test 76): errors are logged without the
 * rows they met, and numbers that come in with a message are masked on the way out.
 */
export function createLog(level: string, destination?: DestinationStream): Logger {
  return pino(
    { level, mixin: () => traceFields(), serializers: { err: errorFacts }, hooks: { streamWrite: maskIdNumbers } },
    destination ?? pino.destination(1),
  );
}

/**
 * A program that ends by an error nobody caught says so in its log and, for whoever watches, on standard error. Node itself would print
 * everything the error carries, the rows of a database error among it.
 */
export function endOnError(log: Logger): void {
  process.on('uncaughtException', (error: unknown) => {
    log.fatal({ err: error }, 'ended by an error');
    const said = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`${maskIdNumbers(said)}\n`);
    process.exit(1);
  });
}
