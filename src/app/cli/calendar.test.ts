import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { isPublishedYear, isWorkday } from '../../kernel/calendar.ts';
import { civilDate } from '../../kernel/month.ts';
import { listCalendarYears, loadLaw } from '../../parameters/index.ts';
import { verifyChain } from '../../platform/audit/index.ts';
import { rows, sql } from '../../platform/db.ts';
import { emptyTables, testDatabase } from '../../platform/testing/index.ts';
import { type TestServices, testServices } from '../../platform/testing/services.ts';
import { agencyMigrations } from '../migrations.ts';
import { seedCalendar } from '../seed.ts';
import { calendarCommand } from './calendar.ts';

/** Made up: no notice says it. */
const YEAR_2027 =
  '0101 0130 0205 0208 0209 0210 0211 0212 0213 0405 0503 0504 0505 0508 0609 0915 0925 1001 1004 1005 1006 1007 1009';
const YEAR_2028 = '0103 0122 0125 0126 0127 0128 0131 0205 0404 0429 0501 0502 0503 0529 1002 1003 1004 1005 1006 1014';
const folder = mkdtempSync(join(tmpdir(), 'tongzheng-calendar-'));
const said: string[] = [];
let services: TestServices;

beforeAll(async () => {
  services = await testServices({ folders: agencyMigrations(), region: '420500' });
});
beforeEach(async () => {
  await emptyTables(services.db, 'parameters_calendar_year', 'platform_audit', 'platform_audit_seal');
  await seedCalendar(services);
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

let files = 0;
function fileOf(content: object | string): string {
  const file = join(folder, `calendar-${++files}.json`);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}
const importOf = (content: object | string, ...more: string[]) => calendarCommand(['import', fileOf(content), ...more]);
const audits = () =>
  rows(
    services.db,
    sql<{ object: string; detail: object }>`
      select object, detail from platform_audit where action = 'ops.calendar' order by audit_id`,
  );
const published = async () => (await listCalendarYears(services.db)).map(({ year }) => year);
const works = async (day: string) => isWorkday((await loadLaw(services.db)).calendar, civilDate(day));

describe('a new year', () => {
  test('is in force for a running program at once, and in the sealed audit', async () => {
    expect(isPublishedYear((await loadLaw(services.db)).calendar, 2027)).toBe(false);
    expect(await importOf({ 2027: YEAR_2027 })).toBe(0);
    expect([await works('2027-02-13'), await works('2027-02-12')]).toEqual([true, false]);
    expect(said.join('')).toContain('2027 年已导入');
    expect(said.join('')).toContain('02-13 周六');
    const [audited] = await audits();
    expect(audited).toMatchObject({
      object: 'calendar:2027',
      detail: { outcome: 'ADDED', source: '国务院办公厅关于2027年部分节假日安排的通知' },
    });
    const say = vi.fn();
    expect(await verifyChain(services.db, '420500', say)).toMatchObject({ checked: 1, head: { seq: 1 } });
    expect(say).not.toHaveBeenCalled();
    const unsealed = sql`select 1 from platform_audit a where not exists (select 1 from platform_audit_seal s where s.audit_id = a.audit_id)`;
    expect(await rows(services.db, unsealed)).toEqual([]);
  });

  test('twice is once, also at the same moment', async () => {
    const file = fileOf({ 2027: YEAR_2027 });
    expect(await Promise.all([1, 2].map(() => calendarCommand(['import', file])))).toEqual([0, 0]);
    expect(await calendarCommand(['import', file])).toBe(0);
    expect(said.join('').match(/已经有了，没有变化/g)).toHaveLength(2);
    expect(await audits()).toHaveLength(1);
  });

  test('names its notice when it is another', async () => {
    expect(await importOf({ 2027: YEAR_2027 }, '--source', '示例通知〔2026〕1号')).toBe(0);
    expect((await listCalendarYears(services.db)).at(-1)).toMatchObject({ year: 2027, source: '示例通知〔2026〕1号' });
  });

  test('before the first start leaves the years of the library to be filled in', async () => {
    await emptyTables(services.db, 'parameters_calendar_year');
    expect(await importOf({ 2027: YEAR_2027 })).toBe(0);
    await seedCalendar(services);
    const years = await published();
    expect([years[0], years.length, years.at(-1)]).toEqual([2004, 24, 2027]);
    expect(await works('2027-02-13')).toBe(true);
  });
});

describe('a year that is there', () => {
  const corrected = YEAR_2027.replace('0213', '0220');

  test('is not changed by accident, nor any other year of the file', async () => {
    await importOf({ 2027: YEAR_2027 });
    expect(await importOf({ 2028: YEAR_2028, 2027: corrected })).toBe(1);
    expect(said.join('')).toContain('有 2 天不同：2027-02-13、2027-02-20');
    expect(await works('2027-02-13')).toBe(true);
    expect(await published()).not.toContain(2028);
    expect(await audits()).toHaveLength(1);
  });

  test('is corrected when asked to, for running programs too, though the notice is the same', async () => {
    await importOf({ 2027: YEAR_2027 });
    expect(await works('2027-02-13')).toBe(true);
    expect(await importOf({ 2027: corrected }, '--replace')).toBe(0);
    expect([await works('2027-02-13'), await works('2027-02-20')]).toEqual([false, true]);
    expect((await audits()).at(-1)).toMatchObject({
      detail: { outcome: 'REPLACED', changed: ['2027-02-13', '2027-02-20'] },
    });
  });
});

describe('what is refused changes nothing', () => {
  test.each([
    ['no JSON', '{"2027": ', [], '不是合法的 JSON'],
    ['a slip', { 2027: YEAR_2027.replace('0210', '0230') }, [], '2027 年没有这样的日子：0230'],
    ['one good year, one bad', { 2027: YEAR_2027, 2028: '' }, [], '2028 年的 05-01、10-02、10-03'],
    ['one notice for two years', { 2027: YEAR_2027, 2028: YEAR_2028 }, ['--source', '示例'], '只有一年'],
  ] as const)('%s', async (_what, content, more, words) => {
    expect(await importOf(content, ...more)).toBe(1);
    expect(said.join('')).toContain('没有导入');
    expect(said.join('')).toContain(words);
    expect(await published()).not.toContain(2027);
    expect(await audits()).toEqual([]);
  });

  test('a file that is not there, and words that are off', async () => {
    expect(await calendarCommand(['import', join(folder, 'nothing.json')])).toBe(1);
    expect(await calendarCommand(['import', folder])).toBe(1);
    expect(await calendarCommand([])).toBe(64);
    expect(await calendarCommand(['import'])).toBe(64);
    expect(await calendarCommand(['drop', '2026'])).toBe(64);
    expect(await calendarCommand(['show', 'x'])).toBe(64);
  });

  test('a database that no program has prepared, and a folder without one', async () => {
    const raw = await testDatabase([]);
    try {
      vi.stubEnv('DATABASE_URL', raw.url);
      await expect(importOf({ 2027: YEAR_2027 })).rejects.toThrow('请先启动一次');
    } finally {
      await raw.close();
    }
    const nowhere = join(folder, 'empty');
    vi.stubEnv('DATABASE_URL', '');
    vi.stubEnv('TONGZHENG_DATA', nowhere);
    await expect(calendarCommand(['show'])).rejects.toThrow('没有数据库');
    expect(existsSync(nowhere)).toBe(false);
  });
});

describe('show', () => {
  test('lists the years, and of one year what is not as its week', async () => {
    expect(await calendarCommand(['show'])).toBe(0);
    expect(said).toHaveLength(23);
    expect(said.at(-1)).toBe('2026  工作日 248 天  国务院办公厅关于2026年部分节假日安排的通知\n');
    expect(await calendarCommand(['show', '2026'])).toBe(0);
    expect(said.at(-1)).toContain('上班的周六、周日 6 天：01-04 周日、02-14 周六');
    expect(await calendarCommand(['show', '2027'])).toBe(1);
    expect(said.at(-1)).toContain('2027 年工作日历还没有导入');
  });

  test('writes what can be imported', async () => {
    expect(await calendarCommand(['show', '--json'])).toBe(0);
    const text = said.join('');
    said.length = 0;
    expect(await importOf(text)).toBe(0);
    expect(said.join('').match(/没有变化/g)).toHaveLength(23);
    expect(await audits()).toEqual([]);
  });
});
