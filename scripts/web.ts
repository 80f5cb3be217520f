import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, runNode } from './shell.ts';

const HASH_FILE = 'dist/.hash';
/** Everything the browser's bundle is made of. */
const SOURCES = [
  'web/**/*.*',
  'src/**/contract.ts',
  'src/kernel/**/*.ts',
  'src/calculators/**/*.ts',
  'src/rules/**/*.ts',
  'src/platform/schemas.ts',
  'tax/contract.ts',
  'policy/**/*.*',
  'vite.config.ts',
  'scripts/web.ts',
  'package-lock.json',
];

function webHash(): string {
  const hash = createHash('sha256');
  for (const path of globSync(SOURCES, { cwd: ROOT }).sort()) {
    hash
      .update(path)
      .update('\0')
      .update(readFileSync(join(ROOT, path)))
      .update('\0');
  }
  return hash.digest('hex');
}

/** Builds the pages unless what they are made of is what they were made of last time. */
export async function buildWeb(): Promise<void> {
  const hash = webHash();
  const file = join(ROOT, HASH_FILE);
  if (existsSync(file) && readFileSync(file, 'utf8') === hash) return;
  process.stdout.write('正在生成页面……\n');
  // Asked for by a test, NODE_ENV says test: React would come in its slow development form, and stay for npm start.
  const env = { NODE_ENV: 'production' };
  const result = await runNode('node_modules/vite/bin/vite.js', ['build', '--logLevel', 'warn'], env);
  if (result.code !== 0) throw new Error('页面生成失败（vite build）');
  mkdirSync(join(ROOT, 'dist'), { recursive: true });
  writeFileSync(file, hash);
}
