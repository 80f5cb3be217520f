import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { archiveSettings, readable, type TakeBackupOptions, takeBackup } from '../../platform/postgres/backup/index.ts';
import { runningServerUrl, startEmbeddedPostgres } from '../../platform/postgres/index.ts';
import type { LaunchSettings } from '../launcher/settings.ts';
import { readSettings } from '../launcher/settings.ts';
import { BACKUP_HELP } from './backup-help.ts';
import { megabytes, progressLine, seconds } from './progress.ts';

type Source = Pick<TakeBackupOptions, 'url' | 'origin' | 'databases'> & { readonly close: () => Promise<void> };

const nameIn = (url: URL): string => decodeURIComponent(url.pathname.slice(1)) || 'postgres';

/** One backup holds both databases when they live in one cluster; a tax side elsewhere needs its own. */
function serverSource(databaseUrl: string, taxDatabaseUrl: string | undefined): Source {
  const url = new URL(databaseUrl);
  const agency = nameIn(url);
  const taxUrl = taxDatabaseUrl ? new URL(taxDatabaseUrl) : undefined;
  const elsewhere = taxUrl !== undefined && taxUrl.host !== url.host;
  if (elsewhere) {
    process.stderr.write(`税务端的数据库在 ${taxUrl.host}，不在这份备份里，请用它的 DATABASE_URL 另做一份\n`);
  }
  const tax = elsewhere ? null : taxUrl ? nameIn(taxUrl) : `${agency}_tax`;
  return { url: databaseUrl, origin: 'server', databases: { agency, tax }, close: async () => undefined };
}

/** The embedded server that runs on the data folder, or one started for the time of the copy. */
async function embeddedSource(settings: LaunchSettings): Promise<Source> {
  const { dataDir } = settings;
  const databases = { agency: 'tongzheng', tax: 'tongzheng_tax' };
  if (!existsSync(join(dataDir, 'server.json'))) {
    throw new Error(`${dataDir} 里没有数据库。请用 TONGZHENG_DATA 指定数据目录，或用 DATABASE_URL 指定服务器`);
  }
  const running = runningServerUrl(dataDir, 'postgres');
  if (running) return { url: running, origin: 'embedded', databases, close: async () => undefined };
  const server = await startEmbeddedPostgres({ dataDir, settings: archiveSettings(settings.walArchive) });
  return { url: server.url('postgres'), origin: 'embedded', databases, close: () => server.stop() };
}

/** 0: the backup stands complete under its name; 64: the words of the call are off. */
export async function backupCommand(args: readonly string[]): Promise<number> {
  const { positionals } = parseArgs({ args: [...args], allowPositionals: true, options: {} });
  const [target, ...more] = positionals;
  if (!target || more.length > 0) {
    process.stderr.write(`请给出一个目录\n\n${BACKUP_HELP}`);
    return 64;
  }
  const settings = readSettings(process.env);
  const source = settings.databaseUrl
    ? serverSource(settings.databaseUrl, settings.taxDatabaseUrl)
    : await embeddedSource(settings);
  try {
    const from = performance.now();
    const { url, origin, databases } = source;
    const description = await takeBackup({
      url,
      origin,
      databases,
      target,
      dataDir: settings.dataDir,
      onProgress: progressLine('备份'),
    });
    const bytes = description.files.reduce((sum, file) => sum + file.size, 0);
    const until = readable(description.endedAt);
    process.stdout.write(
      `备份完成 ${target}\n  ${megabytes(bytes)} MB，用时 ${seconds(performance.now() - from)}，已与清单逐个核对\n  ${until} 完成；日志位置 ${description.end.lsn} 之前提交的都在里面\n`,
    );
    return 0;
  } finally {
    await source.close();
  }
}
