import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import type { Moment } from '../../kernel/month.ts';
import { freePort } from '../../platform/ports.ts';
import { startMark } from '../../platform/postgres/processes.ts';
import { type Launched, launch } from './index.ts';
import { type LaunchSettings, readSettings } from './settings.ts';

const STUB = join(import.meta.dirname, 'testing/stub.ts');
const files = { agency: STUB, tax: STUB };
const folders: string[] = [];
const running: Launched[] = [];

afterEach(async () => {
  for (const each of running.splice(0)) await each.stop();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

async function settingsFor(folder?: string): Promise<LaunchSettings> {
  const dataDir = folder ?? mkdtempSync(join(tmpdir(), 'tongzheng-launch-'));
  // The server's unprivileged account must be able to enter.
  chmodSync(dataDir, 0o755);
  folders.push(dataDir);
  const port = await freePort();
  return readSettings({ PORT: String(port), TONGZHENG_DATA: dataDir });
}

async function start(settings: LaunchSettings, log: string[] = []): Promise<Launched> {
  const launched = await launch(settings, (line) => log.push(line), { files });
  running.push(launched);
  return launched;
}

type Seen = { clock: string; born: string; pid: number; data: string };
const seen = async (url: string): Promise<Seen> => (await (await fetch(`${url}/seen`)).json()) as Seen;

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('the launcher', () => {
  test('starts both programs on their ports with one clock, and stops everything it started', async () => {
    const settings = await settingsFor();
    const launched = await start(settings);
    const [agency, tax] = [await seen(launched.agencyUrl), await seen(launched.taxUrl)];
    expect(launched.agencyUrl).toBe(`http://127.0.0.1:${settings.port}`);
    expect(agency.pid).not.toBe(tax.pid);
    expect(agency.clock).toBe(tax.clock);
    expect(launched.conductor.now().slice(0, 16)).toBe('2023-04-10T09:00');
    await launched.stop();
    expect([agency.pid, tax.pid].filter(isRunning)).toEqual([]);
    const postmaster = join(settings.dataDir, 'postgres/postmaster.pid');
    expect(() => readFileSync(postmaster)).toThrow(/ENOENT/);
  });

  test('starts a program again that was killed, with the clock of the pair', async () => {
    const log: string[] = [];
    const launched = await start(await settingsFor(), log);
    const before = await seen(launched.agencyUrl);
    process.kill(before.pid, 'SIGKILL');
    let after: Seen | undefined;
    for (let i = 0; i < 100 && !after?.clock; i += 1) {
      await sleep(100);
      after = await seen(launched.agencyUrl).catch(() => undefined);
      if (after?.pid === before.pid) after = undefined;
    }
    expect(after?.pid).not.toBe(before.pid);
    expect(after?.clock).toBe(before.clock);
    expect(log.join()).toContain('经办端 意外退出');
  });

  test('keeps the business clock over a restart', async () => {
    const settings = await settingsFor();
    const first = await start(settings);
    await first.conductor.advance('2023-05-01T08:00:00.000+08:00' as Moment, { freeze: true });
    await first.stop();
    const second = await start(settings);
    expect(second.conductor.now()).toBe('2023-05-01T08:00:00.000+08:00');
  });

  test('two copies run side by side; the port of another is refused with a sentence', async () => {
    const settings = await settingsFor();
    await start(settings);
    await start(await settingsFor());
    await expect(
      launch({ ...settings, dataDir: (await settingsFor()).dataDir }, () => undefined, { files }),
    ).rejects.toThrow(`端口 ${settings.port} 已被占用`);
    // The folder of a server that somebody else started and that lives.
    const taken = await settingsFor();
    const mark = startMark(process.ppid);
    writeFileSync(join(taken.dataDir, 'starter.json'), JSON.stringify({ pid: process.ppid, mark }));
    await expect(start(taken)).rejects.toThrow('正由另一个进程');
  });
});

test('a program that comes back begins with the clock as it is, not as it was when the launcher started', async () => {
  const launched = await start(await settingsFor());
  const later = '2031-05-06T07:08:00.000+08:00' as Moment;
  await launched.conductor.set(later);
  await launched.programs[0]?.crash();
  expect(JSON.parse((await seen(launched.taxUrl)).born)).toMatchObject({ frozenAt: later });
});

test('a program ends when its launcher is gone, even by kill -9', async () => {
  const launched = await start(await settingsFor());
  const { pid } = await seen(launched.taxUrl);
  const holder = launched.programs[0];
  holder?.abandon();
  for (let i = 0; i < 100 && isRunning(pid); i += 1) await sleep(50);
  expect(isRunning(pid)).toBe(false);
});

test('settings that make no sense are named', () => {
  expect(() => readSettings({ PORT: 'abc' })).toThrow('PORT');
  expect(() => readSettings({ TONGZHENG_MODE: 'x' })).toThrow('TONGZHENG_MODE');
  expect(() => readSettings({ TRUSTED_PROXIES: 'proxy' })).toThrow('TRUSTED_PROXIES');
  expect(readSettings({})).toMatchObject({ port: 8080, host: '127.0.0.1', taxPort: undefined, mode: 'demo' });
});
