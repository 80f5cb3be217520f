import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessibilityProblems, openBrowser, openWindow, picture } from './browser.ts';
import { openScene, type Scene } from './stage.ts';

/** The month of one employer in a real browser: log in, declare, bill, pay at the tax side, watch the five nodes, print a certificate. */
const SCENE = `故事 浏览器主线
时钟 2023-04-10 09:00
单位 云帆示例
    全称：云帆示例科技有限公司
    信用代码：91429999MA0000T01U
    做账期号：2023-03
    | 姓名 | 基数 | 已缴自 | 已缴至 |
    | 样甲 | 5000.00 | 2023-01 | 2023-03 |
    | 样乙 | 6000.00 | 2023-01 | 2023-03 |
`;

let scene: Scene;
let browser: Browser;
let page: Page;
let errors: string[];

beforeAll(async () => {
  scene = await openScene(SCENE);
  browser = await openBrowser();
  ({ page, errors } = await openWindow(browser));
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await scene?.close();
});

async function settled(name: string): Promise<void> {
  await page.locator('h1').first().waitFor({ state: 'attached' });
  await page.waitForLoadState('networkidle');
  await picture(page, name);
  expect(await accessibilityProblems(page), name).toEqual([]);
}

describe('主线：一个单位的一个月', () => {
  test('经办人输密码、扫电子社保卡后进入首页', async () => {
    const employer = scene.world.employers.get('云帆示例');
    if (!employer) throw new Error('no employer');
    await page.goto(`${scene.world.agencyUrl}/login`);
    await settled('login');
    await page.getByLabel('账号').fill(employer.agent.login);
    await page.getByLabel('密码').fill(employer.agent.password);
    await page.getByRole('button', { name: '登录', exact: true }).click();
    const phone = page.getByRole('link', { name: /打开模拟手机/ });
    const [mobile] = await Promise.all([page.context().waitForEvent('page'), phone.click()]);
    const holder = mobile.getByLabel('持卡人');
    await holder.waitFor();
    if ((await holder.evaluate((element) => element.tagName)) === 'SELECT')
      await holder.selectOption(employer.agent.login);
    else await holder.fill(employer.agent.login);
    await mobile.getByRole('button', { name: '确认登录' }).click();
    await mobile.getByText('已确认').waitFor();
    await mobile.close();
    await page.waitForURL((url) => url.pathname === '/');
    await settled('home');
  });

  test('申报四月：后果页写明金额，提交后提示尚未开单', async () => {
    await page.goto(`${scene.world.agencyUrl}/items/unit.declare`);
    await wizard();
    // 5000 与 6000：各 25.2 %，二人 2772.00。
    await page.getByText('2,772.00').first().waitFor();
    await settled('declare-confirm');
    await confirm();
    await page
      .getByText(/尚未开具认定单/)
      .first()
      .waitFor();
  });

  test('开单后在税务端缴清，五个节点走完', async () => {
    await page.goto(`${scene.world.agencyUrl}/items/bill.issue`);
    await wizard();
    await confirm();
    await page.getByLabel('办理结果').waitFor();
    await scene.world.clock.settle();
    await page.goto(`${scene.world.agencyUrl}/bills`);
    await settled('bills');
    const billNo = (await page.locator('body').innerText()).match(/\b2023041009\d{6}\b/)?.[0] ?? '';
    expect(billNo).toHaveLength(16);
    await payAtTax(billNo);
    await scene.world.clock.settle();
    await scene.world.clock.advance('2023-04-11T09:00:00.000+08:00' as never);
    await page.goto(`${scene.world.agencyUrl}/bills/${billNo}`);
    await page.getByText('实收分配').first().waitFor();
    await settled('bill-detail');
  });

  test('没有脚本错误', () => {
    expect(errors).toEqual([]);
  });
});

/** 服务说明 → 表单填写 → 确认提交, up to the consequence page. */
async function wizard(): Promise<void> {
  for (const name of ['下一步：表单填写', '下一步：确认提交']) await page.getByRole('button', { name }).click();
  await page
    .getByLabel('要提交的')
    .or(page.locator('.action-bar .btn.primary', { hasNotText: '下一步' }))
    .first()
    .waitFor();
}

/** Ticks what has to be ticked, then 【确认提交】. */
async function confirm(): Promise<void> {
  const agree = page.locator('.action-bar input[type=checkbox]');
  if (await agree.count()) await agree.check();
  await page.locator('.action-bar .btn.primary:not([disabled])').click();
}

async function payAtTax(billNo: string): Promise<void> {
  const { page: tax, errors: taxErrors } = await openWindow(browser);
  const employer = scene.world.employers.get('云帆示例');
  await tax.goto(`${scene.world.taxUrl}/login`);
  const demo = (await (await fetch(`${scene.world.taxUrl}/api/demo/accounts`)).json()) as {
    login: string;
    password: string;
  }[];
  const account = demo.find((each) => each.login === employer?.uscc);
  if (!account) throw new Error('the tax side does not know the employer');
  await tax.getByLabel('信用代码').fill(account.login);
  await tax.getByLabel('密码').fill(account.password);
  await tax.getByRole('button', { name: '登录', exact: true }).click();
  await tax.waitForURL((url) => url.pathname !== '/login');
  await tax.goto(`${scene.world.taxUrl}/bills/${billNo}`);
  const pay = { name: /^扣款 .* 元$/ };
  await tax.getByRole('button', pay).click();
  await tax.getByRole('dialog').getByRole('button', pay).click();
  await tax.getByText('已缴清').waitFor();
  await picture(tax, 'tax-paid');
  expect(await accessibilityProblems(tax)).toEqual([]);
  expect(taxErrors).toEqual([]);
  await tax.context().close();
}
