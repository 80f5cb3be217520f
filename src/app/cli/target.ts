import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { archiveSettings } from '../../platform/postgres/backup/index.ts';
import { startEmbeddedPostgres } from '../../platform/postgres/index.ts';
import { findRunning } from '../launcher/running.ts';
import type { LaunchSettings } from '../launcher/settings.ts';

type Target = { readonly url: string; readonly close: () => Promise<void> };

type TargetOptions = {
  /** Makes the embedded one where there is none. */
  readonly make?: boolean;
  /** Of the embedded server, beside those of every start. */
  readonly settings?: Readonly<Record<string, string>>;
};

/**
 * The agency's database that a command is about: the one named, the one a running launcher has open, or the embedded one, started for this.
 * @throws Error in Chinese where there is none: a command that asks must not make one.
 */
export async function openTarget(
  { databaseUrl, dataDir, walArchive }: LaunchSettings,
  { make = false, settings = {} }: TargetOptions = {},
): Promise<Target> {
  if (databaseUrl) return { url: databaseUrl, close: async () => undefined };
  const running = findRunning(dataDir);
  if (running) return { url: running.databaseUrl, close: async () => undefined };
  if (!make && !existsSync(join(dataDir, 'server.json'))) {
    throw new Error(`${dataDir} 里没有数据库。请用 TONGZHENG_DATA 指定数据目录，或用 DATABASE_URL 指定服务器`);
  }
  const server = await startEmbeddedPostgres({ dataDir, settings: { ...archiveSettings(walArchive), ...settings } });
  return { url: await server.ensureDatabase('tongzheng'), close: () => server.stop() };
}
