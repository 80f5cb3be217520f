import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessibilityProblems, DESKTOP, openBrowser, openWindow, PHONE, picture } from './browser.ts';
import { openScene, type Scene } from './stage.ts';

/** Every page at desktop and phone width: it opens, scripts and axe find nothing, nothing is wider than the window. */
const SCENE = `故事 各页
时钟 2023-04-10 09:00
单位 云帆示例
    全称：云帆示例科技有限公司
    信用代码：91429999MA0000T01U
    做账期号：2023-03
    退收账户：6200000000000001
    | 姓名 | 基数 | 已缴自 | 已缴至 |
    | 样甲 | 5000.00 | 2022-07 | 2023-03 |
    | 样乙 | 6000.00 | 2022-07 | 2023-03 |
身份 云帆示例
办理 unit.declare
    费款所属期：2023-04
办理 bill.issue
等交换安静
    预期 安静 是
`;

const OPEN = ['/login', '/verify', '/help', '/help/DEC-004', '/office/login', '/phone'];
const EMPLOYER = [
  ...[
    '/',
    '/menu',
    '/items/emp.enroll',
    '/items/emp.suspend',
    '/items/unit.declare',
    '/items/bill.issue',
    '/items/bp.unit',
  ],
  ...['/items/refund.emp', '/bills', '/people', '/cases', '/certificates'],
];
const SIZES = { desktop: DESKTOP, phone: PHONE } as const;

let scene: Scene;
let browser: Browser;
let cookies: Awaited<ReturnType<BrowserContext['cookies']>>;

beforeAll(async () => {
  scene = await openScene(SCENE);
  browser = await openBrowser();
  // Signed in once as the legal account: a password is enough.
  const { context, page } = await openWindow(browser);
  const employer = scene.world.employers.get('云帆示例');
  await page.goto(`${scene.world.agencyUrl}/login`);
  await page.getByLabel('账号').fill(employer?.legal.login ?? '');
  await page.getByLabel('密码').fill(employer?.legal.password ?? '');
  await page.getByRole('button', { name: '登录', exact: true }).click();
  await page.waitForURL((url) => url.pathname === '/');
  cookies = await context.cookies();
  await context.close();
}, 180_000);

afterAll(async () => {
  await browser?.close();
  await scene?.close();
});

async function look(path: string, size: keyof typeof SIZES, signedIn: boolean): Promise<void> {
  const { context, page, errors } = await openWindow(browser, SIZES[size]);
  try {
    if (signedIn) await context.addCookies(cookies);
    await page.goto(`${scene.world.agencyUrl}${path}`);
    await page.locator('h1').first().waitFor({ state: 'attached' });
    await page.waitForLoadState('networkidle');
    await picture(page, `${size}${path.replaceAll('/', '-')}`);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect.soft(overflow, `${path} is wider than a ${size}`).toBeLessThanOrEqual(0);
    expect.soft(errors, path).toEqual([]);
    expect.soft(await accessibilityProblems(page), path).toEqual([]);
  } finally {
    await context.close();
  }
}

describe.each(Object.keys(SIZES) as (keyof typeof SIZES)[])('%s', (size) => {
  test.each(OPEN)('%s', (path) => look(path, size, false));
  test.each(EMPLOYER)('%s', (path) => look(path, size, true));
});
