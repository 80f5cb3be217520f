import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureKeys } from '../launcher/keys.ts';

/** 0: every key is there; the ones that were missing have been made. */
export async function keysCommand(args: readonly string[]): Promise<number> {
  const { positionals } = parseArgs({ args: [...args], allowPositionals: true, options: {} });
  const folder = ensureKeys(resolve(positionals[0] ?? process.env.TONGZHENG_DATA ?? 'data'));
  const owned = [
    ['经办端', ['agency.json', 'seal.json', 'tax.pub.json']],
    ['税务端', ['tax.json', 'agency.pub.json']],
  ] as const;
  for (const [party, names] of owned) {
    process.stdout.write(`${party}：${names.map((name) => join(folder, name)).join(' ')}\n`);
  }
  return 0;
}
