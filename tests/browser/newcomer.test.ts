import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { peopleEndpoint } from '../../src/enrolment/contract.ts';
import { previewEndpoint, submitEndpoint } from '../../src/items/contract.ts';
import { maskIdNo } from '../../src/kernel/id-number.ts';
import { inFours } from '../../web/ui/format.ts';
import { idNo } from '../domain/harness.ts';
import { accessibilityProblems, DESKTOP, download, openBrowser, openWindow, PHONE, picture } from './browser.ts';
import { type Cookies, legalCookies, openScene, type Scene, signInStaff } from './stage.ts';
import { fillTemplate } from './workbook.ts';

/** What somebody who sees the program for the first time stumbled over: quick fingers, slow answers, narrow windows, two tabs. */
const SCENE = `故事 第一次用
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
    | 样己 | 3450.00 |
身份 江枫示例
办理 unit.declare
    费款所属期：2023-04
办理 bill.issue
    记作：待缴的单
等交换安静
`;

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

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

  test('第一页还在路上：不说共几人，也不说没有', async () => {
    const { context, page } = await openWindow(browser);
    await context.addCookies(cookies);
    const answer = await held(page, peopleEndpoint);
    await page.goto(`${scene.world.agencyUrl}/people`);
    await page.getByRole('status', { name: '正在装载' }).waitFor();
    expect(await page.locator('main').innerText()).not.toMatch(/共 \d|第 \d|未查询到/);
    answer();
    await page.getByText('共 2 人').waitFor();
    await page.getByRole('button', { name: '全部 2' }).waitFor();

    // Another search: what stood there stays, but its numbers are not said of the new one.
    const next = await held(page, peopleEndpoint);
    await page.getByLabel('人员', { exact: true }).fill('样甲');
    await page.getByRole('button', { name: '查询', exact: true }).click();
    await page.getByRole('button', { name: '全部', exact: true }).waitFor();
    next();
    await page.getByRole('button', { name: '全部 1' }).waitFor();
    await context.close();
  });
});

describe('单个添加', () => {
  test('必填的没有填：每一栏说明，停在第一栏，不去问', async () => {
    const page = await enrolling();
    const asked: string[] = [];
    page.on('request', (request) => {
      if (pattern(previewEndpoint).test(new URL(request.url()).pathname)) asked.push(request.method());
    });
    const form = page.getByRole('form', { name: '添加参保人员' });
    await form.getByRole('button', { name: '添加校验' }).click();
    await form.getByRole('alert').getByText('证件号码、姓名、本次参工时间、申报工资没有填').waitFor();
    for (const label of ['证件号码', '姓名', '本次参工时间', '申报工资']) {
      await form.getByText(`请填写${label}`, { exact: true }).waitFor();
      expect(await form.getByLabel(label).getAttribute('aria-invalid'), label).toBe('true');
    }
    expect(await focused(form.getByLabel('证件号码'))).toBe(true);
    expect(await accessibilityProblems(page)).toEqual([]);
    await picture(page, 'enroll-missing');
    await form.getByLabel('证件号码').fill(idNo(1));
    await form.getByText('请填写证件号码').waitFor({ state: 'detached' });
    await form.getByRole('button', { name: '添加校验' }).click();
    expect(await focused(form.getByLabel('姓名'))).toBe(true);
    expect(asked).toEqual([]);
    expect(await page.getByRole('region', { name: '名单' }).count()).toBe(0);
    await page.context().close();
  });

  test('加了一人，接着填下一人：又从证件号码起', async () => {
    const page = await enrolling();
    await add(page, 1, '样丙', '5000');
    const form = page.getByRole('form', { name: '添加参保人员' });
    expect(await focused(form.getByLabel('证件号码'))).toBe(true);
    await page.locator('tr', { hasText: '样丙' }).getByText('通过', { exact: true }).waitFor();
    for (const [label, value] of Object.entries({ 证件号码: idNo(2), 姓名: '样丁', 本次参工时间: '2023-04-03' })) {
      await form.getByLabel(label).fill(value);
    }
    await form.getByLabel('申报工资').fill('5000');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: '去掉第 2 行' }).waitFor();
    expect(await focused(form.getByLabel('证件号码'))).toBe(true);
    expect(await form.getByText(/请填写/).count()).toBe(0);
    await page.context().close();
  });

  test('改一行：原因在栏边上，行还在名单里；放弃照原样，改好在原处，刷新不丢', async () => {
    const page = await enrolling();
    await add(page, 1, '样丙', '0');
    await page.locator('tr', { hasText: '样丙' }).getByText('不通过').waitFor();
    await add(page, 2, '样丁', '5000');
    await page.locator('tr', { hasText: '样丁' }).getByText('通过', { exact: true }).waitFor();
    const form = page.getByRole('form', { name: '改第 1 行' });
    await page.getByRole('button', { name: '改第 1 行', exact: true }).click();
    await form.getByRole('heading', { name: '正在改第 1 行：样丙' }).waitFor();
    await form.getByRole('link', { name: /GEN-008/ }).waitFor();
    expect(await form.getByLabel('申报工资').getAttribute('aria-invalid')).toBe('true');
    expect(await focused(form.getByLabel('申报工资'))).toBe(true);
    await page.locator('tr', { hasText: '样丙' }).getByText('正在改').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await picture(page, 'enroll-mending');

    await form.getByLabel('姓名').fill('样丙改');
    await form.getByRole('button', { name: '放弃修改' }).click();
    await page.getByRole('form', { name: '添加参保人员' }).waitFor();
    await page.locator('tr', { hasText: '样丙' }).getByText('不通过').waitFor();
    expect(await page.locator('body').innerText()).not.toContain('样丙改');

    await page.getByRole('button', { name: '改第 1 行', exact: true }).click();
    await form.getByLabel('申报工资').fill('8000');
    await page.reload();
    await form.getByRole('heading', { name: '正在改第 1 行：样丙' }).waitFor();
    expect(await form.getByLabel('申报工资').inputValue()).toBe('8000');
    await form.getByRole('link', { name: /GEN-008/ }).waitFor();
    await form.getByRole('button', { name: '改好第 1 行' }).click();
    const mended = page.getByRole('region', { name: '名单' }).locator('tbody tr').first();
    await mended.getByText('8,000.00').first().waitFor();
    await mended.getByText('通过', { exact: true }).waitFor();
    expect(await mended.innerText()).toContain('样丙');
    await page.context().close();
  });

  test('正在填的还没有加入，去改别的行先问一句', async () => {
    const page = await enrolling();
    await add(page, 1, '样丙', '5000');
    await page.locator('tr', { hasText: '样丙' }).getByText('通过', { exact: true }).waitFor();
    const form = page.getByRole('form', { name: '添加参保人员' });
    await form.getByLabel('姓名').fill('样半');
    await page.getByRole('button', { name: '改第 1 行', exact: true }).click();
    const question = page.getByRole('dialog', { name: '改第 1 行，不要正在填的？' });
    await question.getByText('正在填的 样半 还没有加入名单').waitFor();
    await picture(page, 'enroll-mend-question');
    await question.getByRole('button', { name: '先不改' }).click();
    await question.waitFor({ state: 'hidden' });
    expect(await form.getByLabel('姓名').inputValue()).toBe('样半');
    await page.getByRole('button', { name: '改第 1 行', exact: true }).click();
    await question.getByRole('button', { name: '不要了，改第 1 行' }).click();
    const other = page.getByRole('form', { name: '改第 1 行' });
    expect(await other.getByLabel('姓名').inputValue()).toBe('样丙');
    await question.waitFor({ state: 'hidden' });
    expect(await focused(other.getByLabel('证件号码'))).toBe(true);
    await page.context().close();
  });

  test('去掉一行，它的结果跟着走，别人的不动', async () => {
    const page = await enrolling();
    await add(page, 1, '样丙', '0');
    await page.locator('tr', { hasText: '样丙' }).getByText('不通过').waitFor();
    await add(page, 2, '样丁', '5000');
    await page.locator('tr', { hasText: '样丁' }).getByText('通过', { exact: true }).waitFor();
    const answer = await held(page, previewEndpoint);
    await page.getByRole('button', { name: '去掉第 1 行' }).click();
    await page.getByRole('button', { name: '去掉第 2 行' }).waitFor({ state: 'detached' });
    expect(await page.locator('tr', { hasText: '样丁' }).innerText()).toMatch(/\s通过\s/);
    expect(await page.getByRole('region', { name: '名单' }).innerText()).not.toContain('GEN-008');
    answer();
    await page.context().close();
  });

  test('号码只在要改的行里看得全，工资按金额写', async () => {
    const page = await enrolling();
    await add(page, 1, '样丙', '0');
    await add(page, 2, '样丁', '8000');
    await page.locator('tr', { hasText: '样丁' }).getByText('通过', { exact: true }).waitFor();
    const passed = await page.locator('tr', { hasText: '样丁' }).innerText();
    expect(passed).toContain(maskIdNo(idNo(2)));
    expect(passed).not.toContain(idNo(2));
    expect(passed).toContain('8,000.00');
    expect(await page.locator('tr', { hasText: '样丙' }).innerText()).toContain(idNo(1));
    await page.context().close();
  });

  test.each([DESKTOP, PHONE])('$width 宽：每行的改、去掉和原因都看得全', async (size) => {
    const page = await enrolling(size);
    await add(page, 1, '样丙', '8000', '2023-02-15');
    await add(page, 2, '样丁', '0', '2022-02-15');
    await page.getByRole('link', { name: 'GEN-008' }).waitFor();
    await picture(page, `${size.width}-enroll-rows`);
    const region = page.getByRole('region', { name: '名单', exact: true });
    const room = await region.boundingBox();
    for (const part of [
      ...(await region.getByRole('button').all()),
      ...(await region.locator('.reason span, .reason a, .reason .amber').all()),
    ]) {
      const box = await part.boundingBox();
      expect(box?.x, await part.innerText()).toBeGreaterThanOrEqual(room?.x ?? 0);
      expect((box?.x ?? 0) + (box?.width ?? 0), await part.innerText()).toBeLessThanOrEqual(
        (room?.x ?? 0) + (room?.width ?? 0),
      );
    }
    await page.context().close();
  });
});

describe('批量导入', () => {
  test('请留意的行也能就地改；说的行数和上面的一样', async () => {
    const page = await enrolling();
    await page.getByRole('button', { name: '批量导入' }).click();
    await page.getByText('提交后才生效。').waitFor();
    expect(await page.locator('main').innerText()).not.toContain('只存草稿');
    const lines = [
      ['样留一', '5000.00', '2023-04-03'],
      ['样留二', '99999.00', '2023-04-03'],
      ['样留三', '5000.00', '2023-03-15'],
    ].map(([name = '', wage = '', day = ''], index) => ({
      证件号码: idNo(11 + index),
      姓名: name,
      本次参工时间: day,
      申报工资: wage,
    }));
    const buffer = Buffer.from(await fillTemplate(await download(page, '下载模板'), lines));
    await page.getByLabel('选择导盘文件').setInputFiles({ name: '三人.xlsx', mimeType: XLSX, buffer });
    await page.getByRole('button', { name: '校验', exact: true }).click();
    await page.getByText('3 行可提交，其中 2 行请留意。').waitFor();
    await page.getByRole('button', { name: '请留意 2' }).waitFor();
    const wage = page.getByLabel('第 3 行 申报工资');
    expect(await wage.getAttribute('aria-invalid')).not.toBe('true');
    await picture(page, 'workbook-noticed');
    await wage.fill('9999.90');
    await page.getByRole('button', { name: '改第 4 行' }).click();
    expect(await focused(page.getByLabel('第 4 行 姓名'))).toBe(true);
    expect(await page.getByLabel('第 4 行 证件号码').count()).toBe(0);
    await page.getByLabel('第 4 行 本次参工时间').fill('2023-04-03');
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.reload();
    expect(await page.getByLabel('第 4 行 本次参工时间').inputValue()).toBe('2023-04-03');
    await page.getByRole('button', { name: '重新校验（改了 2 格）' }).click();
    await page.getByText('3 行可提交，全部通过。').waitFor();
    await page.context().close();
  });
});

describe('确认提交', () => {
  test('连点两下只发一次', async () => {
    const page = await enrolling();
    await add(page, 3, '样戊', '5000');
    await page.locator('tr', { hasText: '样戊' }).getByText('通过', { exact: true }).waitFor();
    await page.getByRole('button', { name: '下一步：确认提交' }).click();
    const sent: string[] = [];
    page.on('request', (request) => {
      if (pattern(submitEndpoint).test(new URL(request.url()).pathname)) sent.push(request.method());
    });
    const primary = page.locator('.action-bar .btn.primary', { hasNotText: '下一步' });
    await primary.waitFor();
    await picture(page, 'enroll-confirm');
    await primary.dblclick();
    await page.getByLabel('办理结果').waitFor();
    expect(sent).toEqual(['POST']);
    await page.context().close();
  });
});

describe('换人登录', () => {
  test('会话过期：登录页说明原因，再登录后填的还在', async () => {
    const page = await enrolling();
    await add(page, 4, '样过期', '6000');
    await page.locator('tr', { hasText: '样过期' }).getByText('通过', { exact: true }).waitFor();
    await page.context().clearCookies();
    await page.getByRole('button', { name: '下一步：确认提交' }).click();
    await page.getByText('登录已过期').waitFor();
    await page.context().addCookies(cookies);
    await page.goto(`${scene.world.agencyUrl}${new URL(page.url()).searchParams.get('next')}`);
    await page.locator('tr', { hasText: '样过期' }).waitFor();
    await page.context().close();
  });

  test('会话过期后另一个单位在同一页登录，看不到前一个填的，页签也没有', async () => {
    const page = await enrolling();
    await add(page, 4, '样过期', '6000');
    await page.locator('tr', { hasText: '样过期' }).getByText('通过', { exact: true }).waitFor();
    expect(await page.evaluate(() => JSON.stringify(sessionStorage))).toContain('样过期');
    const others = await legalCookies(browser, scene, '江枫示例');
    await page.context().clearCookies();
    await page.context().addCookies(others);
    await page.goto(`${scene.world.agencyUrl}/`);
    await page.getByText('江枫示例商贸有限公司').first().waitFor();
    await page.goto(`${scene.world.agencyUrl}/items/emp.enroll`);
    await page.locator('h1').first().waitFor();
    expect(await page.evaluate(() => JSON.stringify(sessionStorage))).not.toContain('样过期');
    await page.getByRole('button', { name: '下一步' }).first().click();
    expect(await page.locator('body').innerText()).not.toContain('样过期');
    await page.context().close();
  });
});

describe('在确认页刷新', () => {
  test('没有后果就不能提交：先问一遍，看得见了按钮才亮；现在办不了，回到表单说原因', async () => {
    const page = await enrolling();
    await add(page, 7, '样癸', '5000');
    await page.locator('tr', { hasText: '样癸' }).getByText('通过', { exact: true }).waitFor();
    await page.getByRole('button', { name: '下一步：确认提交' }).click();
    const people = page.getByRole('region', { name: '参保人员 1 人', exact: true });
    await people.waitFor();

    const answer = await held(page, previewEndpoint);
    await page.reload();
    const primary = page.locator('.action-bar .btn.primary');
    await page.getByText('看过才能提交').waitFor();
    await page.locator('main .skeleton div').first().waitFor();
    expect(await primary.isDisabled()).toBe(true);
    await page.keyboard.press('Control+Enter');
    await picture(page, 'confirm-reloaded');
    answer();
    await people.getByText('样癸').waitFor();
    expect(await primary.isEnabled()).toBe(true);

    // Meanwhile somebody else enrolled them.
    const other = await enrolling();
    await add(other, 7, '样癸', '5000');
    await other.getByRole('button', { name: '下一步：确认提交' }).click();
    await other.getByRole('button', { name: /^确认参保/ }).click();
    await other.getByLabel('办理结果').waitFor();
    await other.context().close();
    await page.reload();
    await page.getByText('1 行不通过，改好或去掉后再点“下一步”。').waitFor();
    await page.locator('tr', { hasText: '样癸' }).getByText('不通过').waitFor();
    await page.getByRole('form', { name: '添加参保人员' }).waitFor();
    await page.context().close();
  });

  test('申报要重新勾选', async () => {
    const page = await open('/items/unit.declare');
    for (const name of ['下一步：表单填写', '下一步：确认提交']) await page.getByRole('button', { name }).click();
    await page.getByLabel('已核对名单，差额与本单位情况一致').check();
    await page.reload();
    const agree = page.getByLabel('已核对名单，差额与本单位情况一致');
    await agree.waitFor();
    expect(await agree.isChecked()).toBe(false);
    expect(await page.locator('.action-bar .btn.primary').isDisabled()).toBe(true);
    await page.context().close();
  });
});

describe('说清楚再做', () => {
  test('参保：确认页和结果页写明给谁办，按钮写明几人、补收多少', async () => {
    const page = await enrolling();
    await add(page, 4, '样庚', '8000', '2023-03-15');
    await page.locator('tr', { hasText: '样庚' }).getByText('请留意').waitFor();
    await page.getByRole('button', { name: '下一步：确认提交' }).click();
    await page.getByRole('region', { name: '参保人员 1 人', exact: true }).getByText('样庚').waitFor();
    // 8000 × (16 % + 8 % + 0.7 % + 0.3 % + 0.2 %)
    await page.getByRole('button', { name: '确认参保 1 人 · 补收 2,016.00 元' }).click();
    await page.getByLabel('办理结果').waitFor();
    await page.getByRole('region', { name: '参保人员 1 人', exact: true }).getByText('样庚').waitFor();
    await page.context().close();
  });

  test('税务扣款先问一句，写明金额和单据；不扣就什么也没发生', async () => {
    const { context, page } = await openWindow(browser);
    const billNo = scene.world.remembered.get('待缴的单') ?? '';
    const { taxUrl, employers } = scene.world;
    const accounts = (await (await fetch(`${taxUrl}/api/demo/accounts`)).json()) as {
      login: string;
      password: string;
    }[];
    const account = accounts.find((one) => one.login === employers.get('江枫示例')?.uscc);
    await page.goto(`${taxUrl}/login`);
    await page.getByLabel('信用代码').fill(account?.login ?? '');
    await page.getByLabel('密码').fill(account?.password ?? '');
    await page.getByRole('button', { name: '登录', exact: true }).click();
    await page.waitForURL((url) => url.pathname !== '/login');
    await page.goto(`${taxUrl}/bills/${billNo}`);
    // 3450 × 25.2 %
    const pay = page.getByRole('button', { name: '扣款 869.40 元' });
    await pay.click();
    const question = page.getByRole('dialog', { name: '扣款 869.40 元，缴清这张单据？' });
    await question.getByText(inFours(billNo)).waitFor();
    await question.getByText('不能在这里撤回').waitFor();
    await picture(page, 'tax-question');
    await question.getByRole('button', { name: '先不缴' }).click();
    await question.waitFor({ state: 'hidden' });
    await pay.click();
    await question.getByRole('button', { name: '扣款 869.40 元' }).click();
    await page.getByText('已缴清').first().waitFor();
    await context.close();
  });

  test('查不到的证明只说一遍，并说怎么办', async () => {
    const page = await open('/verify');
    await page.getByLabel(/授权码/).fill('2023 0410 AAAA BBBB CCCC');
    await page.getByRole('button', { name: '核对证明' }).click();
    const result = page.getByLabel('验证结果');
    await result.getByText('怎么办').waitFor();
    expect((await result.innerText()).match(/未查询到/g)).toHaveLength(1);
    await picture(page, 'verify-unknown');
    await page.context().close();
  });
});

describe('不用猜', () => {
  test('页头搜索：一边打一边列出事项，说明 Enter 会找什么', async () => {
    const page = await open('/');
    const box = page.getByRole('searchbox', { name: '搜事项、人员、单据号' });
    await box.fill('样甲');
    await page.getByText('按 Enter 在参保人员里找“样甲”').waitFor();
    await box.fill('zgcb');
    await page.locator('.search-found').getByRole('button', { name: '单位职工参保登记/续保' }).waitFor();
    await picture(page, 'search-found');
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.locator('.search-found').getByRole('button', { name: '单位职工参保登记/续保' }).click();
    await page.waitForURL((url) => url.pathname === '/items/emp.enroll');
    await page.context().close();
  });

  test('草稿在要您处理里只有一条；从菜单打开事项也提到它', async () => {
    const page = await enrolling();
    await add(page, 6, '样壬', '5000');
    await page.getByRole('button', { name: '保存', exact: true }).click();
    await page.getByText('已存成草稿').waitFor();
    const other = await open('/');
    const todo = other.getByRole('region', { name: '要您处理' });
    await todo.getByText('草稿 · 单位职工参保登记/续保').waitFor();
    expect(await todo.getByRole('link', { name: /继续/ }).count()).toBe(1);
    await other.goto(`${scene.world.agencyUrl}/items/emp.enroll`);
    await other.getByText('有一份没有提交的草稿').waitFor();
    await picture(other, 'draft-waiting');
    await other.getByRole('link', { name: '接着办这份' }).click();
    await other.locator('tr', { hasText: '样壬' }).waitFor();
    await other.getByText('有一份没有提交的草稿').waitFor({ state: 'detached' });
    await page.context().close();
    await other.context().close();
  });

  test('推进时钟：格式不对、时间已过，都说出来', async () => {
    const { context, page } = await openWindow(browser);
    const { agencyUrl } = scene.world;
    await signInStaff(page, agencyUrl, 'office');
    const push = page.getByRole('button', { name: '推进', exact: true });
    await page.getByLabel('推进到').fill('4月11日');
    await page.getByText('时间没有写对').waitFor();
    expect(await push.isDisabled()).toBe(true);
    await page.getByLabel('推进到').fill('2023-04-01 09:00');
    await page.getByText('已经过了').waitFor();
    expect(await push.isDisabled()).toBe(true);
    await page.getByLabel('推进到').fill('2023-04-12 09:00');
    await page.getByText('只能往前').waitFor();
    expect(await push.isDisabled()).toBe(false);
    await page.setViewportSize(PHONE);
    await picture(page, 'phone-ops');
    const jobs = page.getByRole('region', { name: '任务', exact: true });
    await fitting(page, jobs.locator('table, button'));
    await context.close();
  });
});

describe('窄窗口', () => {
  test('手机上参保的确认页：每个金额都看得全', async () => {
    const page = await enrolling(PHONE);
    await add(page, 5, '样辛', '30000', '2023-02-15');
    await page.getByText('存在补缴').waitFor();
    await page.getByRole('button', { name: '下一步：确认提交' }).click();
    await page.getByRole('button', { name: /^确认参保/ }).waitFor();
    await picture(page, 'phone-enroll-confirm');
    await fitting(page, page.locator('main table.amounts'));
    await page.context().close();
  });

  test('手机上开单的结果：单据明细不比屏幕宽', async () => {
    const page = await open('/items/bill.issue', PHONE);
    for (const name of ['下一步：表单填写', '下一步：确认提交']) await page.getByRole('button', { name }).click();
    const details = page.getByRole('region', { name: '单据明细', exact: true });
    await details.getByText('企业职工基本养老保险').first().waitFor();
    await picture(page, 'phone-bill-lines');
    await fitting(page, details.locator('table, li'));
    await page.context().close();
  });

  test('1366 宽开证明：姓名、月份不断行，名单用到底', async () => {
    const page = await open('/certificates');
    const cells = page.getByRole('region', { name: '可选人员列表' }).locator('tbody tr').first().locator('td');
    await cells.first().waitFor();
    await picture(page, 'certificate-lists');
    const heights = await cells.evaluateAll((all) => all.map((cell) => cell.getBoundingClientRect().height));
    // A row of two lines has 55.
    expect(Math.max(...heights)).toBeLessThan(45);
    await fitting(page, cells);
    const list = await page.getByRole('region', { name: '可选人员列表' }).boundingBox();
    const bar = await page.locator('.action-bar').boundingBox();
    expect((bar?.y ?? 0) - ((list?.y ?? 0) + (list?.height ?? 0))).toBeLessThan(40);
    await page.context().close();
  });
});

describe('不能撤销的业务', () => {
  test('标题就说不能，写明原因和办法，没有撤销的按钮', async () => {
    const { context, page } = await openWindow(browser);
    await context.addCookies(await legalCookies(browser, scene, '江枫示例'));
    await page.goto(`${scene.world.agencyUrl}/cases`);
    // It says that it is disabled, and answers all the same.
    await page.getByRole('button', { name: /^撤销 单位社会保险缴费申报/ }).click({ force: true });
    const dialog = page.getByRole('dialog', { name: '不能撤销“单位社会保险缴费申报”' });
    await dialog.getByText('怎么办：').waitFor();
    await picture(page, 'undo-refused');
    expect(await dialog.innerText()).not.toMatch(/冲回|恢复到办理以前/);
    expect(await dialog.locator('.btn.danger').count()).toBe(0);
    expect(await accessibilityProblems(page)).toEqual([]);
    await dialog.getByRole('button', { name: '知道了' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await context.close();
  });
});

describe('两个标签页', () => {
  test('一个已经申报，另一个再提交：看得见没有新增，办件只有一件', async () => {
    const tabs = [await open('/items/unit.declare', PHONE), await open('/items/unit.declare', PHONE)];
    for (const page of tabs) {
      for (const name of ['下一步：表单填写', '下一步：确认提交']) await page.getByRole('button', { name }).click();
      await page.getByLabel('已核对名单，差额与本单位情况一致').check();
      await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
    }
    const [first, second] = tabs as [Page, Page];
    await first.getByRole('button', { name: /^确认提交/ }).click();
    await first.getByLabel('办理结果').waitFor();
    await second.getByRole('button', { name: /^确认提交/ }).click();
    const told = second.getByText('本月已申报，没有新增');
    await told.waitFor();
    const box = await told.boundingBox();
    expect(box?.y).toBeGreaterThan(0);
    expect(box?.y).toBeLessThan(PHONE.height);
    await picture(second, 'declare-stale');
    await second.goto(`${scene.world.agencyUrl}/cases`);
    await second.getByText(/共 \d 件/).waitFor();
    expect(await second.getByRole('cell', { name: '单位社会保险缴费申报', exact: true }).count()).toBe(1);
    for (const page of tabs) await page.context().close();
  });
});

describe('停保以后退费', () => {
  test('停保的结果页带着人和月份去退费；假的 PDF 不收，填的还在；确认页列出材料；办件写着待审核', async () => {
    const page = await open('/items/refund.emp');
    // Looked at before: what the link brings is taken all the same.
    await page.getByRole('button', { name: '下一步：表单填写' }).click();
    await page.goto(`${scene.world.agencyUrl}/people`);
    await page.getByRole('button', { name: '样乙', exact: true }).click();
    await page.getByRole('link', { name: '停保', exact: true }).click();
    await page.getByRole('button', { name: '下一步：表单填写' }).click();
    const form = page.getByRole('form', { name: '添加停保人员' });
    await form.getByLabel('停保时间').fill('2023-01-31');
    await form.getByLabel('停保原因').selectOption({ label: '本人辞职' });
    await form.getByRole('button', { name: '添加校验' }).click();
    await page.locator('tr', { hasText: '样乙' }).getByText('通过', { exact: true }).waitFor();
    await page.getByRole('button', { name: '下一步：确认提交' }).click();
    await page.getByRole('button', { name: /^确认停保 1 人/ }).click();
    await page.getByLabel('办理结果').getByRole('link', { name: '申请多缴退费' }).click();

    const months = page.getByLabel('退费月份');
    await months.waitFor();
    expect(await months.inputValue()).toBe('2023-02、2023-03');
    await picture(page, 'refund-prefilled');
    const paper = (text: string) => ({ name: '通知书.pdf', mimeType: 'application/pdf', buffer: Buffer.from(text) });
    await page.locator('input[type=file]').setInputFiles(paper('盖章的通知书'));
    await page.getByText('内容不是 PDF：通知书.pdf').waitFor();
    expect(await months.inputValue()).toBe('2023-02、2023-03');
    await page.getByRole('button', { name: '去掉 通知书.pdf' }).click();
    await page.locator('input[type=file]').setInputFiles(paper('%PDF-1.7'));
    await page.getByRole('button', { name: '下一步：确认提交' }).click();
    await page.getByRole('region', { name: '提交的材料 1 份', exact: true }).getByText('通知书.pdf').waitFor();
    await picture(page, 'refund-confirm');
    await page.getByRole('button', { name: /^确认提交/ }).click();
    await page.getByLabel('办理结果').getByRole('link', { name: '看办件记录' }).click();

    const row = page.locator('tbody tr', { hasText: '多缴退费' });
    await row.getByText('已受理，待审核').waitFor();
    await page.getByRole('button', { name: '已受理，待审核', exact: true }).click();
    await page.getByText('共 1 件').waitFor();
    await row.getByRole('button', { name: /查看详情/ }).click();
    await page.getByText('审核、拨付由经办机构办理，本系统还没有开通查询进度。').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await picture(page, 'refund-waiting');
    await page.context().close();
  });
});

/** Every one of these ends inside the region it stands in, and inside the window. */
async function fitting(page: Page, parts: Locator): Promise<void> {
  const over = await parts.evaluateAll((all) =>
    all.flatMap((part) => {
      const room = part.closest('.table-scroll, .table-box, .card')?.getBoundingClientRect().right ?? 0;
      const { right } = part.getBoundingClientRect();
      return right > Math.min(room, window.innerWidth) + 1 ? [`${part.textContent} ${right} > ${room}`] : [];
    }),
  );
  expect(await parts.count()).toBeGreaterThan(0);
  expect(over, page.url()).toEqual([]);
}

const pattern = (endpoint: { readonly path: string }): RegExp =>
  new RegExp(`^${endpoint.path.replace(/:\w+/g, '[^/]+')}$`);

/** The answers of an endpoint wait until the function given back is called. */
async function held(page: Page, endpoint: { readonly path: string }): Promise<() => void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  await page.route(
    (url) => pattern(endpoint).test(url.pathname),
    async (route) => {
      await promise;
      await route.fallback();
    },
  );
  return resolve;
}

/** Once the next frame is drawn: focus is moved after the page has changed. */
function focused(control: Locator): Promise<boolean> {
  return control.evaluate(
    (element) =>
      new Promise<boolean>((resolve) => {
        requestAnimationFrame(() => requestAnimationFrame(() => resolve(document.activeElement === element)));
      }),
  );
}

async function enrolling(size = DESKTOP): Promise<Page> {
  const page = await open('/items/emp.enroll', size);
  await page.getByRole('button', { name: '下一步：表单填写' }).click();
  return page;
}

async function add(page: Page, index: number, name: string, wage: string, entryDate = '2023-04-03'): Promise<void> {
  const form = page.getByRole('form', { name: '添加参保人员' });
  await form.getByLabel('证件号码').fill(idNo(index));
  await form.getByLabel('姓名').fill(name);
  await form.getByLabel('本次参工时间').fill(entryDate);
  await form.getByLabel('申报工资').fill(wage);
  await form.getByRole('button', { name: '添加校验' }).click();
}
