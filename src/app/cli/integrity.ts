import { parseArgs } from 'node:util';
import { checkIntegrity, type Integrity } from '../../control/index.ts';
import { openDb } from '../../platform/db.ts';
import { readSettings } from '../launcher/settings.ts';
import { businessNow } from './business-now.ts';
import { INTEGRITY_HELP } from './integrity-help.ts';
import { openTarget } from './target.ts';

/** A line for each promise, its violations below it, and the sum. */
export function describeIntegrity(result: Integrity): string {
  const lines = result.promises.flatMap((promise) => [
    `${promise.violations.length > 0 ? '✗' : '✓'} ${promise.no}. ${promise.title}（${promise.checked}）`,
    ...promise.violations.map((one) => `    ${one.object}：${one.text}`),
    ...(promise.gated.length > 0 ? [`    有 ${promise.gated.length} 处差额等待办理，都有去处`] : []),
  ]);
  return `${lines.join('\n')}\n违反 ${result.violations} 处，用时 ${(result.durationMs / 1000).toFixed(1)} 秒\n`;
}

/** 0: no violation; 1: at least one; 64: the words of the call are off. */
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
    const result = await checkIntegrity({
      db,
      region: values.region ?? settings.region,
      now: businessNow(settings.dataDir, settings.mode),
      ...(only ? { only } : {}),
    });
    if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
    else process.stdout.write(describeIntegrity(result));
    return result.violations === 0 ? 0 : 1;
  } finally {
    await db.destroy();
    await target.close();
  }
}
