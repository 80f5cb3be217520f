/** `npx tongzheng calendar import|show`: the work calendar of a database, published year by year. */
import { readFileSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { parseArgs } from 'node:util';
import type { CalendarRow } from '../../kernel/calendar.ts';
import { type CalendarYear, exceptionsOf, readCalendarFile, writeExceptions } from '../../kernel/calendar-file.ts';
import { civilDate, weekdayName } from '../../kernel/month.ts';
import { type ImportedYear, importCalendar, listCalendarYears, listWorkdaysOf } from '../../parameters/index.ts';
import { sealAudit } from '../../platform/audit/index.ts';
import { type Db, openDb } from '../../platform/db.ts';
import { pendingMigrations } from '../../platform/migrate.ts';
import { systemActor } from '../../platform/services.ts';
import { type LaunchSettings, readSettings } from '../launcher/settings.ts';
import { agencyMigrations } from '../migrations.ts';
import { businessNow } from './business-now.ts';
import { CALENDAR_HELP } from './calendar-help.ts';
import { openTarget } from './target.ts';

const FILE_BYTES_MAX = 1_048_576;

type Options = {
  readonly source?: string | undefined;
  readonly replace?: boolean | undefined;
  readonly json?: boolean | undefined;
};

/** 0: done, or answered; 1: refused, nothing has changed, or there is no such year; 64: the words of the call are off. */
export async function calendarCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { source: { type: 'string' }, replace: { type: 'boolean' }, json: { type: 'boolean' } },
  });
  const [name, word, ...more] = positionals;
  const settings = readSettings(process.env);
  if (name === 'import' && word !== undefined && more.length === 0) return importFile(settings, word, values);
  if (name === 'show' && more.length === 0) {
    if (word !== undefined && !/^\d{4}$/.test(word)) return misuse(`不是年份：${word}`);
    return withDatabase(settings, (db) => show(db, word === undefined ? undefined : Number(word), values));
  }
  if (name === 'import') return misuse('import 之后写一个文件');
  return misuse(name === undefined || name === 'show' ? '要写子命令' : `没有子命令“${name}”`);
}

function misuse(text: string): number {
  process.stderr.write(`${text}\n\n${CALENDAR_HELP}`);
  return 64;
}

function refused(lines: readonly string[]): number {
  process.stderr.write(`没有导入：\n${lines.map((line) => `  ${line}\n`).join('')}`);
  return 1;
}

async function withDatabase(settings: LaunchSettings, work: (db: Db) => Promise<number>): Promise<number> {
  const target = await openTarget(settings);
  const db = openDb(target.url, { max: 2, applicationName: 'tongzheng-calendar' });
  try {
    if ((await pendingMigrations(db, agencyMigrations())).length > 0) {
      throw new Error('数据库还没有按这个版本的程序准备好：请先启动一次（npm start），再运行本命令');
    }
    return await work(db);
  } finally {
    await db.destroy();
    await target.close();
  }
}

function readText(file: string): string | undefined {
  try {
    return statSync(file).size > FILE_BYTES_MAX ? undefined : readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  } catch {
    return undefined;
  }
}

async function importFile(settings: LaunchSettings, file: string, options: Options): Promise<number> {
  const text = readText(file);
  if (text === undefined) return refused([`读不了 ${file}：没有这个文件，或不是文件，或大于 1 MB`]);
  const { years, faults } = readCalendarFile(text);
  if (faults.length > 0) return refused(faults);
  if (options.source !== undefined && years.length > 1) return refused(['--source 只能用于只有一年的文件']);
  if (options.source?.trim() === '') return refused(['--source 是空的']);
  return withDatabase(settings, (db) => importYears(db, settings, years, options));
}

async function importYears(
  db: Db,
  settings: LaunchSettings,
  years: readonly CalendarYear[],
  { source, replace }: Options,
): Promise<number> {
  const { region, dataDir, mode } = settings;
  const act = { region, now: businessNow(dataDir, mode), actor: systemActor('calendar') };
  const options = { source: source?.trim(), replace, by: accountName() };
  const outcome = await db
    .transaction()
    .setIsolationLevel('read committed')
    .execute((tx) => importCalendar({ ...act, tx }, years, options));
  if ('refused' in outcome) return refused(outcome.refused);
  // Nobody else may be running who would do it.
  while ((await sealAudit(db, region)) > 0);
  const daysOf = new Map(years.map(({ year, days }) => [year, days]));
  for (const one of outcome.years) process.stdout.write(describeImported(one, daysOf.get(one.year) ?? []));
  return 0;
}

/** Of the person at the machine; a container may have no name for it. */
function accountName(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}

const OUTCOMES = { ADDED: '已导入', REPLACED: '已更正', UNCHANGED: '已经有了，没有变化' } as const;

function describeImported({ year, source, outcome, changed }: ImportedYear, days: readonly CalendarRow[]): string {
  const words = changed.length > 0 ? `，与原来有 ${changed.length} 天不同：${changed.join('、')}` : '';
  return `${year} 年${OUTCOMES[outcome]}${words}\n${outcome === 'UNCHANGED' ? '' : describeYear(source, days)}`;
}

/** So that it can be held against the notice. */
function describeYear(source: string, days: readonly CalendarRow[]): string {
  const odd = exceptionsOf(days);
  const list = (working: boolean): string => {
    const some = odd.filter((row) => row.working === working);
    return `${some.length} 天：${some.map(({ day }) => `${day.slice(5)} ${weekdayName(civilDate(day))}`).join('、')}`;
  };
  return (
    `  出处：${source}\n  工作日 ${days.filter(({ working }) => working).length} 天\n` +
    `  放假的周一至周五 ${list(false)}\n  上班的周六、周日 ${list(true)}\n`
  );
}

async function show(db: Db, wanted: number | undefined, { json }: Options): Promise<number> {
  const published = await listCalendarYears(db);
  const years = published.filter(({ year }) => wanted === undefined || year === wanted);
  if (wanted !== undefined && years.length === 0) {
    process.stderr.write(`${wanted} 年工作日历还没有导入\n`);
    return 1;
  }
  if (json) {
    const entries = await Promise.all(
      years.map(async ({ year }) => [year, writeExceptions(await listWorkdaysOf(db, year))]),
    );
    process.stdout.write(`${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`);
    return 0;
  }
  for (const { year, source, workdays } of years) {
    if (wanted === undefined) process.stdout.write(`${year}  工作日 ${workdays} 天  ${source}\n`);
    else process.stdout.write(`${year} 年\n${describeYear(source, await listWorkdaysOf(db, year))}`);
  }
  return 0;
}
