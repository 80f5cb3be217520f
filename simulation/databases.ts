import { createHash, randomBytes } from 'node:crypto';
import pg from 'pg';
import { openDb } from '../src/platform/db.ts';
import { listMigrations, type MigrationFolder, migrate } from '../src/platform/migrate.ts';

/** Fresh migrated databases on one server, copied from a template; outside the tests nobody else gives them. */
export type Databases = {
  /** `prepare` is done once, in the template. */
  make(
    folders: readonly MigrationFolder[],
    prepare?: (url: string) => Promise<void>,
  ): Promise<{ readonly url: string; drop(): Promise<void> }>;
};

/** `socketDir`: where the server listens for this machine only; quicker than the network. */
export function databasesOn(serverUrl: string, socketDir?: string): Databases {
  const templates = new Map<string, Promise<string>>();
  const urlOf = (database: string): string => {
    const url = new URL(serverUrl);
    url.pathname = `/${database}`;
    if (socketDir) url.searchParams.set('host', socketDir);
    return url.href;
  };
  const onServer = async (...statements: readonly string[]): Promise<void> => {
    const client = new pg.Client({ connectionString: serverUrl });
    await client.connect();
    try {
      for (const statement of statements) await client.query(statement);
    } finally {
      await client.end();
    }
  };
  const makeTemplate = async (
    folders: readonly MigrationFolder[],
    prepare?: (url: string) => Promise<void>,
  ): Promise<string> => {
    const name = `tz_simulation_${randomBytes(6).toString('hex')}`;
    await onServer(`create database ${name}`);
    const db = openDb(urlOf(name), { max: 2 });
    try {
      await migrate(db, folders);
    } finally {
      await db.destroy();
    }
    await prepare?.(urlOf(name));
    return name;
  };
  return {
    async make(folders, prepare) {
      const digest = createHash('sha256');
      for (const one of listMigrations(folders)) digest.update(one.digest);
      const key = digest.digest('hex');
      const template = templates.get(key) ?? makeTemplate(folders, prepare);
      templates.set(key, template);
      const name = `tz_sim_${randomBytes(8).toString('hex')}`;
      await onServer(`create database ${name} template ${await template}`);
      return { url: urlOf(name), drop: () => onServer(`drop database if exists ${name} with (force)`) };
    },
  };
}
