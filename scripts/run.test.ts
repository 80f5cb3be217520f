import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const RUN = join(import.meta.dirname, 'run.cjs');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tongzheng-run-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

type Ended = { readonly code: number | null; readonly out: string; readonly pid: number };

function node(...args: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (out += chunk));
  return new Promise((done) => child.once('close', (code) => done({ code, out, pid: child.pid as number })));
}

/** What an install does as others see it: it counts once, takes until the two others wait for it, and is done. */
function installer(): Promise<Ended> {
  return node(
    '-e',
    `const fs = require('node:fs');
     const [run, folder] = process.argv.slice(1);
     const pause = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
     const waiting = () => fs.readdirSync(folder).filter((name) => name.startsWith('waits')).length;
     const work = () => {
       fs.appendFileSync(folder + '/count', 'x');
       for (let i = 0; i < 400 && waiting() < 2; i += 1) pause(50);
       fs.writeFileSync(folder + '/done', '');
     };
     const say = (line) => {
       process.stdout.write(line);
       fs.writeFileSync(folder + '/waits-' + process.pid, '');
     };
     require(run).underLock(folder + '/lock', () => fs.existsSync(folder + '/done'), work, say);`,
    RUN,
    folder,
  );
}

const locks = (): string[] => readdirSync(folder).filter((name) => name.startsWith('lock'));
const installs = (): number => readFileSync(join(folder, 'count'), 'utf8').length;

test('of processes that find the packages missing at once one installs, and the others say that they wait', async () => {
  const ended = await Promise.all([installer(), installer(), installer()]);
  expect(ended.map(({ code }) => code)).toEqual([0, 0, 0]);
  expect(installs()).toBe(1);
  expect(ended.filter(({ out }) => /另一个进程.*正在安装依赖，等它完成/.test(out))).toHaveLength(2);
  expect(locks()).toEqual([]);
});

test('the lock of a process that was killed is taken over, by one', async () => {
  const { pid } = await node('-e', '0');
  mkdirSync(join(folder, 'lock'));
  writeFileSync(join(folder, 'lock/holder.json'), JSON.stringify({ pid, at: Date.now() }));
  await Promise.all([installer(), installer(), installer()]);
  expect(installs()).toBe(1);
  expect(locks()).toEqual([]);
});

test('packages of another copy behind a link are never emptied', async () => {
  const [copy, other] = [join(folder, 'copy'), join(folder, 'other')];
  mkdirSync(join(copy, 'scripts'), { recursive: true });
  mkdirSync(other);
  writeFileSync(join(other, 'kept'), '');
  cpSync(RUN, join(copy, 'scripts/run.cjs'));
  writeFileSync(join(copy, 'package-lock.json'), JSON.stringify({ packages: {} }));
  symlinkSync(other, join(copy, 'node_modules'));
  const { code, out } = await node(join(copy, 'scripts/run.cjs'), 'any.ts');
  expect(code).toBe(1);
  expect(out).toContain('node_modules 是一个链接');
  expect(existsSync(join(other, 'kept'))).toBe(true);
});

/** A file that Linux lets nobody write, not even root. */
const READ_ONLY = '/sys/kernel/uevent_seqnum';

test.skipIf(!existsSync(READ_ONLY))('packages that may only be read are enough to run', async () => {
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, '.bin'), { recursive: true });
  mkdirSync(join(folder, 'scripts'));
  cpSync(RUN, join(folder, 'scripts/run.cjs'));
  for (const lock of [join(folder, 'package-lock.json'), join(modules, '.package-lock.json')]) {
    writeFileSync(lock, JSON.stringify({ packages: {} }));
  }
  symlinkSync(process.execPath, join(modules, '.bin/node'));
  symlinkSync(READ_ONLY, join(modules, '.tongzheng-lock'));
  writeFileSync(join(folder, 'any.cjs'), "process.stdout.write('ran')");
  expect(await node(join(folder, 'scripts/run.cjs'), 'any.cjs')).toMatchObject({ code: 0, out: 'ran' });
});
