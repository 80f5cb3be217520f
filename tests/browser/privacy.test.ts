import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, openWindow } from './browser.ts';
import { openScene, type Scene, signInLegal } from './stage.ts';

/** What somebody types to find a person stays out of every address, and is still there on coming back (wire.md §10 test 76). */
const ID_NO = '429999199001010015';
const SCENE = `故事 找人
时钟 2023-04-10 09:00
单位 云帆示例
    全称：云帆示例科技有限公司
    信用代码：91429999MA0000T01U
    做账期号：2023-03
    | 姓名 | 证件号码 | 基数 | 已缴自 | 已缴至 |
    | 样甲 | ${ID_NO} | 5000.00 | 2023-01 | 2023-03 |
    | 样乙 | 429999199001010023 | 6000.00 | 2023-01 | 2023-03 |
身份 云帆示例
办理 unit.declare
    费款所属期：2023-04
办理 bill.issue
`;

let scene: Scene;
let browser: Browser;
let page: Page;
const addresses: string[] = [];

beforeAll(async () => {
  scene = await openScene(SCENE);
  browser = await openBrowser();
  ({ page } = await openWindow(browser));
  page.on('request', (request) => addresses.push(request.url()));
  page.on('framenavigated', (frame) => addresses.push(frame.url()));
  await signInLegal(page, scene, '云帆示例');
}, 180_000);

afterAll(async () => {
  await browser?.close();
  await scene?.close();
});

const typed = () => page.getByLabel('人员', { exact: true });

async function oneFound(): Promise<void> {
  await page.getByText('共 1 人').waitFor();
  expect(await typed().inputValue()).toBe(ID_NO);
  expect(await page.getByRole('button', { name: '样甲', exact: true }).count()).toBe(1);
}

test('from the box on top and from the menu to the people, to another tab and back, over a reload, by the browser’s own way back', async () => {
  await page.getByLabel('搜事项、人员、单据号').fill(ID_NO);
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => url.pathname === '/people');
  await oneFound();
  await page.goto(`${scene.world.agencyUrl}/menu`);
  const menu = page.getByLabel('搜事项', { exact: true });
  await menu.fill(ID_NO);
  await menu.press('Enter');
  await page.waitForURL((url) => url.pathname === '/people');
  await oneFound();
  await page.goto(`${scene.world.agencyUrl}/bills`);
  await page.goBack();
  await oneFound();
  await page.goto(`${scene.world.agencyUrl}/bills`);
  await page.getByRole('link', { name: '单位参保人员查询' }).first().click();
  await oneFound();
  await page.reload();
  await oneFound();
  await page.getByRole('button', { name: '重置' }).click();
  await page.getByText('共 2 人').waitFor();
  await typed().fill('样乙');
  await page.getByRole('button', { name: '查询', exact: true }).click();
  await page.getByText('共 1 人').waitFor();
  expect(await typed().inputValue()).toBe('样乙');
});

test('the export holds what was found', async () => {
  await typed().fill(ID_NO);
  await page.getByRole('button', { name: '查询', exact: true }).click();
  await oneFound();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: '导出' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('单位参保人员.xlsx');
});

test('in the lines of a bill and among those who can have a certificate', async () => {
  const billNo = scene.world.remembered.get('单据') ?? '';
  await page.goto(`${scene.world.agencyUrl}/bills/${billNo}?persons=1`);
  const find = page.getByLabel('在明细里找人');
  await find.fill(ID_NO);
  await find.press('Enter');
  await page.getByText('缴费明细 3 行').waitFor();
  await page.goto(`${scene.world.agencyUrl}/certificates`);
  await page.getByLabel('身份证').fill(ID_NO);
  await page.getByRole('button', { name: '查询', exact: true }).click();
  await page.getByLabel('可选人员', { exact: true }).getByText('1 人').waitFor();
  await page.reload();
  expect(await page.getByLabel('身份证').inputValue()).toBe(ID_NO);
});

test('no address of all that held the number, nor does the browser keep it for the next visitor', async () => {
  expect(addresses.some((url) => url.includes('/api/people/search'))).toBe(true);
  expect(addresses.filter((url) => decodeURIComponent(url).includes(ID_NO.slice(0, 17)))).toEqual([]);
  expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain(ID_NO.slice(0, 17));
  await page.getByRole('button', { name: /退出/ }).click();
  await page.waitForURL((url) => url.pathname === '/login');
  expect(await page.evaluate(() => JSON.stringify(sessionStorage))).not.toContain(ID_NO.slice(0, 17));
});
