import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { parseMoment } from '../../kernel/month.ts';
import { openDb } from '../../platform/db.ts';
import {
  type RecoveryTarget,
  type Restored,
  readable,
  readDescription,
  readThrough,
  restoreBackup,
} from '../../platform/postgres/backup/index.ts';
import { startEmbeddedPostgres } from '../../platform/postgres/index.ts';
import { readSettings } from '../launcher/settings.ts';
import { RESTORE_HELP } from './backup-help.ts';
import { businessNow } from './business-now.ts';
import { checkRegions } from './integrity.ts';
import { progressLine, seconds } from './progress.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

function refuse(sentence: string): number {
  process.stderr.write(`${sentence}\n\n${RESTORE_HELP}`);
  return 64;
}

/** The moment asked for, with the log that leads there. A string: what is wrong with the request. */
function targetOf(at: string | undefined, log: string | undefined): RecoveryTarget | undefined | string {
  if (at === undefined) return log === undefined ? undefined : '有 --log 时请用 --at 说明恢复到哪一刻，或 --at latest';
  const folder = log ?? process.env.TONGZHENG_WAL_ARCHIVE;
  if (!folder) return '恢复到备份之后的时刻需要归档的日志：请给出 --log 或 TONGZHENG_WAL_ARCHIVE';
  if (at === 'latest') return { at: null, log: resolve(folder) };
  const moment = parseMoment(at);
  return moment ? { at: moment, log: resolve(folder) } : `--at 应像 "2026-11-21 10:00"，现在是“${at}”`;
}

async function checkOnly(backup: string): Promise<number> {
  const from = performance.now();
  const description = readDescription(backup);
  await readThrough(backup, description, undefined, progressLine('核对'));
  say(`备份完好，${readable(description.endedAt)} 完成`);
  say(`  用时 ${seconds(performance.now() - from)}`);
  return 0;
}

/** Starts the restored cluster as `npm start` will, and asks it for the promises. */
async function checkRestored(dataDir: string, region: string | undefined): Promise<number> {
  const server = await startEmbeddedPostgres({ dataDir });
  try {
    const db = openDb(await server.ensureDatabase('tongzheng'), { max: 2, applicationName: 'tongzheng-restore' });
    try {
      return await checkRegions(db, { region, now: businessNow(dataDir, readSettings(process.env).mode) });
    } finally {
      await db.destroy();
    }
  } finally {
    await server.stop();
  }
}

function sayTimes(restored: Restored, checkMs: number): void {
  const { copyMs, recoveryMs } = restored;
  say(
    `恢复完成，用时 ${seconds(copyMs + recoveryMs + checkMs)}：取出并核对文件 ${seconds(copyMs)}，数据库恢复 ${seconds(recoveryMs)}，启动并核对承诺 ${seconds(checkMs)}`,
  );
}

/** 0: restored and no promise broken; 1: restored, but a promise is; 64: the words of the call are off. */
export async function restoreCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      to: { type: 'string' },
      at: { type: 'string' },
      log: { type: 'string' },
      region: { type: 'string' },
      'only-files': { type: 'boolean' },
      check: { type: 'boolean' },
    },
  });
  const [backup, ...more] = positionals;
  if (!backup || more.length > 0) return refuse('请给出备份所在的目录');
  if (values.check) return checkOnly(resolve(backup));
  if (!values.to) return refuse('请用 --to 给出新的数据目录');
  const until = targetOf(values.at, values.log);
  if (typeof until === 'string') return refuse(until);

  const dataDir = resolve(values.to);
  const onlyFiles = values['only-files'] ?? false;
  const restored = await restoreBackup({
    backup,
    dataDir,
    onlyFiles,
    onProgress: progressLine('取出'),
    ...(until ? { until } : {}),
  });
  if (onlyFiles) {
    const major = Math.floor(restored.description.serverVersion / 10_000);
    say(`文件在 ${restored.cluster}，请用 PostgreSQL ${major} 在其上启动；密钥与时钟在 ${dataDir}`);
    return 0;
  }
  const from = performance.now();
  const code = await checkRestored(dataDir, values.region);
  sayTimes(restored, performance.now() - from);
  say(`启动：TONGZHENG_DATA=${dataDir} npm start`);
  return code;
}
