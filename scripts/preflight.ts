/**
 * Names everything the tests need from the system. As root on Debian it installs what is missing; a missing Chromium is taken from
 * Playwright's own download where that works; otherwise it ends at once with the command to run.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { runNode } from './shell.ts';

type Need = { readonly title: string; readonly debian: string; readonly found: () => boolean };

function onPath(...names: readonly string[]): boolean {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return names.some((name) => folders.some((folder) => existsSync(join(folder, name))));
}

/** Playwright keeps its browsers here; the browser tests look in the same places (tests/browser). */
export function findChromium(): string | undefined {
  const named = process.env.CHROMIUM_PATH;
  if (named && existsSync(named)) return named;
  for (const path of ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']) {
    if (existsSync(path)) return path;
  }
  const cache = process.env.PLAYWRIGHT_BROWSERS_PATH ?? join(homedir(), '.cache/ms-playwright');
  const downloaded = ['chromium-*/chrome-linux*/chrome', 'chromium_headless_shell-*/chrome-linux*/headless_shell'];
  return downloaded.flatMap((pattern) => globSync(join(cache, pattern)))[0];
}

const NEEDS: readonly Need[] = [
  { title: 'Chromium 浏览器', debian: 'chromium', found: () => findChromium() !== undefined },
  {
    title: '中文字体',
    debian: 'fonts-noto-cjk',
    found: () =>
      existsSync('/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc') ||
      spawnSync('fc-list', [':lang=zh-cn'], { encoding: 'utf8' }).stdout?.trim().length > 0,
  },
  { title: 'pdftotext、pdfsig', debian: 'poppler-utils', found: () => onPath('pdftotext') && onPath('pdfsig') },
  { title: 'LibreOffice Calc', debian: 'libreoffice-calc-nogui', found: () => onPath('soffice', 'libreoffice') },
];

function missing(): Need[] {
  return NEEDS.filter((need) => !need.found());
}

export async function preflight(): Promise<boolean> {
  let lacking = missing();
  const isRoot = process.getuid?.() === 0;
  if (lacking.length > 0 && isRoot && existsSync('/etc/debian_version')) {
    const packages = lacking.map((need) => need.debian);
    process.stdout.write(`安装测试所需的系统软件：${packages.join(' ')}\n`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    spawnSync('apt-get', ['update', '-qq'], { stdio: 'inherit', env });
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], { stdio: 'inherit', env });
    lacking = missing();
  }
  if (lacking.some((need) => need.debian === 'chromium')) {
    process.stdout.write('未找到 Chromium，尝试下载 Playwright 自带的浏览器……\n');
    await runNode('node_modules/playwright-core/cli.js', ['install', 'chromium']);
    lacking = missing();
  }
  if (lacking.length === 0) return true;
  process.stderr.write(
    `测试还需要：${lacking.map((need) => need.title).join('、')}。请先运行：\n` +
      `  sudo apt-get install -y ${lacking.map((need) => need.debian).join(' ')}\n`,
  );
  return false;
}

if (import.meta.main) process.exitCode = (await preflight()) ? 0 : 1;
