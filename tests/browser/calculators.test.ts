import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TABS } from '../../web/public/calculators/tabs.ts';
import { accessibilityProblems, DESKTOP, openBrowser, openWindow, PHONE, picture } from './browser.ts';
import { openScene, type Scene } from './stage.ts';

/** The public pages of the law as data: computed in the browser, without login, on a phone, by keyboard alone. */
const SCENE = `故事 计算器
时钟 2023-04-10 09:00
单位 云帆示例
    全称：云帆示例科技有限公司
    信用代码：91429999MA0000T01U
    做账期号：2023-03
    | 姓名 | 基数 |
    | 样甲 | 5000.00 |
`;

let scene: Scene;
let browser: Browser;
let base = '';

beforeAll(async () => {
  scene = await openScene(SCENE);
  browser = await openBrowser();
  base = scene.world.agencyUrl;
}, 180_000);

afterAll(async () => {
  await browser?.close();
  await scene?.close();
});

/** Presses Tab until the thing is in focus. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let pressed = 0; pressed < 80; pressed += 1) {
    await page.keyboard.press('Tab');
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) === true, selector)) return;
  }
  throw new Error(`Tab never comes to ${selector}`);
}

async function typeOver(page: Page, selector: string, text: string): Promise<void> {
  await tabTo(page, selector);
  await page.keyboard.press('Control+A');
  await page.keyboard.type(text);
}

const figure = (page: Page) => page.locator('.calc-headline .money.s44');
const shows = (page: Page, amount: string) =>
  page.locator('.calc-headline .money.s44', { hasText: new RegExp(`^¥${amount}$`) }).waitFor();

test('on a phone with the keyboard alone: from the login page to 869.40 and its sum', async () => {
  const { context, page, errors } = await openWindow(browser, PHONE);
  try {
    await page.goto(`${base}/login`);
    await page.getByRole('link', { name: '计算器' }).waitFor();
    await tabTo(page, 'a[href="/calc"]');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: '每月要缴多少' }).waitFor();
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    await typeOver(page, '#calc-period', '2023-05');
    await typeOver(page, '#calc-declared', '2,987.65');
    await shows(page, '869.40');
    await tabTo(page, '.calc-steps-button');
    await page.keyboard.press('Enter');
    await page.getByText('3,450 × 16% = 552.0000').waitFor();
    await picture(page, 'phone-calc-keyboard');
    // Nothing that was typed leaves the browser.
    expect(requests).toEqual([]);
    expect(errors).toEqual([]);
  } finally {
    await context.close();
  }
});

test('a slider moves by arrow keys, and the estimate with it', async () => {
  const { context, page } = await openWindow(browser, PHONE);
  try {
    await page.goto(`${base}/calc/pension`);
    const before = await figure(page).textContent();
    await tabTo(page, '#calc-years');
    await page.keyboard.press('ArrowRight');
    await page.locator('output[for="calc-years"]', { hasText: '20.5 年' }).waitFor();
    expect(await figure(page).textContent()).not.toBe(before);
    await page.getByText('这是估算，不是核定。').waitFor();
  } finally {
    await context.close();
  }
});

test('a link gives the same answer to who opens it; under other parameters it says so', async () => {
  const { context, page } = await openWindow(browser, DESKTOP);
  try {
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: base });
    await page.goto(`${base}/calc/contribution`);
    // The address says it all too, what nobody typed included: a default is another month one day.
    await page.waitForURL(/[?&]region=420500&period=\d{4}-\d{2}&declared=5000/);
    await page.getByLabel('费款所属期').fill('2023-05');
    await page.getByLabel('月工资').fill('2987.65');
    await page.getByRole('button', { name: '复制链接' }).click();
    await page.getByRole('button', { name: '链接已复制' }).waitFor();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    expect(link).toContain('declared=2987.65');
    const other = await openWindow(browser, DESKTOP);
    await other.page.goto(link);
    await shows(other.page, '869.40');
    expect(await other.page.getByText('这个链接是按参数版本').count()).toBe(0);
    await other.page.goto(link.replace(/v=[^&]*/, 'v=2020-01-01-00000000'));
    await other.page.getByText('这个链接是按参数版本 2020-01-01-00000000 算的').waitFor();
    await other.context.close();
  } finally {
    await context.close();
  }
});

test('the address follows the form, and what is missing is named instead of a figure', async () => {
  const { context, page } = await openWindow(browser, DESKTOP);
  try {
    await page.goto(`${base}/calc/contribution?period=2026-05`);
    await page.getByLabel('参保地').selectOption('320000');
    await page.waitForURL(/region=320000/);
    await page.getByText('缺政策参数：工伤保险阶段性系数（江苏省 2026-05）').waitFor();
    expect(await figure(page).count()).toBe(0);
    await page.getByText('更多（平常不用填）').click();
    await page.getByLabel('工伤阶段性系数').fill('1');
    // 16 % + 8 %, 0.5 % + 0.5 % and class one 0.2 % of 5,000.
    await shows(page, '1,260.00');
  } finally {
    await context.close();
  }
});

test('parameters: in force with their source, ending soon, two places compared', async () => {
  const { context, page } = await openWindow(browser, DESKTOP);
  try {
    await page.goto(`${base}/policy?region=420500&on=2023-05-01`);
    await page.getByLabel('找一个词').fill('养老保险单位费率');
    const row = page.getByRole('list', { name: '参数' }).getByRole('listitem').first();
    await row.filter({ hasText: '16%' }).filter({ hasText: '国办发〔2019〕13号' }).waitFor();
    await page.goto(`${base}/policy?view=expiring&region=420500&on=2023-05-01&months=6`);
    await page.getByText('后面没有').first().waitFor();
    await page.goto(`${base}/policy?view=diff&region=420500&on=2023-05-01&otherRegion=140100&otherOn=2023-05-01`);
    await page.getByRole('list', { name: '不同的参数' }).getByText('数工作日').waitFor();
  } finally {
    await context.close();
  }
});

const PATHS = [
  ...TABS.map(({ name }) => `/calc/${name}`),
  ...['/calc/没有的', '/policy?find=费率', '/policy?view=expiring&months=6&all=1&on=2023-01-01', '/policy?view=diff'],
];

test.each([
  ['desktop', DESKTOP],
  ['phone', PHONE],
] as const)(
  '%s: axe and scripts find nothing, nothing is wider than the window',
  async (size, viewport) => {
    const { context, page, errors } = await openWindow(browser, viewport);
    try {
      for (const path of PATHS) {
        await page.goto(`${base}${path}`);
        await page.locator('h1').first().waitFor();
        await page.waitForLoadState('networkidle');
        await picture(page, `${size}${path.replace(/[/?=&]/g, '-')}`);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect.soft(overflow, path).toBeLessThanOrEqual(0);
        expect.soft(errors, path).toEqual([]);
        expect.soft(await accessibilityProblems(page), path).toEqual([]);
      }
    } finally {
      await context.close();
    }
  },
  300_000,
);
