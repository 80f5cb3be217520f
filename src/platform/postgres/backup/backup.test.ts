import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type EmbeddedPostgres, runningServerUrl, startEmbeddedPostgres } from '../index.ts';
import { adoptDatabases } from './adopt.ts';
import { archiveSettings, readDescription, readThrough, restoreBackup, takeBackup } from './index.ts';

/** The next adoption is cut off when its work is done and nobody knows it yet. */
const cut = vi.hoisted(() => ({ next: false }));
vi.mock('./adopt.ts', async (load) => {
  const real = await load<typeof import('./adopt.ts')>();
  return {
    adoptDatabases: async (...args: Parameters<typeof adoptDatabases>) => {
      await real.adoptDatabases(...args);
      if (cut.next) throw new Error('cut off');
    },
  };
});

const root = mkdtempSync(join(tmpdir(), 'tongzheng-backup-'));
// The server's account must be able to enter.
chmodSync(root, 0o755);
const at = (name: string) => join(root, name);
const DATABASES = { agency: 'tongzheng', tax: 'tongzheng_tax' };
/** The machine does not lose its power during the tests. */
const FAST = { fsync: 'off' };
let server: EmbeddedPostgres;
let agency: pg.Client;
let tax: pg.Client;

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}

async function numbers(url: string, text: string): Promise<number[]> {
  const client = await connect(url);
  try {
    return (await client.query<{ n: number }>(text)).rows.map((row) => row.n);
  } finally {
    await client.end();
  }
}

/** Turns one bit of the byte in the middle of the first place where `text` stands. */
function flip(file: string, text: string): void {
  const where = readFileSync(file).indexOf(text) + Math.floor(text.length / 2);
  const handle = openSync(file, 'r+');
  const byte = Buffer.alloc(1);
  readSync(handle, byte, 0, 1, where);
  byte[0] = (byte[0] ?? 0) ^ 1;
  writeSync(handle, byte, 0, 1, where);
}

const take = (target: string, url = server.url('postgres')) =>
  takeBackup({ url, origin: 'embedded', databases: DATABASES, target: at(target), dataDir: at('live') });

beforeAll(async () => {
  server = await startEmbeddedPostgres({ dataDir: at('live'), settings: { ...archiveSettings(at('log')), ...FAST } });
  agency = await connect(await server.ensureDatabase('tongzheng'));
  tax = await connect(await server.ensureDatabase('tongzheng_tax'));
  for (const client of [agency, tax]) await client.query('create table act (n int primary key, filler text)');
  // Enough that the copy takes a moment.
  await agency.query(`insert into act select -n, repeat('样', 200) from generate_series(1, 40000) n`);
  mkdirSync(at('live/keys'));
  writeFileSync(at('live/keys/agency.json'), '{"secret":"not a real one"}\n');
  writeFileSync(at('live/clock.json'), '{"offsetMs":-5,"frozenAt":null}\n');
});
afterAll(async () => {
  await agency?.end();
  await tax?.end();
  await server?.stop();
  rmSync(root, { recursive: true, force: true });
});

/** `a` is at or before `b` in the log. */
function notAfter(a: string, b: string): boolean {
  const value = (lsn: string) =>
    BigInt(
      `0x${lsn
        .split('/')
        .map((half) => half.padStart(8, '0'))
        .join('')}`,
    );
  return value(a) <= value(b);
}

describe('backup and restore', () => {
  test('what was committed before the end of a backup is in it, in both databases, though writing went on', async () => {
    const committed: { n: number; lsn: string }[] = [];
    let writing = true;
    const writer = (async () => {
      for (let n = 1; writing; n += 1) {
        await tax.query('insert into act values ($1)', [n]);
        await agency.query('insert into act values ($1)', [n]);
        const { rows } = await agency.query<{ lsn: string }>('select pg_current_wal_flush_lsn()::text as lsn');
        committed.push({ n, lsn: rows[0]?.lsn ?? '' });
      }
    })();
    const description = await take('first');
    await sleep(50);
    writing = false;
    await writer;
    expect(committed.length).toBeGreaterThan(10);

    const restored = await restoreBackup({ backup: at('first'), dataDir: at('second') });
    expect(restored.description).toEqual(description);
    const again = await startEmbeddedPostgres({ dataDir: at('second'), settings: FAST });
    try {
      const url = await again.ensureDatabase('tongzheng');
      const there = await numbers(url, 'select n from act where n > 0 order by n');
      const taxThere = new Set(await numbers(await again.ensureDatabase('tongzheng_tax'), 'select n from act'));
      const before = committed.filter(({ lsn }) => notAfter(lsn, description.end.lsn)).map(({ n }) => n);
      expect(there.slice(0, before.length)).toEqual(before);
      // The log has one order for both: no act of the agency without what the tax side committed before it.
      expect(there.filter((n) => !taxThere.has(n))).toEqual([]);
      expect(await numbers(url, 'select count(*)::int as n from act where n < 0')).toEqual([40_000]);
      const [timeline] = await numbers(again.url('postgres'), 'select timeline_id as n from pg_control_checkpoint()');
      expect(timeline).toBeGreaterThan(description.end.timeline);
    } finally {
      await again.stop();
    }
    expect(readFileSync(at('second/keys/agency.json'))).toEqual(readFileSync(at('live/keys/agency.json')));
    expect(readFileSync(at('second/clock.json'))).toEqual(readFileSync(at('live/clock.json')));
    expect(statSync(at('first')).mode & 0o077).toBe(0);
  });

  test('a place with something in it is refused on both ways; a draft left by a killed backup is not', async () => {
    await expect(take('first')).rejects.toThrow('里已有文件');
    await expect(restoreBackup({ backup: at('first'), dataDir: at('second') })).rejects.toThrow('里已有文件');
    mkdirSync(at('third.part'));
    writeFileSync(at('third.part/base.tar'), 'half');
    await take('third');
    expect(existsSync(at('third.part'))).toBe(false);
    await expect(readThrough(at('third'), readDescription(at('third')), undefined)).resolves.toBeUndefined();
  });

  test('of two backups to one place at the same time one is made whole, and the other is told', async () => {
    const ends = await Promise.allSettled([take('same'), take('same')]);
    expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const refused = ends.find((end) => end.status === 'rejected');
    expect(String(refused?.reason)).toMatch(/另一份备份正在写 .*same/);
    await expect(readThrough(at('same'), readDescription(at('same')), undefined)).resolves.toBeUndefined();
    expect(existsSync(at('same.part'))).toBe(false);
  });

  test.each([
    ['a row', 'base.tar', '样样样样样样样样', /base\/\d+\/\d+ 与清单不符/],
    ['a name in the tar', 'base.tar', 'global/pg_control', /头与其校验和不符/],
    ['the manifest', 'backup_manifest', '"Size"', /backup_manifest 与备份时不同/],
    ['a key', 'data/keys/agency.json', 'not a real one', /data\/keys\/agency.json 与备份时不同/],
    ['the description', 'backup.json', '"serverVersion"', /backup.json/],
  ])('one flipped bit in %s is refused', async (_what, file, text, message) => {
    rmSync(at('flipped'), { recursive: true, force: true });
    rmSync(at('from-flipped'), { recursive: true, force: true });
    cpSync(at('first'), at('flipped'), { recursive: true });
    flip(join(at('flipped'), file), text);
    await expect(restoreBackup({ backup: at('flipped'), dataDir: at('from-flipped') })).rejects.toThrow(message);
    expect(existsSync(at('from-flipped/postgres/PG_VERSION'))).toBe(false);
  });

  test('an interrupted restore cannot be started, and is begun again by the same command', async () => {
    mkdirSync(at('cut/postgres'), { recursive: true });
    writeFileSync(at('cut/restoring.json'), '{}');
    await expect(startEmbeddedPostgres({ dataDir: at('cut') })).rejects.toThrow('恢复没有做完');
    await restoreBackup({ backup: at('first'), dataDir: at('cut') });
    const again = await startEmbeddedPostgres({ dataDir: at('cut') });
    await again.stop();
  });

  test('a running server of a data folder is found; one that stopped, or whose number another process has, is not', async () => {
    expect(runningServerUrl(at('live'), 'postgres')).toBe(server.url('postgres'));
    expect(runningServerUrl(at('second'), 'postgres')).toBeUndefined();
    writeFileSync(at('second/postgres/postmaster.pid'), `${process.pid}\n${at('second/postgres')}\n0\n1\n`);
    expect(runningServerUrl(at('second'), 'postgres')).toBeUndefined();
  });

  test('a role without REPLICATION is told what is missing', async () => {
    await agency.query('select 1');
    await expect(take('fourth', await server.ensureDatabase('tongzheng'))).rejects.toThrow('没有 REPLICATION 权限');
    expect(existsSync(at('fourth'))).toBe(false);
    expect(existsSync(at('fourth.part'))).toBe(false);
  });

  test('a backup of a server with names of its own becomes a data folder of the embedded server, though it is cut off once', {
    timeout: 180_000,
  }, async () => {
    const other = await startEmbeddedPostgres({ dataDir: at('other'), settings: FAST });
    const owned = await connect(await other.ensureDatabase('yichang', 'office'));
    await owned.query('create table kept as select 7 as n');
    await owned.end();
    const ownedToo = await connect(await other.ensureDatabase('yichang_tax', 'office'));
    await ownedToo.query('create table kept_too as select 17 as n');
    await ownedToo.end();
    const databases = { agency: 'yichang', tax: 'yichang_tax' };
    const url = other.url('yichang');
    await takeBackup({ url, origin: 'server', databases, target: at('other-backup'), dataDir: at('live') });
    await other.stop();
    const restore = () => restoreBackup({ backup: at('other-backup'), dataDir: at('adopted') });
    cut.next = true;
    await expect(restore()).rejects.toThrow('cut off');
    await expect(startEmbeddedPostgres({ dataDir: at('adopted') })).rejects.toThrow('恢复没有做完');
    cut.next = false;
    const { description } = await restore();
    const again = await startEmbeddedPostgres({ dataDir: at('adopted'), settings: FAST });
    const next = async (name: string, table: string) =>
      numbers(await again.ensureDatabase(name), `update ${table} set n = n + 1 returning n`);
    try {
      expect(await next('tongzheng', 'kept')).toEqual([8]);
      expect(await next('tongzheng_tax', 'kept_too')).toEqual([18]);
      // As it is when only the first of the two has been handed over: the second was the same owner's.
      const half = await connect(again.url('tongzheng_tax'));
      await half.query('reassign owned by tongzheng_tax to office');
      await half.query('alter database tongzheng_tax owner to tongzheng');
      await half.end();
      await adoptDatabases(again, description);
      expect(await next('tongzheng', 'kept')).toEqual([9]);
      expect(await next('tongzheng_tax', 'kept_too')).toEqual([19]);
      const own =
        'select count(*)::int as n from pg_database d join pg_roles r on r.oid = d.datdba where r.rolname = d.datname and datname like $$tongzheng%$$';
      expect(await numbers(again.url('postgres'), own)).toEqual([2]);
    } finally {
      await again.stop();
    }
  });
});

describe('a point in time', () => {
  const clock = async () =>
    (await agency.query<{ t: Date }>('select clock_timestamp() as t')).rows[0]?.t.toISOString() ?? '';

  test('with the archived log a cluster comes back as it was at a moment after the backup', async () => {
    await take('base');
    await agency.query('insert into act values (1000001)');
    await sleep(20);
    const moment = await clock();
    await sleep(20);
    await agency.query('delete from act');
    const admin = await connect(server.url('postgres'));
    const { rows } = await admin.query<{ name: string }>('select pg_walfile_name(pg_switch_wal()) as name');
    await admin.end();
    const segment = rows[0]?.name ?? '';
    for (let i = 0; i < 200 && !existsSync(join(at('log'), segment)); i += 1) await sleep(100);

    await restoreBackup({ backup: at('base'), dataDir: at('moment'), until: { at: moment, log: at('log') } });
    const again = await startEmbeddedPostgres({ dataDir: at('moment'), settings: FAST });
    try {
      const url = await again.ensureDatabase('tongzheng');
      expect(await numbers(url, 'select count(*)::int as n from act where n = 1000001 or n < 0')).toEqual([40_001]);
    } finally {
      await again.stop();
    }
    // The whole log: the deletion too.
    await restoreBackup({ backup: at('base'), dataDir: at('latest'), until: { at: null, log: at('log') } });
    const latest = await startEmbeddedPostgres({ dataDir: at('latest'), settings: FAST });
    try {
      expect(await numbers(await latest.ensureDatabase('tongzheng'), 'select count(*)::int as n from act')).toEqual([
        0,
      ]);
    } finally {
      await latest.stop();
    }
  });

  test('a moment before the backup or after the log is refused in words', async () => {
    const restore = (moment: string) =>
      restoreBackup({ backup: at('base'), dataDir: at('nowhere'), until: { at: moment, log: at('log') } });
    await expect(restore('2001-01-01T00:00:00+08:00')).rejects.toThrow('请用更早的备份');
    expect(existsSync(at('nowhere'))).toBe(false);
    await expect(restore('2999-01-01T00:00:00+08:00')).rejects.toThrow('归档日志到不了 2999-01-01 00:00:00');
  });
});
