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
 * The connected database and all that lies in it become the role's. The objects are asked, not the owner of the database: with two of one
 * owner the first takes the second along, and a cut may have come right there.
 */
async function handOver(client: pg.Client, role: string): Promise<void> {
  const own = await client.query<{ owner: string; oid: number }>(
    'select pg_get_userbyid(datdba) as owner, datdba::int as oid from pg_database where datname = current_database()',
  );
  // What the first superuser owns cannot be handed on as a whole; its rights can.
  for (const { owner, oid } of own.rows) {
    if (oid === 10) await client.query(`grant ${client.escapeIdentifier(owner)} to ${role}`);
  }
  const { rows } = await client.query<{ owner: string }>(
    `select distinct r.rolname as owner from pg_shdepend d
       join pg_database b on b.oid = d.dbid and b.datname = current_database() join pg_roles r on r.oid = d.refobjid
     where d.refclassid = 'pg_authid'::regclass and d.deptype = 'o' and r.rolname <> $1`,
    [role],
  );
  for (const { owner } of rows) await client.query(`reassign owned by ${client.escapeIdentifier(owner)} to ${role}`);
  await client.query(`alter database ${role} owner to ${role}`);
}

/**
 * Gives the two databases of a server's backup the names and owners that the embedded server's launcher expects. Can be done again,
 * wherever it was cut off.
 */
export async function adoptDatabases(server: EmbeddedPostgres, { databases }: BackupDescription): Promise<void> {
  const pairs = [
    [databases.agency, OURS.agency] as const,
    ...(databases.tax ? [[databases.tax, OURS.tax] as const] : []),
  ];
  await on(server.url('template1'), async (client) => {
    for (const [from, to] of pairs) {
      const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [from]);
      if (from === to || !rowCount) continue;
      await client.query(`alter database ${client.escapeIdentifier(from)} rename to ${to}`);
    }
  });
  for (const [, to] of pairs) {
    await server.ensureDatabase(to);
    await on(server.url(to), (client) => handOver(client, to));
  }
}
