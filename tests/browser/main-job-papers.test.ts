import { openXlsx } from 'hucre/xlsx';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessibilityProblems, download, openBrowser, openWindow, picture } from './browser.ts';
import { openScene, type Scene, signInLegal } from './stage.ts';
import { fillTemplate, fortyPeople } from './workbook.ts';

/** The papers of an employer in a real browser: a workbook of forty people in, a certificate out and verified by a stranger. */
const SCENE = `故事 浏览器导盘与证明
时钟 2023-04-10 09:00
单位 云帆示例
    全称：云帆示例科技有限公司
    信用代码：91429999MA0000T01U
    做账期号：2023-03
    | 姓名 | 基数 | 已缴自 | 已缴至 |
    | 样甲 | 5000.00 | 2022-10 | 2023-03 |
    | 样乙 | 6000.00 | 2023-01 | 2023-03 |
`;
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

let scene: Scene;
let browser: Browser;
let page: Page;
let errors: string[];

beforeAll(async () => {
  scene = await openScene(SCENE);
  browser = await openBrowser();
  ({ page, errors } = await openWindow(browser));
  await signInLegal(page, scene, '云帆示例');
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await scene?.close();
});

/** Looked at, and without anything that axe finds. */
async function settled(on: Page, name: string): Promise<void> {
  await picture(on, name);
  expect(await accessibilityProblems(on), name).toEqual([]);
}

describe('导盘：下载模板、填四十人、改错、提交 (AT-02)', () => {
  test('一行的日期是数值型：那一行标红，其余 39 行可提交', async () => {
    await page.goto(`${scene.world.agencyUrl}/items/emp.enroll`);
    await page.getByRole('button', { name: '下一步：表单填写' }).click();
    await page.getByRole('button', { name: '批量导入' }).click();
    const people = fortyPeople();
    const wrong = people.map((line, index) => (index === 6 ? { ...line, 本次参工时间: new Date('2023-04-03') } : line));
    const buffer = Buffer.from(await fillTemplate(await download(page, '下载模板'), wrong));
    await page.getByLabel('选择导盘文件').setInputFiles({ name: '四十人.xlsx', mimeType: XLSX, buffer });
    // Uploaded is not checked (XLS-004): nothing can be submitted yet.
    await page.getByRole('button', { name: '校验', exact: true }).waitFor();
    expect(await page.locator('.action-bar .btn.primary').isDisabled()).toBe(true);
    await page.getByRole('button', { name: '校验', exact: true }).click();
    await page.getByRole('button', { name: '不通过 1' }).waitFor();
    await page.getByText('39 行可提交').waitFor();
    const cell = page.getByLabel('第 8 行 本次参工时间');
    expect(await cell.getAttribute('aria-invalid')).toBe('true');
    await page.getByText(/应为文本格式的日期/).waitFor();
    await page.getByRole('link', { name: 'XLS-003' }).waitFor();
    await settled(page, 'workbook-one-wrong');
  });

  test('换一个浏览器，没提交的文件还在，接着办', async () => {
    const other = await openWindow(browser);
    await signInLegal(other.page, scene, '云帆示例');
    await other.page.goto(`${scene.world.agencyUrl}/items/emp.enroll`);
    await other.page.getByRole('button', { name: '下一步：表单填写' }).click();
    await other.page.getByRole('button', { name: '批量导入' }).click();
    await other.page.getByText('四十人.xlsx，40 人').waitFor();
    await settled(other.page, 'workbook-open');
    await other.page.getByRole('button', { name: '接着办' }).click();
    await other.page.getByText('39 行可提交').waitFor();
    expect(other.errors).toEqual([]);
    await other.context.close();
  });

  test('改正的格子刷新后还在；重新校验后四十人全部通过', async () => {
    await page.getByLabel('第 8 行 本次参工时间').fill('2023-04-03');
    await page.getByText('改了 1 格').first().waitFor();
    await page.reload();
    expect(await page.getByLabel('第 8 行 本次参工时间').inputValue()).toBe('2023-04-03');
    await page.getByRole('button', { name: '重新校验（改了 1 格）' }).click();
    await page.getByText('40 行可提交').waitFor();
    await page.getByRole('button', { name: '下一步：确认提交（40 人）' }).click();
    // 补收小计 47 993.40；40 人每月 112 563.36。
    await page.getByText('47,993.40').first().waitFor();
    await page.getByText('112,563.36').first().waitFor();
    await settled(page, 'workbook-confirm');
    await page.getByRole('button', { name: '确认提交（40 人）' }).click();
    await page.getByRole('heading', { name: '已为 40 人办结参保登记' }).waitFor();
    await page.getByText('样员40：该人员还需申报劳动合同补缴业务').waitFor();
    await page.goto(`${scene.world.agencyUrl}/people`);
    await page.getByText('共 42 人').waitFor();
  });

  test('只提交通过的行：没有通过的另存一份，从结果页接着办', async () => {
    await page.goto(`${scene.world.agencyUrl}/items/emp.enroll`);
    // A reload keeps the result of the last one.
    await page.getByRole('button', { name: '继续增员' }).click();
    await page.getByRole('button', { name: '下一步：表单填写' }).click();
    await page.getByRole('button', { name: '批量导入' }).click();
    const [good, wrong] = ['样员41', '样员42'].map((name, index) => ({
      证件号码: ['429999199001010410', '429999199001010429'][index] ?? '',
      姓名: name,
      本次参工时间: '2023-04-03',
      申报工资: '5000.00',
    }));
    const lines = [good, { ...wrong, 本次参工时间: '2023-04-31' }] as Parameters<typeof fillTemplate>[1];
    const buffer = Buffer.from(await fillTemplate(await download(page, '下载模板'), lines));
    await page.getByLabel('选择导盘文件').setInputFiles({ name: '两人.xlsx', mimeType: XLSX, buffer });
    await page.getByRole('button', { name: '校验', exact: true }).click();
    await page.getByRole('button', { name: '下一步：确认提交（1 人）' }).click();
    await page.getByRole('button', { name: '确认提交（1 人）' }).click();
    await page.getByText('还有 1 行没有通过').waitFor();
    await settled(page, 'workbook-left');
    await page.getByRole('button', { name: '接着办这 1 行' }).click();
    await page.getByText('两人_余下.xlsx').waitFor();
    await page.getByLabel('第 3 行 本次参工时间').fill('2023-04-03');
    await page.getByRole('button', { name: '重新校验（改了 1 格）' }).click();
    await page.getByRole('button', { name: '下一步：确认提交（1 人）' }).click();
    await page.getByRole('button', { name: '确认提交（1 人）' }).click();
    await page.getByRole('heading', { name: '已为 1 人办结参保登记' }).waitFor();
    expect(await page.getByText('没有通过').count()).toBe(0);
    await page.goto(`${scene.world.agencyUrl}/people`);
    await page.getByText('共 44 人').waitFor();
  });

  test('没有提交的文件可以删除，先问一句', async () => {
    await page.goto(`${scene.world.agencyUrl}/items/emp.enroll`);
    await page.getByRole('button', { name: '继续增员' }).click();
    await page.getByRole('button', { name: '下一步：表单填写' }).click();
    await page.getByRole('button', { name: '批量导入' }).click();
    const line = { 证件号码: '429999199001010410', 姓名: '样员41', 本次参工时间: '2023-04-03', 申报工资: '5000.00' };
    const buffer = Buffer.from(await fillTemplate(await download(page, '下载模板'), [line]));
    await page.getByLabel('选择导盘文件').setInputFiles({ name: '多余.xlsx', mimeType: XLSX, buffer });
    await page.getByRole('button', { name: '校验', exact: true }).waitFor();
    const other = await openWindow(browser);
    await signInLegal(other.page, scene, '云帆示例');
    await other.page.goto(`${scene.world.agencyUrl}/items/emp.enroll`);
    await other.page.getByRole('button', { name: '下一步：表单填写' }).click();
    await other.page.getByRole('button', { name: '批量导入' }).click();
    await other.page.getByRole('button', { name: '删除文件 多余.xlsx' }).click();
    const asked = other.page.getByRole('dialog');
    await asked.getByText('删除后找不回来').waitFor();
    await settled(other.page, 'workbook-drop');
    await asked.getByRole('button', { name: '删除', exact: true }).click();
    await other.page.getByRole('button', { name: '删除文件 多余.xlsx' }).waitFor({ state: 'detached' });
    expect(other.errors).toEqual([]);
    await other.context.close();
    await page.goto(`${scene.world.agencyUrl}/people`);
    await page.getByText('共 44 人').waitFor();
  });

  test('名单按缴费基数排序；办件记录导出成工作簿', async () => {
    const base = page.getByRole('columnheader', { name: /缴费基数/ });
    await base.getByRole('button').click();
    await page.locator('th[aria-sort=ascending]').waitFor();
    // The lowest of AT-02, 2987.65, is lifted to the lower limit.
    await page.locator('tbody tr').first().getByText('3,450.00').waitFor();
    await base.getByRole('button').click();
    await page.locator('th[aria-sort=descending]').waitFor();
    await page.locator('tbody tr').first().getByText('18,000.00').waitFor();
    await page.goto(`${scene.world.agencyUrl}/cases`);
    await page.getByText('共 3 件').waitFor();
    const workbook = await openXlsx(new Uint8Array(await download(page, '导出', 'button')));
    const [heads = [], ...cases] = workbook.sheets[0]?.rows ?? [];
    expect(heads).toContain('事项');
    expect(cases).toHaveLength(3);
    for (const one of cases) expect(one).toContain('单位职工参保登记/续保');
  });
});

describe('参保证明：开具、公开验证、改过的文件不认 (HB-CERT)', () => {
  let code = '';
  let pdf: Buffer;

  /** What is registered: documents and cases of certificates. */
  const registered = () =>
    page.evaluate(async () => {
      const get = async (path: string) => (await fetch(path)).json();
      return [(await get('/api/certificates')).length, (await get('/api/cases?itemCode=cert.enroll')).total];
    });

  test('没有选人不能预览；预览不登记，改了名单就收起', async () => {
    await page.goto(`${scene.world.agencyUrl}/certificates`);
    await page.getByRole('button', { name: '预览' }).click();
    await page.getByRole('alert').getByText('请选择需要打印的人员').waitFor();
    await page.getByRole('checkbox', { name: '选择 样甲' }).check();
    await page.getByRole('button', { name: '移入右表 >>' }).click();
    const [answer] = await Promise.all([
      page.waitForResponse((response) => response.url().endsWith('/api/certificates/preview')),
      page.getByRole('button', { name: '预览' }).click(),
    ]);
    expect([answer.status(), answer.headers()['content-type']]).toEqual([200, 'application/pdf']);
    const preview = page.getByRole('region', { name: '预览' });
    await preview.getByText('还没有开具').waitFor();
    await preview.locator('object').waitFor();
    expect(await registered()).toEqual([0, 0]);
    await settled(page, 'certificate-preview');
    await page.getByRole('checkbox', { name: '选择 样甲' }).check();
    await page.getByRole('button', { name: '<< 移回左表' }).click();
    await preview.waitFor({ state: 'detached' });
  });

  test('没有选人不能开；选一人开出证明', async () => {
    await page.goto(`${scene.world.agencyUrl}/certificates`);
    await page.getByText('请选择需要打印的人员').waitFor();
    expect(await page.getByRole('button', { name: '开具 0 人的证明' }).isDisabled()).toBe(true);
    await page.getByRole('checkbox', { name: '选择 样甲' }).check();
    await page.getByRole('button', { name: '移入右表 >>' }).click();
    await page.getByRole('button', { name: '开具 1 人的证明' }).dblclick();
    const issued = page.getByLabel('已开好的证明');
    await issued.waitFor();
    code = (await issued.locator('.mono').innerText()).trim();
    expect(code).toMatch(/^2023 0410 \w{4} \w{4} \w{4}$/);
    pdf = await download(page, '下载 PDF');
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    expect(await registered()).toEqual([1, 1]);
    // What comes next is printing; another paper for the same people has to be wanted.
    await page.getByText('1 人的证明已开好').waitFor();
    expect(await page.locator('.primary:visible').allInnerTexts()).toEqual(['打印']);
    await settled(page, 'certificate-issued');
  });

  test('不登录，凭授权码验证：真实有效，号码遮盖', async () => {
    const { context, page: stranger, errors: theirs } = await openWindow(browser);
    await stranger.goto(`${scene.world.agencyUrl}/verify`);
    await stranger.getByLabel(/授权码/).fill(code.toLowerCase());
    await stranger.getByRole('button', { name: '核对证明' }).click();
    const result = stranger.getByLabel('验证结果');
    await result.getByText('真实有效').waitFor();
    const text = await result.innerText();
    expect(text).toContain('云帆示例科技有限公司');
    expect(text).toMatch(/样甲[\s\S]*429999\*{8}\w{4}/);
    // 「三个月」 are the last three paid months.
    expect(text).toContain('202301 – 202303');
    await settled(stranger, 'certificate-verified');
    expect(theirs).toEqual([]);
    await context.close();
  });

  test('原文件有效；改一个字节就被认出；别的文件查不到', async () => {
    const { context, page: stranger } = await openWindow(browser);
    await stranger.goto(`${scene.world.agencyUrl}/verify`);
    const verify = async (name: string, buffer: Buffer, state: string) => {
      await stranger.locator('input[type=file]').setInputFiles({ name, mimeType: 'application/pdf', buffer });
      await stranger.getByLabel('验证结果').getByText(state, { exact: true }).first().waitFor();
    };
    await verify('证明.pdf', pdf, '真实有效');
    const altered = Buffer.from(pdf);
    const middle = Math.floor(altered.length / 2);
    altered[middle] = (altered[middle] ?? 0) ^ 1;
    await verify('改过.pdf', altered, '文件被改过');
    expect(await stranger.getByLabel('验证结果').innerText()).not.toContain('样甲');
    await settled(stranger, 'certificate-altered');
    await verify('别的.pdf', Buffer.from('%PDF-1.7\n%%EOF\n'), '未查询到该证明');
    await context.close();
  });

  test('没有脚本错误', () => {
    expect(errors).toEqual([]);
  });
});
