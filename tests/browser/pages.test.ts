import { openXlsx } from 'hucre/xlsx';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  accessibilityProblems,
  DESKTOP,
  download,
  openBrowser,
  openWindow,
  PHONE,
  picture,
  smallTargets,
} from './browser.ts';
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
单位 江枫示例
    全称：江枫示例商贸有限公司
    信用代码：91429999MA0000T1XK
    做账期号：2023-03
    | 姓名 | 基数 |
    | 样丙 | 3450.00 |
身份 云帆示例
办理 unit.declare
    费款所属期：2023-04
办理 bill.issue
    记作：缴清的单
身份 江枫示例
办理 unit.declare
    费款所属期：2023-04
办理 bill.issue
    记作：待缴的单
等交换安静
    预期 安静 是
税务 缴费 缴清的单
    渠道：CLIENT
    预期 状态码 POSTED
时钟 2023-04-13 09:00
`;

/** Who looks: nobody, the employer's legal account, the agency's staff, two taxpayers, the tax clerk. */
type Viewer = 'nobody' | 'employer' | 'staff' | 'paid' | 'owing' | 'clerk';

const OPEN = ['/login', '/verify', '/help', '/help/DEC-004', '/office/login', '/phone', '/没有的页'];
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
/** Pages of the tax side; `{缴清的单}` is the number of that bill, `{收款}` that of its receipt. */
const TAX: readonly (readonly [Viewer, string])[] = [
  ['nobody', '/'],
  ['nobody', '/login'],
  ['nobody', '/没有的页'],
  ['owing', '/'],
  ['owing', '/bills/{待缴的单}'],
  ['paid', '/bills/{缴清的单}'],
  ['paid', '/records'],
  ['paid', '/voucher/{收款}'],
  ['clerk', '/clerk'],
  ['clerk', '/clerk/bills/{待缴的单}'],
  ['clerk', '/clerk/receipts'],
  ['clerk', '/clerk/receipts?receipt={收款}'],
  ['clerk', '/clerk/faults'],
];
const SIZES = { desktop: DESKTOP, phone: PHONE } as const;

let scene: Scene;
let browser: Browser;
const cookies = new Map<Viewer, Awaited<ReturnType<BrowserContext['cookies']>>>();
const names = new Map<string, string>();

type Door = { readonly url: string; readonly segment?: string; readonly account: string; readonly inside: string };

/** Signed in once through the page itself; every look takes the cookies. */
async function signIn(viewer: Viewer, door: Door, login: string, password: string): Promise<void> {
  const { context, page } = await openWindow(browser);
  await page.goto(door.url);
  if (door.segment) await page.getByRole('button', { name: door.segment }).click();
  await page.getByLabel(door.account).fill(login);
  await page.getByLabel('密码').fill(password);
  await page.getByRole('button', { name: '登录', exact: true }).click();
  await page.waitForURL((url) => url.pathname === door.inside);
  cookies.set(viewer, await context.cookies());
  await context.close();
}

type Demo = { readonly login: string; readonly password: string; readonly kind: string };
const demoAccounts = async (base: string) => (await (await fetch(`${base}/api/demo/accounts`)).json()) as Demo[];

beforeAll(async () => {
  scene = await openScene(SCENE);
  browser = await openBrowser();
  const { agencyUrl, taxUrl, employers, remembered } = scene.world;
  const payer = employers.get('云帆示例');
  const legal = payer?.legal ?? { login: '', password: '' };
  // A password is enough for the legal account.
  await signIn('employer', { url: `${agencyUrl}/login`, account: '账号', inside: '/' }, legal.login, legal.password);
  const staff = (await demoAccounts(agencyUrl)).find((one) => one.kind === 'STAFF');
  const office = { url: `${agencyUrl}/office/login`, account: '工号', inside: '/office' };
  await signIn('staff', office, staff?.login ?? '', staff?.password ?? '');
  const accounts = await demoAccounts(taxUrl);
  const taxpayer = { url: `${taxUrl}/login`, account: '信用代码', inside: '/' };
  for (const [viewer, name] of [['paid', '云帆示例'] as const, ['owing', '江枫示例'] as const]) {
    const account = accounts.find((one) => one.login === employers.get(name)?.uscc);
    await signIn(viewer, taxpayer, account?.login ?? '', account?.password ?? '');
  }
  const clerk = accounts.find((one) => one.kind === 'CLERK');
  const desk = { url: `${taxUrl}/login`, segment: '税务人员', account: '工号', inside: '/clerk' };
  await signIn('clerk', desk, clerk?.login ?? '', clerk?.password ?? '');
  for (const [name, value] of remembered) names.set(name, value);
  const headers = { cookie: (cookies.get('paid') ?? []).map((one) => `${one.name}=${one.value}`).join('; ') };
  const mine = (await (await fetch(`${taxUrl}/api/my/receipts`, { headers })).json()) as {
    rows: { receiptNo: string }[];
  };
  names.set('收款', mine.rows[0]?.receiptNo ?? '');
}, 180_000);

afterAll(async () => {
  await browser?.close();
  await scene?.close();
});

async function look(side: 'agency' | 'tax', path: string, size: keyof typeof SIZES, viewer: Viewer): Promise<void> {
  const { context, page, errors } = await openWindow(browser, SIZES[size]);
  try {
    await context.addCookies(cookies.get(viewer) ?? []);
    const base = side === 'tax' ? scene.world.taxUrl : scene.world.agencyUrl;
    await page.goto(`${base}${path.replace(/\{(.+)\}/, (_, name: string) => names.get(name) ?? '')}`);
    await page.locator('h1').first().waitFor({ state: 'attached' });
    await page.waitForLoadState('networkidle');
    const name = path.replace(/[{}]/g, '').replace(/[/?=]/g, '-');
    await picture(page, `${size}${side === 'tax' ? '-tax' : ''}${name}${viewer === 'owing' ? '-owing' : ''}`);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect.soft(overflow, `${path} is wider than a ${size}`).toBeLessThanOrEqual(0);
    if (size === 'phone') expect.soft(await smallTargets(page), `${path}: too small for a finger`).toEqual([]);
    expect.soft(errors, path).toEqual([]);
    expect.soft(await accessibilityProblems(page), path).toEqual([]);
  } finally {
    await context.close();
  }
}

describe.each(Object.keys(SIZES) as (keyof typeof SIZES)[])('%s', (size) => {
  test.each(OPEN)('%s', (path) => look('agency', path, size, 'nobody'));
  test.each(EMPLOYER)('%s', (path) => look('agency', path, size, 'employer'));
  test('/office', () => look('agency', '/office', size, 'staff'));
  test.each(TAX)('tax, %s: %s', (viewer, path) => look('tax', path, size, viewer));
});

/** What was asked for is not there, or is not this viewer's: the heading, and the link that leads out. */
const FAILING: readonly (readonly ['agency' | 'tax', Viewer, string, string, string])[] = [
  ['agency', 'employer', '/bills/4205002304189999', '单据 4205002304189999', '去业务单据查询'],
  ['tax', 'paid', '/bills/4205002304189999', '单据 4205 0023 0418 9999', '返回单据缴费'],
  ['tax', 'paid', '/voucher/0', '缴费凭证', '返回缴费记录'],
  ['tax', 'paid', '/clerk', '单据查询', '返回单据缴费'],
  ['tax', 'clerk', '/clerk/bills/4205002304189999', '单据 4205 0023 0418 9999', '返回单据查询'],
  ['tax', 'clerk', '/records', '缴费记录', '返回单据查询'],
];

test.each(FAILING)('%s, %s: %s says why it cannot be shown, and leads out', async (side, viewer, path, title, out) => {
  await look(side, path, 'phone', viewer);
  const { context, page } = await openWindow(browser);
  await context.addCookies(cookies.get(viewer) ?? []);
  await page.goto(`${side === 'tax' ? scene.world.taxUrl : scene.world.agencyUrl}${path}`);
  await page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor();
  const alert = await page.getByRole('alert').innerText();
  expect(['为什么：', '怎么办：', '错误编号'].filter((part) => !alert.includes(part))).toEqual([]);
  expect(await page.getByRole('table').count()).toBe(0);
  await page.getByRole('main').getByRole('link', { name: out, exact: true }).click();
  await page.waitForURL((url) => url.pathname !== path);
  await context.close();
});

test('a button that cannot be pressed looks so, whatever its kind and however it is blocked', async () => {
  const { context, page } = await openWindow(browser);
  await page.goto(`${scene.world.agencyUrl}/login`);
  await page.locator('h1').first().waitFor({ state: 'attached' });
  const looks = await page.evaluate(() =>
    ['btn', 'btn primary', 'btn danger', 'btn danger solid', 'btn small primary'].flatMap((kind) =>
      ['disabled', 'aria-disabled'].map((how) => {
        const button = document.body.appendChild(document.createElement('button'));
        button.className = kind;
        button.setAttribute(how, 'true');
        const { color, backgroundColor, borderColor, cursor } = getComputedStyle(button);
        return `${kind} ${how}: ${[color, backgroundColor, borderColor, cursor].join(' ')}`;
      }),
    ),
  );
  const plain = looks[0]?.split(': ')[1];
  expect(looks.filter((one) => !one.endsWith(plain ?? ''))).toEqual([]);
  expect(plain).toContain('not-allowed');
  await context.close();
});

/** What A4 leaves between margins of 20 mm, at 96 dots an inch. */
const PAPER = { width: 643, height: 971 };

describe('纸上', () => {
  test.each(['/', '/people', '/bills?state=ALLOCATED', '/items/unit.declare', '/bills/{缴清的单}'])(
    '%s: one column as wide as the sheet, no shell, nothing to press',
    async (path) => {
      const { context, page } = await openWindow(browser);
      await context.addCookies(cookies.get('employer') ?? []);
      await page.goto(
        `${scene.world.agencyUrl}${path.replace(/\{(.+)\}/, (_, name: string) => names.get(name) ?? '')}`,
      );
      await page.locator('h1').first().waitFor({ state: 'attached' });
      await page.waitForLoadState('networkidle');
      await page.emulateMedia({ media: 'print' });
      await page.setViewportSize(PAPER);
      await picture(page, `paper${path.replace(/[{}]/g, '').replace(/[/?=]/g, '-')}`);
      expect((await page.locator('main').boundingBox())?.width).toBeGreaterThan(PAPER.width * 0.98);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(
        0,
      );
      for (const gone of ['.shell-side', '.shell-header', '.shell-tabs', '.action-bar', 'main .btn', 'main .filters'])
        expect(await page.locator(gone).filter({ visible: true }).count(), gone).toBe(0);
      await page.locator('.shell-strip').getByText('云帆示例科技有限公司').waitFor();
      if (path.startsWith('/bills?')) await page.getByText('筛选：状态 已到账').waitFor();
      await context.close();
    },
  );
});

describe('排序', () => {
  async function listOf(viewer: Viewer, url: string): Promise<Page> {
    const { context, page } = await openWindow(browser);
    await context.addCookies(cookies.get(viewer) ?? []);
    await page.goto(url);
    await page.locator('tbody tr').nth(1).waitFor();
    return page;
  }
  const column = (page: Page, index: number) => page.locator(`tbody tr > :nth-child(${index})`).allInnerTexts();

  test('a header by keyboard: up, down, back; the address, another window and the workbook have the same order', async () => {
    const page = await listOf('employer', `${scene.world.agencyUrl}/cases?page=1`);
    const newestFirst = await column(page, 2);
    const head = page.getByRole('columnheader', { name: /办件编号/ });
    const button = head.getByRole('button');
    await button.focus();
    await page.keyboard.press('Enter');
    await page.locator('th[aria-sort=ascending]').waitFor();
    expect(new URL(page.url()).search).toBe('?sort=caseNo');
    await expect.poll(() => column(page, 2)).toEqual(newestFirst.toReversed());
    const workbook = await openXlsx(new Uint8Array(await download(page, '导出', 'button')));
    const [, ...rows] = workbook.sheets[0]?.rows ?? [];
    expect(rows.map(([caseNo]) => caseNo)).toEqual(newestFirst.toReversed());
    await button.press('Enter');
    await page.locator('th[aria-sort=descending]').waitFor();
    await expect.poll(() => column(page, 2)).toEqual(newestFirst);
    const again = await listOf('employer', page.url());
    await again.locator('th[aria-sort=descending]').waitFor();
    await again.context().close();
    await button.press('Enter');
    await page.waitForURL((url) => !url.search.includes('sort'));
    expect(await page.locator('th[aria-sort]').count()).toBe(0);
    await page.context().close();
  });

  test('the clerk’s bills by amount, in the workbook too; an address with an order that there is not shows the list all the same', async () => {
    const page = await listOf('clerk', `${scene.world.taxUrl}/clerk`);
    const head = page.getByRole('columnheader', { name: /金额/ });
    await head.getByRole('button').click();
    await page.locator('th[aria-sort=ascending]').waitFor();
    // One person on 3450.00 costs less than two on 5000.00 and 6000.00.
    await page.locator('tbody tr').first().getByText('江枫示例商贸有限公司').waitFor();
    await head.getByRole('button').click();
    await page.locator('tbody tr').first().getByText('云帆示例科技有限公司').waitFor();
    const workbook = await openXlsx(new Uint8Array(await download(page, '导出', 'button')));
    const [, ...rows] = workbook.sheets[0]?.rows ?? [];
    expect(rows.map(([billNo]) => billNo)).toEqual(await column(page, 1));
    expect(rows[0]?.[1]).toBe('云帆示例科技有限公司');
    await page.goto(`${scene.world.taxUrl}/clerk?sort=weather&state=GONE`);
    await page.locator('tbody tr').nth(1).waitFor();
    expect(await page.locator('th[aria-sort]').count()).toBe(0);
    expect(await page.getByRole('alert').count()).toBe(0);
    await page.context().close();
  });
});
