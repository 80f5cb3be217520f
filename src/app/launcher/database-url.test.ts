import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { freePort } from '../../platform/ports.ts';
import { startMark } from '../../platform/postgres/processes.ts';
import { launch } from './index.ts';
import { readSettings } from './settings.ts';

/** A server somebody else keeps: the one of this test run, which is that of DATABASE_URL when it is set. */
const server = inject('postgresUrl');
const name = `tz_pair_${randomBytes(6).toString('hex')}`;
const urlOf = (database: string): string => {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
};
let dataDir: string;

async function ask<T extends pg.QueryResultRow>(database: string, text: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: urlOf(database) });
  await client.connect();
  try {
    return (await client.query<T>(text)).rows;
  } finally {
    await client.end();
  }
}

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'tongzheng-url-'));
  chmodSync(dataDir, 0o755);
  await ask('postgres', `create database ${name}`);
});
afterAll(async () => {
  for (const database of [name, `${name}_tax`]) {
    await ask('postgres', `drop database if exists ${database} with (force)`);
  }
  rmSync(dataDir, { recursive: true, force: true });
});

test('with DATABASE_URL both programs work on that server, each in its own database, and leave the server running', async () => {
  const port = await freePort();
  const settings = readSettings({ PORT: String(port), TONGZHENG_DATA: dataDir, DATABASE_URL: urlOf(name) });
  const log: string[] = [];
  const launched = await launch(settings, (line) => log.push(line));
  try {
    const health = await fetch(`${launched.agencyUrl}/healthz`);
    expect([health.status, await health.json()]).toEqual([200, { status: 'ok' }]);
    const site = (await (await fetch(`${launched.agencyUrl}/api/site`)).json()) as { region: { name: string } };
    expect(site.region.name).toBe('宜昌市');
    expect(await launched.conductor.settle()).toBe(true);
    // The employers of the demo city have reached the tax side over the wire.
    const [agency] = await ask<{ count: number }>(name, 'select count(*)::int as count from registry_employer');
    const [tax] = await ask<{ count: number }>(`${name}_tax`, 'select count(*)::int as count from tax_employer');
    expect(agency?.count).toBeGreaterThan(3);
    expect(tax?.count).toBe(agency?.count);
    expect(existsSync(join(dataDir, 'postgres'))).toBe(false);
    expect(existsSync(join(dataDir, 'starter.json'))).toBe(true);
  } finally {
    await launched.stop();
  }
  expect(existsSync(join(dataDir, 'starter.json'))).toBe(false);
  const [left] = await ask<{ count: number }>(
    'postgres',
    `select count(*)::int as count from pg_stat_activity where datname in ('${name}', '${name}_tax')`,
  );
  expect(left?.count).toBe(0);
  expect(log).toEqual([]);
});

test('a data folder that another living process uses is refused: two launchers on it would run two clocks', async () => {
  const port = await freePort();
  const settings = readSettings({ PORT: String(port), TONGZHENG_DATA: dataDir, DATABASE_URL: urlOf(name) });
  const owner = join(dataDir, 'starter.json');
  writeFileSync(owner, JSON.stringify({ pid: process.ppid, mark: startMark(process.ppid) }));
  await expect(launch(settings, () => undefined)).rejects.toThrow(`正由另一个进程（${process.ppid}）使用`);
  expect(existsSync(owner)).toBe(true);
  rmSync(owner);
  const other = readSettings({
    ...{ PORT: String(port), TONGZHENG_DATA: dataDir },
    DATABASE_URL: urlOf('no_such_database'),
  });
  await expect(launch(other, () => undefined)).rejects.toThrow('no_such_database');
  expect(existsSync(owner)).toBe(false);
});
