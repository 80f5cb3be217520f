/** What `npm start` runs: starts the pair, says where it is, and stops everything on SIGTERM or Ctrl+C. */
import { dirname } from 'node:path';
import { clusterPlace } from '../platform/postgres/index.ts';
import { launch } from './launcher/index.ts';
import { readSettings } from './launcher/settings.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Of each kind of account so many are shown: the rest stands on the login pages. */
const SHOWN_MAX = 3;

// A terminal that is closed takes what we write with it; what was started is stopped all the same.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

let stop: (() => Promise<void>) | undefined;
let ending = false;

async function end(code: number): Promise<never> {
  ending = true;
  await stop?.();
  if (code === 0) say('已停止');
  process.exit(code);
}

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (ending) return;
    ending = true;
    say('正在停止…');
    // During the start `launch` is still under way; it is ended as soon as it returns.
    if (stop) void end(0);
  });
}

try {
  const settings = readSettings(process.env);
  const launched = await launch(settings, say);
  stop = launched.stop;
  if (ending) await end(0);
  say(`统征 已就绪 ${launched.agencyUrl}`);
  say(`  税务端   ${launched.taxUrl}`);
  say(`  业务时间 ${launched.conductor.now().slice(0, 16).replace('T', ' ')}`);
  const cluster = settings.databaseUrl ? undefined : clusterPlace(settings.dataDir).cluster;
  if (cluster && dirname(cluster) !== settings.dataDir) {
    say(`  数据     库在 ${cluster}（数据库不以 root 运行，进不了数据目录），密钥与时钟在 ${settings.dataDir}`);
  }
  if (settings.mode === 'demo') {
    for (const line of await demoAccounts('经办端', launched.agencyUrl)) say(`  ${line}`);
    for (const line of await demoAccounts('税务端', launched.taxUrl)) say(`  ${line}`);
  }
  say('  停止请按 Ctrl+C');
} catch (error) {
  process.stderr.write(`统征没有启动成功：${(error as Error).message}\n`);
  await end(1);
}

type DemoAccount = {
  readonly login: string;
  readonly password: string;
  readonly name: string;
  readonly kind: string;
  readonly note?: string;
};

/** The demo's accounts come from the program that made them, so that what is printed is what works. */
async function demoAccounts(where: string, base: string): Promise<string[]> {
  try {
    const response = await fetch(`${base}/api/demo/accounts`);
    if (!response.ok) return [];
    const accounts = (await response.json()) as DemoAccount[];
    const shown = Object.values(Object.groupBy(accounts, (account) => account.kind)).flatMap((some) =>
      (some ?? []).slice(0, SHOWN_MAX),
    );
    const wide = Math.max(0, ...shown.map((account) => account.login.length));
    const lines = shown.map(({ login, password, name, note }) =>
      [`  ${login.padEnd(wide)}  密码 ${password}  ${name}`, note ?? []].flat().join('，'),
    );
    return [`演示账号（${where}，更多在登录页）`, ...lines];
  } catch {
    return [];
  }
}
