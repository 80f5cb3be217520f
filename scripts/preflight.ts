/**
 * Names everything the tests need from the system. As root on Debian it installs what is missing. For anybody else a Chromium that is
 * the only thing missing is taken from Playwright's own download where that works; otherwise it ends at once with the command to run.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { ROOT } from './shell.ts';

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
  const found = downloaded.flatMap((pattern) => globSync(join(cache, pattern)));
  // A downloaded browser brings no system libraries with it; without them it does not even say its version.
  return found.find((path) => spawnSync(path, ['--version']).status === 0);
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

/** dpkg's thousand lines of progress are left out; what goes wrong is shown. */
function installFromDebian(packages: readonly string[]): void {
  process.stdout.write(`安装测试所需的系统软件（几分钟）：${packages.join(' ')}\n`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args: string[]) =>
    spawnSync('apt-get', ['-qq', ...args], { stdio: ['ignore', 'ignore', 'inherit'], env });
  apt('update');
  apt('install', '-y', '--no-install-recommends', ...packages);
}

export function preflight(): boolean {
  let lacking = missing();
  if (lacking.length === 0) return true;
  const isRoot = process.getuid?.() === 0;
  if (isRoot && existsSync('/etc/debian_version')) {
    installFromDebian(lacking.map((need) => need.debian));
    lacking = missing();
  }
  if (lacking.length === 1 && lacking[0]?.debian === 'chromium') {
    process.stdout.write('未找到 Chromium，尝试下载 Playwright 自带的浏览器……\n');
    spawnSync(process.execPath, [join(ROOT, 'node_modules/playwright-core/cli.js'), 'install', 'chromium']);
    lacking = missing();
  }
  if (lacking.length === 0) return true;
  const command = `apt-get update && apt-get install -y --no-install-recommends ${lacking.map((need) => need.debian).join(' ')}`;
  process.stderr.write(
    `测试还需要：${lacking.map((need) => need.title).join('、')}。请先运行（Debian、Ubuntu）：\n` +
      `  ${isRoot ? command : `sudo sh -c "${command}"`}\n`,
  );
  return false;
}

if (import.meta.main) process.exitCode = preflight() ? 0 : 1;
