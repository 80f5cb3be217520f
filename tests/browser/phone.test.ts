import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessibilityProblems, openBrowser, openWindow, PHONE, picture, smallTargets } from './browser.ts';
import { type Cookies, legalCookies, openScene, type Scene } from './stage.ts';

/** What only a phone and 长辈版 have: who and when under the header, words instead of left and right, at most three cards, large letters. */
const SCENE = `故事 手机
时钟 2023-04-10 09:00
单位 云帆示例
    全称：云帆示例科技有限公司
    信用代码：91429999MA0000T01U
    做账期号：2023-03
    | 姓名 | 基数 | 已缴自 | 已缴至 |
    | 样甲 | 5000.00 | 2022-07 | 2023-03 |
    | 样乙 | 6000.00 | 2022-07 | 2023-03 |
身份 云帆示例
办理 unit.declare
    费款所属期：2023-04
办理 bill.issue
    记作：撤销的单
等交换安静
办理 bill.revoke
    征集通知单据号：撤销的单
等交换安静
`;

let scene: Scene;
let browser: Browser;
let cookies: Cookies;

beforeAll(async () => {
  scene = await openScene(SCENE);
  browser = await openBrowser();
  cookies = await legalCookies(browser, scene, '云帆示例');
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await scene?.close();
});

async function onPhone(path: string, elder = false): Promise<Page> {
  const { context, page } = await openWindow(browser, PHONE);
  await context.addCookies(cookies);
  if (elder) await page.addInitScript(() => window.localStorage?.setItem('tz.elder', '1'));
  await page.goto(`${scene.world.agencyUrl}${path}`);
  await page.locator('h1').first().waitFor({ state: 'attached' });
  await page.waitForLoadState('networkidle');
  return page;
}

describe('手机', () => {
  test('页头下面写明单位和业务日期', async () => {
    const page = await onPhone('/bills');
    const strip = page.locator('.shell-strip');
    await strip.getByText('云帆示例科技有限公司').waitFor();
    await strip.getByText('2023年4月10日').waitFor();
    await page.context().close();
  });

  test('已撤销的单据没有截止日期，可以重新开单', async () => {
    const page = await onPhone(`/bills/${scene.world.remembered.get('撤销的单')}`);
    await page.getByText('已作废').first().waitFor();
    const text = await page.locator('main').innerText();
    for (const gone of ['距过期作废', '怎么数的', '税务同步', '24:00']) expect(text).not.toContain(gone);
    expect(await smallTargets(page)).toEqual([]);
    await page.getByRole('link', { name: '重新开单' }).click();
    await page.waitForURL((url) => url.pathname === '/items/bill.issue');
    await page.context().close();
  });

  test('开证明不说左表右表：加入和移出打印名单', async () => {
    const page = await onPhone('/certificates');
    await page.getByRole('checkbox', { name: '选择 样甲' }).check();
    await page.getByRole('button', { name: '加入打印名单' }).click();
    await page.getByRole('region', { name: '要打印的人员', exact: true }).getByText('样甲').waitFor();
    await page.getByRole('button', { name: '移出打印名单' }).waitFor();
    expect(await page.locator('main').innerText()).not.toMatch(/左表|右表|>>|<</);
    await page.context().close();
  });
});

describe('长辈版', () => {
  test('字大、按钮大，一屏至多三张卡片，读给我听和 12333 一直在', async () => {
    const page = await onPhone('/', true);
    const drawn = (selector: string, what: 'font' | 'height') =>
      page.locator(selector).evaluateAll(
        (all, of) =>
          all.map((one) => {
            const zoom = Number(getComputedStyle(document.documentElement).zoom);
            return of === 'font'
              ? Number.parseFloat(getComputedStyle(one).fontSize) * zoom
              : one.getBoundingClientRect().height;
          }),
        what,
      );
    for (const size of await drawn('main p', 'font')) expect(size).toBeGreaterThanOrEqual(17.9);
    for (const size of await drawn('main .btn', 'height')) expect(size).toBeGreaterThanOrEqual(59.5);
    expect(await page.locator('main .card').count()).toBe(3);
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
    await picture(page, 'elder-home');
    await page.getByRole('button', { name: '下一页' }).click();
    await page.getByRole('heading', { name: '单位现状' }).waitFor();
    expect(await page.locator('main .card').count()).toBe(3);
    expect(await page.getByRole('link', { name: '打电话问 12333' }).getAttribute('href')).toBe('tel:12333');
    await page.getByRole('button', { name: '读给我听' }).waitFor();
    await page.getByRole('button', { name: '退出长辈版' }).click();
    expect(await page.locator('.elder-bar').count()).toBe(0);
    expect(await page.locator('main .card').count()).toBe(6);
    await page.context().close();
  });
});
