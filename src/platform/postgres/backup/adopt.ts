import pg from 'pg';
import type { EmbeddedPostgres } from '../index.ts';
import type { BackupDescription } from './folder.ts';

const OURS = { agency: 'tongzheng', tax: 'tongzheng_tax' } as const;

async function on<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/**
 * Gives the two databases of a server's backup the names and owners that the embedded server's launcher expects. For a backup of an
 * embedded server there is nothing to do. Returns the agency's URL.
 */
export async function adoptDatabases(server: EmbeddedPostgres, backup: BackupDescription): Promise<string> {
  const pairs = [[backup.databases.agency, OURS.agency] as const];
  if (backup.databases.tax) pairs.push([backup.databases.tax, OURS.tax] as never);
  const owners = await on(server.url('template1'), async (client) => {
    const { rows } = await client.query<{ name: string; owner: string; oid: number }>(
      'select datname as name, pg_get_userbyid(datdba) as owner, datdba::int as oid from pg_database',
    );
    for (const [from, to] of pairs) {
      if (from === to || !rows.some((row) => row.name === from)) continue;
      await client.query(`alter database ${client.escapeIdentifier(from)} rename to ${to}`);
    }
    return new Map(rows.map((row) => [row.name, row] as const));
  });
  for (const [from, to] of pairs) {
    await server.ensureDatabase(to);
    const old = owners.get(from);
    if (!old || old.owner === to) continue;
    await on(server.url(to), async (client) => {
      const name = client.escapeIdentifier(old.owner);
      // What the first superuser owns cannot be handed on as a whole; its rights can.
      await client.query(old.oid === 10 ? `grant ${name} to ${to}` : `reassign owned by ${name} to ${to}`);
      await client.query(`alter database ${to} owner to ${to}`);
    });
  }
  return server.ensureDatabase(OURS.agency);
}
