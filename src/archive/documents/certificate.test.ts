import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import type { CivilDate, Moment, Month } from '../../kernel/month.ts';
import { officeOf } from '../../rules/index.ts';
import { certificateValidThrough, newAuthCode, parseAuthCode } from './authCode.ts';
import { type CertificateDocument, renderCertificate, renderCertificatePreview } from './certificate.ts';

/** AT-12. */
const sample: CertificateDocument = {
  certificateTitle: '湖北省社会保险参保证明（单位专用）',
  employerNo: '990000104',
  employerName: '随州示例商贸有限公司',
  insuranceName: '失业保险',
  payerCount: 2,
  region: '随州市本级',
  period: '2021-11' as Month,
  inArrears: false,
  officeName: '随州市社会保险服务中心',
  verifyMonths: 3,
  verificationPlatform: '湖北省社保证明验证平台',
  printedOn: '2021-11-13' as CivilDate,
  rows: [
    {
      name: '王样',
      idNo: '429999199001010015',
      personNo: '42000000001',
      from: '2021-07' as Month,
      to: '2021-09' as Month,
      status: '实缴到账',
    },
  ],
  authCode: '2021 1113 1336 29KR IFGN',
  verifyUrl: 'http://127.0.0.1:8080/verify?code=20211113133629KRIFGN',
};
const at = '2021-11-13T13:36:29.000+08:00' as Moment;

function pagesOf(pdf: Uint8Array): string[] {
  const text = execFileSync('pdftotext', ['-layout', '-', '-'], { input: pdf, encoding: 'utf8' });
  return text.split('\f').slice(0, -1);
}

describe('单位参保证明 (HB-CERT-02, AT-12)', () => {
  test('every field can be read and empty rows keep their numbers', async () => {
    const [page = '', ...more] = pagesOf(await renderCertificate(sample, at));
    expect(more).toEqual([]);
    const text = page.replace(/\s+/g, '');
    for (const part of [
      '湖北省社会保险参保证明（单位专用）',
      '单位名称：随州示例商贸有限公司',
      '单位编号：990000104',
      '单位参保险种缴费总人数参保所属地做账期号单位欠费(是/否)',
      '失业保险2随州市本级202111否',
      '2021年11月，该单位以下参保缴费人员信息',
      '1王样42999919900101001542000000001202107202109实缴到账',
      '本参保证明出具后3个月内可在“湖北省社保证明验证平台”进行验证',
      '中国公民为身份证号，外国公民为护照号或居留证号',
      '打印时间：2021年11月13日',
      '第1页/共1页',
      '202111131336',
      '29KRIFGN',
    ]) {
      expect(text, part).toContain(part);
    }
    expect(page).toMatch(/^\s*20\s*$/m);
    expect(page).not.toMatch(/^\s*21\s*$/m);
  });

  test('21 people need two pages of 20 rows', async () => {
    const rows = Array.from({ length: 21 }, (_, index) => ({ ...sample.rows[0]!, name: `王样${index + 1}` }));
    const pages = pagesOf(await renderCertificate({ ...sample, rows }, at));
    expect(pages.length).toBe(2);
    expect(pages[1]).toContain('王样21');
    expect(pages[1]?.replace(/\s+/g, '')).toContain('第2页/共2页');
    expect(pages[1]).toMatch(/^\s*40\s*$/m);
  });
});

test('the title, the platform and the months are the region’s own', async () => {
  const elsewhere = { ...sample, ...officeOf('140100'), verifyMonths: 6 };
  const text = (await renderCertificate(elsewhere, at).then(pagesOf)).join('').replace(/\s+/g, '');
  expect(text).toContain('出具后6个月内可在“社会保险证明验证页面”进行验证');
  expect(text).toContain('太原市社会保险管理服务中心');
  expect(text).not.toContain('湖北');
  expect(officeOf('420500').certificateTitle).toBe(sample.certificateTitle);
  expect(officeOf('429004')).toMatchObject({
    officeName: '仙桃市社会保险经办机构',
    certificateTitle: sample.certificateTitle,
    verificationPlatform: sample.verificationPlatform,
  });
});

test('预览 says so on every page, without a code, and masks the numbers', async () => {
  const rows = Array.from({ length: 21 }, () => sample.rows[0]!);
  const { authCode, verifyUrl, ...certificate } = { ...sample, rows };
  const pages = pagesOf(await renderCertificatePreview(certificate, at));
  expect(pages.length).toBe(2);
  for (const page of pages) {
    // Each letter of what lies across the page is a line of its own.
    expect(page).toMatch(/^\s*预\s*$/m);
    expect(page).toMatch(/^\s*览\s*$/m);
    const text = page.replace(/\s+/g, '');
    expect(text).toContain('授权码：开具后生成');
    expect(text).toContain('429999********0015');
    for (const absent of [sample.rows[0]!.idNo, authCode.replaceAll(' ', ''), verifyUrl])
      expect(text).not.toContain(absent);
  }
});

describe('授权码 (HB-CERT-04)', () => {
  test('five groups of four, date and time first', () => {
    expect(newAuthCode(at)).toMatch(/^2021 1113 1336 29[A-Z0-9]{2} [A-Z0-9]{4}$/);
    const codes = new Set(Array.from({ length: 200 }, () => newAuthCode(at)));
    expect(codes.size).toBe(200);
  });

  test('typed in any way it is the same code', () => {
    expect(parseAuthCode(' 2021111313 3629kr-ifgn')).toBe('2021 1113 1336 29KR IFGN');
    expect(parseAuthCode('2021 1113 1336 29KR IFG')).toBeUndefined();
  });
});

describe('验证期限 (HB-CERT-05, AT-12)', () => {
  test.each([
    ['2021-11-13', '2022-02-13'],
    ['2021-11-30', '2022-02-28'],
  ])('issued %s it can be verified through %s', (issued, through) => {
    expect(certificateValidThrough(issued as CivilDate, 3)).toBe(through);
  });
});
