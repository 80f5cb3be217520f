import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CivilDate, Moment } from '../../kernel/month.ts';
import { createSigningIdentity, signPdf } from '../../platform/pdf/sign.ts';
import { verifySignature } from '../../platform/pdf/verify.ts';
import { fillAll, officeOf } from '../../rules/index.ts';
import { type BillDocument, renderBill } from './bill.ts';

/** AT-04, the sample bill of the requirements. */
const sample: BillDocument = {
  billNo: '2021111310244307',
  employerNo: '990000104',
  employerName: '随州示例商贸有限公司',
  officeName: '随州市社会保险服务中心',
  issuedOn: '2021-11-13' as CivilDate,
  deadline: '2021-11-29' as CivilDate,
  rows: [
    {
      insuranceName: '失业保险',
      employerFen: 13041,
      personFen: 5589,
      interestFen: 0,
      lateFen: 0,
      grossFen: 18630,
      payableFen: 18630,
    },
    {
      insuranceName: '工伤保险',
      employerFen: 1863,
      personFen: 0,
      interestFen: 0,
      lateFen: 0,
      grossFen: 1863,
      payableFen: 1863,
    },
  ],
  totalFen: 20493,
  totalWords: '贰佰零肆元玖角叁分',
  kinds: [{ name: '单位整体核定', employerFen: 14904, personFen: 5589, lateFen: 0, interestFen: 0, payableFen: 20493 }],
  billNotes: fillAll(officeOf('421300').billNotes, { deadline: '2021年11月29日' }),
  verifyUrl: 'http://127.0.0.1:8080/verify?code=202111131024K7QMIFGN',
  authCode: '2021 1113 1024 43KR IFGN',
};
const at = '2021-11-13T10:24:43.000+08:00' as Moment;

const folder = mkdtempSync(join(tmpdir(), 'tongzheng-bill-'));
const identity = createSigningIdentity(sample.officeName, 'test', at);
let pdf: Uint8Array;
let signed: Uint8Array;

function poppler(tool: string, args: readonly string[], bytes: Uint8Array): string {
  const file = join(folder, 'document.pdf');
  writeFileSync(file, bytes);
  return execFileSync(tool, [...args.map((arg) => (arg === 'FILE' ? file : arg))], { encoding: 'utf8' });
}

/** Text without spaces and line ends, as a layout may break a sentence anywhere. */
function plain(bytes: Uint8Array): string {
  return poppler('pdftotext', ['-layout', 'FILE', '-'], bytes).replace(/\s+/g, '');
}

beforeAll(async () => {
  pdf = await renderBill(sample, at);
  signed = await signPdf(pdf, identity, { reason: '社会保险费应缴认定单签发', name: sample.officeName, at });
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('认定单 (HB-BILL-01, AT-04)', () => {
  test('every field of the form can be read from the file', () => {
    const text = plain(pdf);
    for (const part of [
      '中国社会保险CHINASOCIALINSURANCE',
      '社会保险费应缴认定单',
      '单位编号：990000104',
      '征集通知单据号：2021111310244307',
      '单位名称：随州示例商贸有限公司',
      '单位：元',
      '险种单位缴纳金额个人缴纳金额利息滞纳金应缴合计应缴金额',
      '失业保险130.4155.890.000.00186.30186.30',
      '工伤保险18.630.000.000.0018.6318.63',
      '合计/////204.93',
      '实际应缴金额合计大写：贰佰零肆元玖角叁分',
      '征集明细：',
      '核定数据类型单位缴纳金额个人缴纳金额滞纳金利息应缴金额',
      '单位整体核定149.0455.890.000.00204.93',
      '1.此单据缴费截止日期至2021年11月29日,过期作废。请在截止日期前到税务征收机构及时缴纳。',
      '2.此单据失效后,参保单位可在网上或社保大厅重新生成缴费单据。重新生成缴费单据时间超出当月的,从次月1日起加收利息和滞纳金。',
      '3.2020年2-12月享受减免政策的单位,当期单位缴纳金额应为0,如社会保险费应缴认定单中有单位缴费金额,属补缴费款所属期2020年2月以前的单位缴费部分,具体情况请登录“湖北省政务服务网”查询人员缴费明细。',
      '经办机构：随州市社会保险服务中心',
      '经办日期：2021年11月13日',
      '单据号：2021111310244307',
      '第1页/共1页',
      '授权码：20211113102443KRIFGN',
    ]) {
      expect(text, part).toContain(part);
    }
    expect(text).not.toContain('已作废');
  });

  test('the notes are the region’s own: elsewhere nothing of 湖北, and no interest where none is asked', async () => {
    const reissue = '宽限末日前重开不加收，过后加收滞纳金';
    const { officeName, billNotes } = officeOf('140100');
    const notes = fillAll(billNotes, { deadline: '2021年11月29日', reissue });
    const text = plain(await renderBill({ ...sample, officeName, billNotes: notes }, at));
    expect(text).toContain('1.此单据缴费截止日期至2021年11月29日,过期作废。');
    expect(text).toContain(`2.此单据失效后,可重新生成缴费单据：${reissue}。`);
    expect(text).not.toMatch(/湖北|减免|加收利息/);
  });

  test('only our fonts are inside, embedded as subsets, and the file is small', () => {
    const fonts = poppler('pdffonts', ['FILE'], signed).trim().split('\n').slice(2);
    expect(fonts.length).toBeGreaterThan(0);
    for (const font of fonts)
      expect(font).toMatch(/^[A-Z]{6}\+Noto(SansSC|SerifCJKsc)-(Regular|Bold)(-Identity-H)?\s+.*\syes yes yes\s/);
    expect(signed.length).toBeLessThan(100_000);
  });

  test('an expired or revoked bill says so across the page', async () => {
    expect(plain(await renderBill({ ...sample, voided: true }, at))).toContain('本单已作废');
  });

  test('the same bill printed twice is the same file', async () => {
    expect(Buffer.from(await renderBill(sample, at)).equals(Buffer.from(pdf))).toBe(true);
  });

  test('a name outside our fonts and text like template code are printed as data', async () => {
    const text = plain(await renderBill({ ...sample, employerName: '\u{2B740}样 #eval("1") $x$ *示例*' }, at));
    expect(text).toContain('〓U+2B740样#eval("1")$x$*示例*');
  });
});

describe('电子签章', () => {
  test('an independent reader finds the signature valid', () => {
    const report = poppler('pdfsig', ['FILE'], signed);
    expect(report).toContain('Signature is Valid.');
    expect(report).toContain('Total document signed');
    expect(report).toContain('Signer Certificate Common Name: 随州市社会保险服务中心');
  });

  test('our own check agrees and tells who signed and why', () => {
    expect(verifySignature(signed)).toMatchObject({
      valid: true,
      signerName: '随州市社会保险服务中心',
      reason: '社会保险费应缴认定单签发',
    });
  });

  test('one changed byte is refused by both', () => {
    for (const position of [20, 3000, signed.length - 200]) {
      const changed = Buffer.from(signed);
      changed[position]! ^= 1;
      expect(verifySignature(changed).valid).toBe(false);
    }
    const changed = Buffer.from(signed);
    changed[3000]! ^= 1;
    expect(poppler('pdfsig', ['FILE'], changed)).not.toContain('Signature is Valid');
  });

  test('bytes added behind the signature, and a file without one, are refused', () => {
    expect(verifySignature(Buffer.concat([signed, Buffer.from('\n%')])).valid).toBe(false);
    expect(verifySignature(pdf).valid).toBe(false);
    expect(verifySignature(Buffer.from('not a pdf')).valid).toBe(false);
  });
});
