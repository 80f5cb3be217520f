import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Db, type Executor, one, rows, run, sql } from './db.ts';

/** A folder of migrations and the owner whose tables they make. Folders are applied in the order given. */
export type MigrationFolder = { readonly name: string; readonly dir: string };

/** Names every migration as `<owner>/<file>`; plain SQL, forward only. */
export function listMigrations(folders: readonly MigrationFolder[]): { name: string; text: string; digest: string }[] {
  return folders.flatMap(({ name, dir }) =>
    readdirSync(dir)
      .filter((file) => file.endsWith('.sql'))
      .sort()
      .map((file) => {
        const text = readFileSync(join(dir, file), 'utf8');
        return { name: `${name}/${file}`, text, digest: createHash('sha256').update(text).digest('hex') };
      }),
  );
}

/** What the next start would apply. Nothing is changed: a command does not migrate the database of programs that run. */
export async function pendingMigrations(on: Executor, folders: readonly MigrationFolder[]): Promise<string[]> {
  const { known } = await one(
    on,
    sql<{ known: boolean }>`select to_regclass('platform_migration') is not null as known`,
  );
  const applied = known ? await rows(on, sql<{ name: string }>`select name from platform_migration`) : [];
  const names = new Set(applied.map(({ name }) => name));
  return listMigrations(folders).flatMap(({ name }) => (names.has(name) ? [] : [name]));
}

/** What a start makes once, when several processes start at the same moment: the others wait and find it made. */
export async function oneStarts<T>(db: Db, work: () => Promise<T>): Promise<T> {
  return db.connection().execute(async (connection) => {
    await run(connection, sql`select pg_advisory_lock(hashtext('tongzheng-start'))`);
    try {
      return await work();
    } finally {
      await run(connection, sql`select pg_advisory_unlock(hashtext('tongzheng-start'))`);
    }
  });
}

/**
 * Applies what is missing, each file in one transaction, under an advisory lock so that two processes starting at once do it once.
 * A file that was applied and has changed since is refused: history is never rewritten.
 */
export async function migrate(db: Db, folders: readonly MigrationFolder[]): Promise<string[]> {
  const applied: string[] = [];
  await db.connection().execute(async (connection) => {
    // An index over many years takes its time, and so does waiting for the one who makes it.
    await run(connection, sql`set statement_timeout = 0`);
    await run(connection, sql`select pg_advisory_lock(hashtext('tongzheng-migrate'))`);
    // The log is written in order: the first commit after these that waits for the disk takes them along. Lost before it, they are made again.
    await run(connection, sql`set synchronous_commit = off`);
    try {
      await run(
        connection,
        sql`create table if not exists platform_migration (
              name text primary key, digest text not null, applied_at timestamptz not null default now())`,
      );
      const known = new Map(
        (
          await rows(connection, sql<{ name: string; digest: string }>`select name, digest from platform_migration`)
        ).map((row) => [row.name, row.digest]),
      );
      for (const migration of listMigrations(folders)) {
        const digest = known.get(migration.name);
        if (digest === migration.digest) continue;
        if (digest) throw new Error(`migration ${migration.name} was changed after it had been applied`);
        await connection.transaction().execute(async (tx) => {
          await sql.raw(migration.text).execute(tx);
          await run(
            tx,
            sql`insert into platform_migration (name, digest) values (${migration.name}, ${migration.digest})`,
          );
        });
        applied.push(migration.name);
      }
    } finally {
      await run(connection, sql`reset synchronous_commit`);
      await run(connection, sql`reset statement_timeout`);
      await run(connection, sql`select pg_advisory_unlock(hashtext('tongzheng-migrate'))`);
    }
  });
  return applied;
}
