import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { rows, sql } from '../../platform/db.ts';
import { type TestServices, testServices } from '../../platform/testing/services.ts';
import { agencyMigrations } from '../migrations.ts';
import { generateCommand } from './generate.ts';

const folder = mkdtempSync(join(tmpdir(), 'tongzheng-generate-'));
const file = join(folder, 'truth.ndjson');
let services: TestServices;

beforeAll(async () => {
  services = await testServices({ folders: agencyMigrations() });
});
beforeEach(() => {
  vi.stubEnv('DATABASE_URL', services.database.url);
  vi.stubEnv('TONGZHENG_DATA', folder);
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await services.close();
  rmSync(folder, { recursive: true, force: true });
});

const generate = (...more: string[]) => generateCommand(['--people', '60', '--years', '1', ...more]);
const kindsIn = (path: string): string[] =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).kind);

test('a truth file that cannot be written is told before anything is loaded', async () => {
  await expect(generate('--truth', join(folder, 'missing/truth.ndjson'))).rejects.toThrow('没有这个目录');
  await expect(generate('--truth', folder)).rejects.toThrow('它是一个目录');
  expect(await rows(services.db, sql`select 1 from registry_employer limit 1`)).toEqual([]);
});

test('the truth of a city that is loaded stays when the next is refused', async () => {
  expect(await generate('--truth', file)).toBe(0);
  expect(kindsIn(file)[0]).toBe('CITY');
  expect(kindsIn(file).at(-1)).toBe('TOTAL');
  const kept = readFileSync(file, 'utf8');
  await expect(generate('--truth', file, '--seed', '2')).rejects.toThrow('生成的城市只能载入空库');
  expect(readFileSync(file, 'utf8')).toBe(kept);
  expect(existsSync(`${file}.part`)).toBe(false);
});

test('files alone take their names when they are complete', async () => {
  expect(await generate('--only-files', join(folder, 'files'))).toBe(0);
  expect(readdirSync(join(folder, 'files')).sort()).toEqual(['city.ndjson', 'truth.ndjson']);
  const linesOf = (name: string) =>
    readFileSync(join(folder, 'files', name), 'utf8')
      .trimEnd()
      .split('\n');
  const [truth, employers] = [linesOf('truth.ndjson'), linesOf('city.ndjson').length];
  expect(JSON.parse(truth[0] ?? '')).toMatchObject({ kind: 'CITY', people: 60 });
  expect(JSON.parse(truth.at(-1) ?? '')).toEqual({ kind: 'TOTAL', employers, people: 60 });
  expect(truth.filter((line) => /"kind":"TOTAL"/.test(line))).toHaveLength(1);
});

// Linux has a device that is always full.
test.skipIf(!existsSync('/dev/full'))('a full disk is told in words, and nothing gets the name', async () => {
  const place = join(folder, 'full');
  mkdirSync(place);
  symlinkSync('/dev/full', join(place, 'city.ndjson.part'));
  await expect(generate('--only-files', place)).rejects.toThrow(`写不了 ${join(place, 'city.ndjson')}：磁盘已满`);
  expect(readdirSync(place)).toEqual([]);
});
