import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { cityDistricts, PEOPLE_MAX } from '../../../city/index.ts';
import { addMonths, dateOf, type Month, monthOf, parseMonth } from '../../kernel/month.ts';
import { openDb, openPool } from '../../platform/db.ts';
import { migrate } from '../../platform/migrate.ts';
import { createBook } from '../../rules/index.ts';
import { loadCity } from '../generate/load.ts';
import { loadBar } from '../generate/progress.ts';
import { type LaunchSettings, readSettings } from '../launcher/settings.ts';
import { agencyMigrations } from '../migrations.ts';
import { beginningNow } from './business-now.ts';
import { type DraftFile, openDraft } from './draft-file.ts';
import { GENERATE_HELP } from './generate-help.ts';
import { seconds } from './progress.ts';
import { openTarget } from './target.ts';

const YEARS_MAX = 10;

/** A bulk load writes gigabytes in one go: the log may grow before it is settled, and what is lost with power is done again. */
const BULK_SETTINGS = {
  max_wal_size: '8GB',
  checkpoint_timeout: '30min',
  shared_buffers: '512MB',
  wal_compression: 'on',
};

type Wanted = {
  readonly seed: string;
  readonly people: number;
  readonly from: Month;
  readonly through: Month;
  readonly region: string;
};

/** 0: loaded (and what was checked agrees); 1: the sample differs; 64: the words of the call are off. */
export async function generateCommand(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      people: { type: 'string' },
      seed: { type: 'string', default: '1' },
      years: { type: 'string', default: '2' },
      through: { type: 'string' },
      region: { type: 'string' },
      truth: { type: 'string', default: 'city-truth.ndjson' },
      check: { type: 'string', default: '0' },
      'only-files': { type: 'string' },
    },
  });
  const settings = readSettings(process.env);
  const [people, years, check] = [Number(values.people), Number(values.years), Number(values.check)];
  const lastMonth = addMonths(monthOf(dateOf(beginningNow(settings.dataDir, settings.mode))), -1);
  const through = values.through === undefined ? lastMonth : parseMonth(values.through);
  const between = (n: number, least: number, most: number): boolean => Number.isInteger(n) && n >= least && n <= most;
  if (!between(people, 1, PEOPLE_MAX)) return misuse(`--people 是 1 到 ${PEOPLE_MAX} 的整数`);
  if (!between(years, 1, YEARS_MAX)) return misuse(`--years 是 1 到 ${YEARS_MAX} 的整数`);
  if (!between(check, 0, people)) return misuse('--check 是整数，不多于 --people');
  if (!through) return misuse('--through 写成 2023-03 的样子');
  const region = values.region ?? settings.region;
  const wanted: Wanted = { seed: values.seed, people, from: addMonths(through, 1 - years * 12), through, region };
  if (values['only-files'] !== undefined) return writeFiles(resolve(values['only-files']), wanted);
  const truth = openDraft(resolve(values.truth));
  try {
    return await load(settings, wanted, truth, check);
  } finally {
    truth.discard();
  }
}

function misuse(text: string): number {
  process.stderr.write(`${text}\n\n${GENERATE_HELP}`);
  return 64;
}

function writeFiles(folder: string, wanted: Wanted): number {
  mkdirSync(folder, { recursive: true });
  const drafts: DraftFile[] = [];
  const open = (name: string): DraftFile => {
    const draft = openDraft(join(folder, name));
    drafts.push(draft);
    return draft;
  };
  try {
    const [city, truth] = [open('city.ndjson'), open('truth.ndjson')];
    const bar = loadBar();
    truth.write(lineOf(headOf(wanted)));
    const total = { employers: 0, people: 0 };
    for (const { truth: told, people, employers } of cityDistricts({ ...wanted, book: createBook() })) {
      for (const line of told) truth.write(lineOf(line));
      for (const employer of employers) city.write(lineOf(employer));
      total.employers += employers.length;
      total.people += people;
      bar({ phase: 'LOADING', people: total.people, of: wanted.people });
    }
    truth.write(lineOf({ kind: 'TOTAL', ...total }));
    for (const draft of drafts) draft.finish();
  } finally {
    for (const draft of drafts) draft.discard();
  }
  process.stdout.write(`已写 ${folder}/city.ndjson、truth.ndjson\n`);
  return 0;
}

const headOf = (wanted: Wanted) => ({ kind: 'CITY', version: 1, ...wanted });

const lineOf = (said: object): string => `${JSON.stringify(said)}\n`;

async function load(settings: LaunchSettings, wanted: Wanted, truth: DraftFile, check: number): Promise<number> {
  const target = await openTarget(settings, { make: true, settings: BULK_SETTINGS });
  const db = openDb(target.url, { max: 2, applicationName: 'tongzheng-generate' });
  const pool = openPool(target.url, { max: 1, applicationName: 'tongzheng-generate' });
  const stop = new AbortController();
  const interrupt = (): void => stop.abort(new Error('已中断，数据库没有改动'));
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    await migrate(db, agencyMigrations());
    const started = performance.now();
    truth.write(lineOf(headOf(wanted)));
    const loaded = await loadCity(pool, {
      ...wanted,
      now: beginningNow(settings.dataDir, settings.mode),
      signal: stop.signal,
      onProgress: loadBar(),
      onTruth: (line) => truth.write(lineOf(line)),
    });
    const { loadMs, constraintsMs, ...counted } = loaded;
    finishTruth(truth, counted);
    const all = seconds(performance.now() - started);
    process.stdout.write(
      `${loaded.employers} 个单位、${loaded.people} 人（${loaded.persons} 个编号），${wanted.from} 至 ${wanted.through} 已缴 ${loaded.lines} 人月险种\n` +
        `用时 ${all}：载入 ${seconds(loadMs)}，键与索引 ${seconds(constraintsMs)}\n` +
        (loaded.overlays > 0 ? `政策未公布的月份叠加了 ${loaded.overlays} 项测试参数\n` : '') +
        `真相文件 ${truth.name}\n`,
    );
    return check > 0 ? await checkSample(db, wanted, check) : 0;
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
    await pool.end();
    await db.destroy();
    await target.close();
  }
}

/** The city is in the database by now: a disk that is full only now must not sound as if it were not. */
function finishTruth(truth: DraftFile, counted: object): void {
  try {
    truth.write(lineOf({ kind: 'TOTAL', ...counted }));
    truth.finish();
  } catch (error) {
    throw new Error(`城市已载入数据库，但真相文件没有写完：${(error as Error).message}`, { cause: error });
  }
}

/** The second evaluator is part of the tests: an installation without them cannot ask it. */
async function checkSample(db: Parameters<typeof migrate>[0], wanted: Wanted, people: number): Promise<number> {
  const { checkLoadedSample } = await import('../../../tests/plain/loaded-city.ts').catch(() => {
    throw new Error('没有核对：这份安装不带 tests/plain');
  });
  const { region, from, through, seed } = wanted;
  const started = performance.now();
  const result = await checkLoadedSample(db, region, { people, from, through, salt: seed });
  for (const text of result.words) process.stdout.write(`  ${text}\n`);
  const took = seconds(performance.now() - started);
  process.stdout.write(
    `抽 ${result.people} 人，${result.cells} 人月险种按条文复算，不符 ${result.different} 处，用时 ${took}\n`,
  );
  return result.different === 0 ? 0 : 1;
}
