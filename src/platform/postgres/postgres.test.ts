import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { clusterPlace, startEmbeddedPostgres } from './index.ts';
import { workingIn } from './orphans.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'tongzheng-postgres-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

async function ask(url: string, text: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query({ text, rowMode: 'array' });
    return rows[0]?.[0];
  } finally {
    await client.end();
  }
}

test('a second start finds what the first one kept; the server syncs, asks for a password and listens to this machine only', async () => {
  const first = await startEmbeddedPostgres({ dataDir });
  const url = await first.ensureDatabase('tongzheng');
  await ask(url, 'create table kept (n int)');
  await ask(url, 'insert into kept values (7)');
  expect(await ask(url, 'show fsync')).toBe('on');
  expect(await ask(url, 'show listen_addresses')).toBe('127.0.0.1');
  const wrong = new URL(url);
  wrong.password = 'wrong';
  await expect(ask(wrong.href, 'select 1')).rejects.toThrow('password');
  // Each program has a role of its own and does not see into the other's tables.
  const other = new URL(await first.ensureDatabase('tongzheng_tax'));
  other.pathname = '/tongzheng';
  await expect(ask(other.href, 'select n from kept')).rejects.toThrow('permission denied');
  // Deleting the folder deletes the database: as root, too, it lies in there (mkdtemp makes folders that only root may enter).
  expect(existsSync(join(dataDir, 'postgres', 'PG_VERSION'))).toBe(true);
  await first.stop();

  const second = await startEmbeddedPostgres({ dataDir });
  expect(await ask(await second.ensureDatabase('tongzheng'), 'select n from kept')).toBe(7);
  await second.stop();
});

test('a new server that is given out early is on disk later; a kill before that loses nothing; after a cut of power it is set aside', async () => {
  const mark = join(dataDir, 'postgres.unsynced');
  const first = await startEmbeddedPostgres({ dataDir, early: true });
  await ask(await first.ensureDatabase('tongzheng'), 'create table kept (n int)');
  await first.durable;
  expect(existsSync(mark)).toBe(false);
  await first.stop();
  const second = await startEmbeddedPostgres({ dataDir });
  expect(await ask(await second.ensureDatabase('tongzheng'), 'select count(*) from kept')).toBe('0');
  await second.stop();
  writeFileSync(mark, readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
  const killed = await startEmbeddedPostgres({ dataDir });
  expect(await ask(await killed.ensureDatabase('tongzheng'), 'select count(*) from kept')).toBe('0');
  expect(existsSync(mark)).toBe(false);
  await killed.stop();
  writeFileSync(mark, 'another boot');
  const third = await startEmbeddedPostgres({ dataDir });
  await expect(ask(await third.ensureDatabase('tongzheng'), 'select n from kept')).rejects.toThrow('does not exist');
  expect(existsSync(mark)).toBe(false);
  expect(readdirSync(dataDir).filter((name) => name.startsWith('postgres.damaged-'))).toHaveLength(1);
  await third.stop();
});

test('the log of the server names the rule that a row broke, not the row (wire.md §10 test 76)', async () => {
  const server = await startEmbeddedPostgres({ dataDir });
  const url = await server.ensureDatabase('tongzheng');
  await ask(url, 'create table person (id_no text constraint id_length check (length(id_no) = 15))');
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const refused = client.query('insert into person values ($1)', ['429999199001010015']);
  await expect(refused).rejects.toMatchObject({ detail: expect.stringContaining('429999199001010015') });
  await client.end();
  await server.stop();
  const log = readFileSync(join(dataDir, 'postgres.log'), 'utf8');
  expect(log).toContain('id_length');
  expect(log).not.toContain('42999919900101001');
});

test('a killed starter leaves a server behind: the next start ends it and loses nothing that was committed', async () => {
  const program = `
    import { startEmbeddedPostgres } from ${JSON.stringify(join(import.meta.dirname, 'index.ts'))};
    import pg from 'pg';
    const server = await startEmbeddedPostgres({ dataDir: process.argv[1] });
    const client = new pg.Client({ connectionString: server.url('postgres') });
    await client.connect();
    await client.query('create table kept as select 7 as n');
    process.stdout.write('committed');
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, dataDir], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((done, fail) => {
    child.stdout.once('data', () => done());
    child.once('exit', () => fail(new Error('the first starter ended')));
  });
  await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow('正由另一个进程');
  child.kill('SIGKILL');
  await new Promise((done) => child.once('close', done));
  const server = await startEmbeddedPostgres({ dataDir });
  expect(await ask(server.url('postgres'), 'select n from kept')).toBe(7);
  await server.stop();
});

/** Computes for minutes without looking up: such a backend does not notice at once that its postmaster is gone. */
async function busyBackend(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  await client.query('begin');
  await client.query('create table half (n int)');
  client.query('select count(*) from generate_series(1, 10000000000)').catch(() => undefined);
}

test('a postmaster killed with -9 while backends work is replaced on the same port; what was committed is there, what was not is not', async () => {
  const said: string[] = [];
  const server = await startEmbeddedPostgres({ dataDir, keep: (line) => said.push(line) });
  const url = await server.ensureDatabase('tongzheng');
  await ask(url, 'create table kept as select 7 as n');
  await busyBackend(url);
  const killed = server.pid;
  const before = workingIn(clusterPlace(dataDir).cluster);
  expect(before.length).toBeGreaterThan(3);
  process.kill(killed, 'SIGKILL');
  // The signal may take a moment to arrive, and until then the old server answers.
  await expect.poll(() => server.pid, { timeout: 30_000 }).not.toBe(killed);
  await expect.poll(() => ask(url, 'select n from kept').catch(() => 'down'), { timeout: 30_000 }).toBe(7);
  expect(workingIn(clusterPlace(dataDir).cluster).filter((pid) => before.includes(pid))).toEqual([]);
  expect(await ask(url, `select to_regclass('half')`)).toBeNull();
  expect(said).toEqual(['数据库意外退出，正在重新启动']);
  await server.stop();
  expect(workingIn(clusterPlace(dataDir).cluster)).toEqual([]);
}, 60_000);

test('starter and postmaster killed together: the next start waits for the backends that are left and takes the stale file', async () => {
  const first = await startEmbeddedPostgres({ dataDir });
  const url = await first.ensureDatabase('tongzheng');
  await ask(url, 'create table kept as select 7 as n');
  await busyBackend(url);
  const { cluster } = clusterPlace(dataDir);
  process.kill(first.pid, 'SIGKILL');
  // The number of the dead postmaster belongs to somebody else by now.
  const stale = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n');
  writeFileSync(join(cluster, 'postmaster.pid'), [process.pid, ...stale.slice(1)].join('\n'));
  const left = workingIn(cluster);
  const second = await startEmbeddedPostgres({ dataDir });
  expect(left.length).toBeGreaterThan(0);
  expect(workingIn(cluster).filter((pid) => left.includes(pid))).toEqual([]);
  expect(await ask(second.url('tongzheng'), 'select n from kept')).toBe(7);
  await second.stop();
}, 60_000);
