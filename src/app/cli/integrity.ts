import { parseArgs } from 'node:util';
import { checkIntegrity, type Integrity } from '../../control/index.ts';
import type { Moment } from '../../kernel/month.ts';
import { type Db, openDb } from '../../platform/db.ts';
import { listRegions } from '../../registry/index.ts';
import { findRegion } from '../../rules/index.ts';
import { readSettings } from '../launcher/settings.ts';
import { businessNow } from './business-now.ts';
import { INTEGRITY_HELP } from './integrity-help.ts';
import { openTarget } from './target.ts';

/** A line for each promise, its violations below it, how far the audit chain goes, and the sum. */
function describeIntegrity(result: Integrity): string {
  const lines = result.promises.flatMap((promise) => [
    `${promise.violations.length > 0 ? '✗' : '✓'} ${promise.no}. ${promise.title}（${promise.checked}）`,
    ...promise.violations.map((one) => `    ${one.object}：${one.text}`),
    ...(promise.gated.length > 0 ? [`    有 ${promise.gated.length} 处差额等待办理，都有去处`] : []),
  ]);
  if (result.audit) lines.push(`审计链到第 ${result.audit.seq} 环：${result.audit.chain}`);
  return `${lines.join('\n')}\n违反 ${result.violations} 处，用时 ${(result.durationMs / 1000).toFixed(1)} 秒\n`;
}

function named(region: string): string {
  const name = findRegion(region)?.name;
  return name ? `${region} ${name}` : region;
}

export type RegionsToCheck = {
  /** Undefined: every region that has an employer. */
  readonly region: string | undefined;
  readonly now: Moment;
  readonly only?: readonly number[] | undefined;
  readonly json?: boolean | undefined;
};

/** Checks the promises region by region and says what was found. 0: no violation; 1: at least one; 64: nobody lives in the region asked for. */
export async function checkRegions(db: Db, { region, now, only, json }: RegionsToCheck): Promise<number> {
  const held = await listRegions(db);
  if (region !== undefined && !held.includes(region)) {
    const there = held.length === 0 ? '库里还没有参保单位' : `库里有 ${held.map(named).join('、')}`;
    process.stderr.write(`统筹区 ${named(region)} 没有参保单位，什么也没有核对；${there}\n`);
    return 64;
  }
  if (held.length === 0) process.stderr.write('库里还没有参保单位，没有可核对的\n');
  let violations = 0;
  for (const each of region === undefined ? held : [region]) {
    const result = await checkIntegrity({ db, region: each, now, ...(only ? { only } : {}) });
    violations += result.violations;
    if (json) process.stdout.write(`${JSON.stringify({ region: each, ...result })}\n`);
    else process.stdout.write(`统筹区 ${named(each)}\n${describeIntegrity(result)}`);
  }
  return violations === 0 ? 0 : 1;
}

/** 0: no violation; 1: at least one; 64: the words of the call are off, the region among them. */
export async function integrityCommand(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { only: { type: 'string' }, region: { type: 'string' }, json: { type: 'boolean' } },
  });
  const only = values.only?.split(',').map(Number);
  if (only?.some((no) => !Number.isInteger(no) || no < 1 || no > 8)) {
    process.stderr.write(`--only 只能是 1 到 8，用逗号分开\n\n${INTEGRITY_HELP}`);
    return 64;
  }
  const settings = readSettings(process.env);
  const target = await openTarget(settings);
  const db = openDb(target.url, { max: 2, applicationName: 'tongzheng-integrity' });
  try {
    const now = businessNow(settings.dataDir, settings.mode);
    return await checkRegions(db, { region: values.region, now, only, json: values.json });
  } finally {
    await db.destroy();
    await target.close();
  }
}
