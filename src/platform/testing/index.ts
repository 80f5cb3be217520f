import { createHash, randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { type Db, openDb, sql } from '../db.ts';
import { listMigrations, type MigrationFolder, migrate } from '../migrate.ts';

export type TestDatabase = { readonly db: Db; readonly url: string; close(): Promise<void> };

async function onServer<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: inject('postgresUrl') });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Empties tables between tests, also those that the program may only add to: as the owner of the database could. */
export async function emptyTables(db: Db, ...tables: readonly string[]): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await sql`set local session_replication_role = replica`.execute(tx);
    await sql`truncate ${sql.join(tables.map((table) => sql.table(table)))} cascade`.execute(tx);
  });
}

function urlOf(database: string): string {
  const url = new URL(inject('postgresUrl'));
  url.pathname = `/${database}`;
  return url.href;
}

/**
 * A database of its own for a test file, copied from a template that was migrated once for this set of migrations.
 * Several files may ask at the same time: an advisory lock lets one of them make the template.
 */
export async function testDatabase(
  folders: readonly MigrationFolder[],
  options: { readonly max?: number } = {},
): Promise<TestDatabase> {
  const digest = createHash('sha256');
  for (const migration of listMigrations(folders)) digest.update(`${migration.name}\n${migration.digest}\n`);
  const template = `tz_template_${digest.digest('hex').slice(0, 16)}`;
  const name = `tz_test_${randomBytes(8).toString('hex')}`;
  await onServer(async (client) => {
    await client.query("select pg_advisory_lock(hashtext('tongzheng-test-template'))");
    const found = await client.query('select 1 from pg_database where datname = $1 and datistemplate', [template]);
    if (found.rowCount === 0) {
      await client.query(`drop database if exists ${template}`);
      await client.query(`create database ${template}`);
      const db = openDb(urlOf(template), { max: 2 });
      try {
        await migrate(db, folders);
      } finally {
        await db.destroy();
      }
      await client.query(`alter database ${template} is_template true`);
    }
    await client.query(`create database ${name} template ${template}`);
  });
  const db = openDb(urlOf(name), { max: options.max ?? 10 });
  return {
    db,
    url: urlOf(name),
    async close() {
      await db.destroy();
      await onServer((client) => client.query(`drop database if exists ${name} with (force)`));
    },
  };
}
