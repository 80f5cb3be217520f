import { join } from 'node:path';
import { pino } from 'pino';
import { type Moment, parseMoment } from '../../kernel/month.ts';
import { createClock } from '../clock/index.ts';
import type { MigrationFolder } from '../migrate.ts';
import type { Services } from '../services.ts';
import { type TestDatabase, testDatabase } from './index.ts';

export const PLATFORM_MIGRATIONS: MigrationFolder = {
  name: 'platform',
  dir: join(import.meta.dirname, '..', 'migrations'),
};

export type TestServices = Services & { readonly database: TestDatabase; close(): Promise<void> };

/** Services over a database of its own, with a clock that stands still at `now` (Shanghai time). */
export async function testServices(
  options: {
    readonly now?: string;
    readonly region?: string;
    readonly folders?: readonly MigrationFolder[];
    readonly mode?: Services['mode'];
  } = {},
): Promise<TestServices> {
  const database = await testDatabase(options.folders ?? [PLATFORM_MIGRATIONS]);
  return {
    db: database.db,
    clock: createClock({ offsetMs: 0, frozenAt: momentAt(options.now ?? '2023-04-10 09:00') }),
    region: options.region ?? '429999',
    mode: options.mode ?? 'test',
    log: pino({ level: 'silent' }),
    database,
    close: () => database.close(),
  };
}

/** `2023-04-10 09:00` as a moment; anything else is a mistake in the test. */
export function momentAt(text: string): Moment {
  const moment = parseMoment(text);
  if (!moment) throw new Error(`not a moment: ${text}`);
  return moment;
}
