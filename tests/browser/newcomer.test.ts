import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DESKTOP, openBrowser, openWindow } from './browser.ts';
import { openScene, type Scene } from './stage.ts';

/** What somebody who sees the program for the first time stumbled over: quick fingers, slow answers, narrow windows, two tabs. */
const SCENE = `故事 第一次用
时钟 2023-04-10 09:00
单位 云帆示例
    全称：云帆示例科技有限公司
    信用代码：91429999MA0000T01U
    做账期号：2023-03
    | 姓名 | 基数 | 已缴自 | 已缴至 |
    | 样甲 | 5000.00 | 2022-07 | 2023-03 |
    | 样乙 | 6000.00 | 2022-07 | 2023-03 |
`;

let scene: Scene;
let browser: Browser;
let cookies: Awaited<ReturnType<BrowserContext['cookies']>>;

beforeAll(async () => {
  scene = await openScene(SCENE);
  browser = await openBrowser();
  const { context, page } = await openWindow(browser);
  const legal = scene.world.employers.get('云帆示例')?.legal;
  await page.goto(`${scene.world.agencyUrl}/login`);
  await page.getByLabel('账号').fill(legal?.login ?? '');
  await page.getByLabel('密码').fill(legal?.password ?? '');
  await page.getByRole('button', { name: '登录', exact: true }).click();
  await page.waitForURL((url) => url.pathname === '/');
  cookies = await context.cookies();
  await context.close();
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await scene?.close();
});

async function open(path: string, size = DESKTOP): Promise<Page> {
  const { context, page } = await openWindow(browser, size);
  await context.addCookies(cookies);
  await page.goto(`${scene.world.agencyUrl}${path}`);
  await page.locator('h1').first().waitFor({ state: 'attached' });
  return page;
}

describe('名单', () => {
  test('看“为什么是这个数”不动后面名单的条件', async () => {
    const page = await open('/people?insurance=injury');
    await page.getByRole('button', { name: '样甲', exact: true }).click();
    await page.getByRole('button', { name: /养老.*2023年3月/ }).click();
    await page.getByRole('dialog', { name: '为什么是这个数' }).getByText('样甲').first().waitFor();
    expect(new URL(page.url()).searchParams.get('insurance')).toBe('injury');
    await page.keyboard.press('Escape');
    await page.waitForURL((url) => !url.searchParams.has('explain'));
    expect(new URL(page.url()).search).toMatch(/^\?insurance=injury&person=\d+$/);
    await page.context().close();
  });
});
