import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres, THROWAWAY } from '../postgres/index.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    readonly postgresUrl: string;
  }
}

/**
 * One PostgreSQL per run: the server of DATABASE_URL, or the embedded one in a folder that goes with the run. Nothing of a test run
 * must survive a power cut.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.DATABASE_URL;
  if (given) {
    project.provide('postgresUrl', given);
    return () => dropTemplates(given);
  }
  const dataDir = mkdtempSync(join(tmpdir(), 'tongzheng-test-'));
  const server = await startEmbeddedPostgres({ dataDir, settings: THROWAWAY });
  project.provide('postgresUrl', server.url('postgres'));
  return async () => {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
}

/** Somebody's own server is left as it was found. */
async function dropTemplates(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ datname: string }>(
    "select datname from pg_database where datname like 'tz\\_template\\_%' and pg_get_userbyid(datdba) = current_user",
  );
  for (const { datname } of rows) {
    await client.query(`alter database ${datname} is_template false`);
    await client.query(`drop database ${datname}`);
  }
  await client.end();
}
