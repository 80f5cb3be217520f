import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Moment } from '../../src/kernel/month.ts';
import { employerItem, makeAuthor } from '../../wire/conformance/author.ts';
import { WIRE_PATH } from '../../wire/index.ts';
import { accessibilityProblems, openBrowser, openWindow, PHONE, picture } from './browser.ts';
import { openScene, type Scene, signInStaff } from './stage.ts';

/** 待人处理 on both sides: somebody sends what is not signed by our peer; a person sees it, says why it needs nothing, and it is put away. */
const SCENE = `故事 待人处理
时钟 2023-04-10 09:00
单位 云帆示例
    全称：云帆示例科技有限公司
    信用代码：91429999MA0000T01U
    做账期号：2023-03
    | 姓名 | 基数 |
    | 样甲 | 5000.00 |
等交换安静
`;

let scene: Scene;
let browser: Browser;

beforeAll(async () => {
  scene = await openScene(SCENE);
  browser = await openBrowser();
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await scene?.close();
});

/** A document under our peer's name with a key that nobody knows, and one of a party that nobody knows. */
async function pushForged(base: string, from: string, to: string): Promise<void> {
  const now = () => '2023-04-10T09:00:00.000+08:00' as Moment;
  for (const party of [from, 'tax.110000']) {
    const { text } = makeAuthor(to, now, party).write('registry', 'employer.sync', [employerItem('990000999')]);
    const headers = { 'content-type': 'text/plain; charset=utf-8' };
    expect((await fetch(`${base}${WIRE_PATH}`, { method: 'POST', headers, body: text })).status).toBe(200);
  }
}

async function settleOne(page: Page, picked: string): Promise<void> {
  const list = page.getByRole('region', { name: '待人处理', exact: true });
  await list
    .getByRole('button', { name: `知道了 ${picked}` })
    .first()
    .click();
  const question = page.getByRole('dialog');
  const act = question.getByRole('button', { name: '知道了' });
  expect(await act.isDisabled()).toBe(true);
  await question.getByLabel('理由').fill('与税务核对过，不是对方发的');
  await act.click();
  await question.waitFor({ state: 'detached' });
}

test('经办端：运行页列出来，写明理由才能收起', async () => {
  const { agencyUrl } = scene.world;
  await pushForged(agencyUrl, 'tax.420500', 'agency.420500');
  const { page, errors } = await openWindow(browser);
  await signInStaff(page, agencyUrl, 'office');
  await page.getByText('交换告警 2 件').waitFor();
  await picture(page, 'held-office');
  expect(await accessibilityProblems(page)).toEqual([]);
  await page.setViewportSize(PHONE);
  await picture(page, 'held-office-phone');
  await settleOne(page, '2023-04-10 09 时');
  await page.getByText('交换告警 1 件').waitFor();
  await settleOne(page, '2023-04-10 09 时');
  await page.getByText('没有要人处理的报文').waitFor();
  expect(errors).toEqual([]);
  await page.context().close();
});

test('税务端：税务人员在单据页看到同样的名单', async () => {
  const { taxUrl } = scene.world;
  await pushForged(taxUrl, 'agency.420500', 'tax.420500');
  const { page, errors } = await openWindow(browser);
  await signInStaff(page, taxUrl, 'clerk');
  const list = page.getByRole('region', { name: '待人处理', exact: true });
  await list.getByText('签名密钥未登记、已过期或已吊销：author-1').waitFor();
  await picture(page, 'held-clerk');
  await settleOne(page, '2023-04-10 09 时');
  await list
    .getByRole('button', { name: /^知道了/ })
    .nth(1)
    .waitFor({ state: 'detached' });
  expect(errors).toEqual([]);
  await page.context().close();
});
