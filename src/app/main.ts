/** What `npm start` runs: starts the pair, says where it is, and stops everything on SIGTERM or Ctrl+C. */
import { launch } from './launcher/index.ts';
import { readSettings } from './launcher/settings.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

let stop: (() => Promise<void>) | undefined;
let ending = false;

async function end(code: number): Promise<never> {
  ending = true;
  await stop?.();
  process.exit(code);
}

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (ending) return;
    ending = true;
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
  if (settings.mode === 'demo') for (const line of await demoAccounts(launched.agencyUrl)) say(`  ${line}`);
  say('  停止请按 Ctrl+C');
} catch (error) {
  process.stderr.write(`统征没有启动成功：${(error as Error).message}\n`);
  await end(1);
}

type DemoAccount = { readonly login: string; readonly password: string; readonly name: string; readonly kind?: string };

/** The demo's accounts come from the program that made them, so that what is printed is what works. */
async function demoAccounts(base: string): Promise<string[]> {
  try {
    const response = await fetch(`${base}/api/demo/accounts`);
    if (!response.ok) return [];
    const body = (await response.json()) as DemoAccount[] | { accounts: DemoAccount[] };
    const accounts = Array.isArray(body) ? body : body.accounts;
    return ['演示账号', ...accounts.slice(0, 8).map((each) => `  ${each.login}  密码 ${each.password}  ${each.name}`)];
  } catch {
    return [];
  }
}
