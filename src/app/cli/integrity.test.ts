import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { run, sql } from '../../platform/db.ts';
import { momentAt, type TestServices, testServices } from '../../platform/testing/services.ts';
import { agencyMigrations } from '../migrations.ts';
import { integrityCommand } from './integrity.ts';

const folder = mkdtempSync(join(tmpdir(), 'tongzheng-integrity-'));
const said: string[] = [];
let services: TestServices;

beforeAll(async () => {
  services = await testServices({ folders: agencyMigrations() });
});
beforeEach(() => {
  said.length = 0;
  vi.stubEnv('DATABASE_URL', services.database.url);
  vi.stubEnv('TONGZHENG_DATA', folder);
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((text) => said.push(String(text)) > 0);
  }
});
afterAll(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await services.close();
  rmSync(folder, { recursive: true, force: true });
});

const employerIn = (region: string) =>
  run(
    services.db,
    sql`insert into registry_employer (region, employer_no, uscc, name, recorded_at)
        values (${region}, '990000101', '91420500MA0000T1XK', '样本单位', ${momentAt('2023-04-10 09:00')})`,
  );

test('an empty database is told to be one, and a region asked for is refused', async () => {
  expect(await integrityCommand([])).toBe(0);
  expect(said.join('')).toBe('库里还没有参保单位，没有可核对的\n');
  expect(await integrityCommand(['--region', '420500'])).toBe(64);
  expect(said.join('')).toContain('统筹区 420500 宜昌市 没有参保单位，什么也没有核对');
});

test('every region that has an employer is checked and named, whatever the settings say', async () => {
  await employerIn('429999');
  await employerIn('421300');
  vi.stubEnv('TONGZHENG_REGION', '420500');
  expect(await integrityCommand([])).toBe(0);
  expect(said.join('').match(/^统筹区 .*|^违反 \d+ 处/gm)).toEqual([
    '统筹区 421300 随州市',
    '违反 0 处',
    '统筹区 429999',
    '违反 0 处',
  ]);
  said.length = 0;
  expect(await integrityCommand(['--json', '--only', '2'])).toBe(0);
  const found = said.map((line) => JSON.parse(line));
  expect(found).toMatchObject([
    { region: '421300', violations: 0 },
    { region: '429999', violations: 0 },
  ]);
});

test('a region without an employer is refused with those there are', async () => {
  expect(await integrityCommand(['--region', '420500'])).toBe(64);
  expect(said.join('')).toBe('统筹区 420500 宜昌市 没有参保单位，什么也没有核对；库里有 421300 随州市、429999\n');
});

test('a violation in one of the regions is the answer for all', async () => {
  await run(
    services.db,
    sql`insert into wire_stream (region, peer, stream, last_seq, head_digest) values ('429999', 'tax.429999', 'bills', 3, '')`,
  );
  expect(await integrityCommand(['--only', '5'])).toBe(1);
  expect(said.join('')).toMatch(/421300 随州市\n✓ 5\.[\s\S]*429999\n✗ 5\./);
  expect(await integrityCommand(['--only', '5', '--region', '421300'])).toBe(0);
});
