import type { Logger } from 'pino';
import type { Conducted } from './control.ts';

const BEAT_MS = 1_000;

/**
 * The beat of a program that nobody conducts: in production with real time each side runs its own due jobs and sends what it has, every
 * second, wherever the other side is. With a starter of the pair the conductor does this. Resolves from `stop` when the last beat is over.
 */
export function startBeat(
  program: Pick<Conducted, 'runDue' | 'pump'>,
  log: Logger,
  everyMs = BEAT_MS,
): { stop(): Promise<void> } {
  let running: Promise<void> | undefined;
  const timer = setInterval(() => {
    running ??= (async () => {
      await program.runDue();
      await program.pump();
    })()
      .catch((err: unknown) => log.error({ err }, 'beat failed'))
      .finally(() => {
        running = undefined;
      });
  }, everyMs);
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
