import pg from 'pg';
import { archiveSettings } from '../../platform/postgres/backup/index.ts';
import { claim, startEmbeddedPostgres } from '../../platform/postgres/index.ts';
import type { LaunchSettings } from './settings.ts';

export type Databases = {
  readonly agencyUrl: string;
  readonly taxUrl: string;
  readonly embedded: boolean;
  /** Resolves when a new server's files are on disk: before it nothing may be promised. Absent: they are. */
  readonly durable?: Promise<void>;
  stop(): Promise<void>;
};

const VERSION_MIN = 150_000;

/**
 * The two databases of the pair. Nothing set: an embedded server with a role for each. `DATABASE_URL`: that server; the tax side gets
 * `<name>_tax` beside it unless `TAX_DATABASE_URL` names another place.
 */
export async function openDatabases(settings: LaunchSettings, log: (line: string) => void): Promise<Databases> {
  if (!settings.databaseUrl) {
    const server = await startEmbeddedPostgres({
      dataDir: settings.dataDir,
      settings: archiveSettings(settings.walArchive),
      keep: log,
      early: true,
    });
    return {
      agencyUrl: await server.ensureDatabase('tongzheng'),
      taxUrl: settings.taxDatabaseUrl ?? (await server.ensureDatabase('tongzheng_tax')),
      embedded: true,
      durable: server.durable,
      stop: () => server.stop(),
    };
  }
  // The embedded server claims it by itself. A second launcher here would keep a second clock of the same databases.
  const release = claim(settings.dataDir);
  try {
    const taxUrl = await taxDatabaseOf(settings.databaseUrl, settings);
    return { agencyUrl: settings.databaseUrl, taxUrl, embedded: false, stop: async () => release() };
  } catch (error) {
    release();
    throw error;
  }
}

async function taxDatabaseOf(agencyUrl: string, { mode, taxDatabaseUrl }: LaunchSettings): Promise<string> {
  await checkServer(agencyUrl, mode);
  if (!taxDatabaseUrl) return besides(agencyUrl);
  await checkServer(taxDatabaseUrl, mode);
  return taxDatabaseUrl;
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** PostgreSQL 15 or newer; in production refused where a cut of power could lose committed money (design §5). */
async function checkServer(url: string, mode: LaunchSettings['mode']): Promise<void> {
  await withClient(url, async (client) => {
    const setting = async (name: string) => String((await client.query(`show ${name}`)).rows[0]?.[name]);
    const version = Number(await setting('server_version_num'));
    if (version < VERSION_MIN) throw new Error(`需要 PostgreSQL 15 或更高版本，${new URL(url).host} 是 ${version}`);
    if (mode === 'production' && (await setting('fsync')) === 'off') {
      throw new Error(`${new URL(url).host} 的 fsync 为 off，生产模式不能使用：断电会丢失已提交的数据`);
    }
  });
}

async function besides(agencyUrl: string): Promise<string> {
  const url = new URL(agencyUrl);
  const name = `${decodeURIComponent(url.pathname.slice(1)) || 'postgres'}_tax`;
  await withClient(agencyUrl, async (client) => {
    const found = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (found.rowCount) return;
    try {
      await client.query(`create database ${client.escapeIdentifier(name)}`);
    } catch (error) {
      throw new Error(
        `不能在 ${url.host} 上建立税务端数据库 ${name}（${(error as Error).message}）。请先建好它，或用 TAX_DATABASE_URL 指定`,
      );
    }
  });
  url.pathname = `/${encodeURIComponent(name)}`;
  return url.href;
}
