/** 附件挂入办件档案袋 (HB-GEN-04, HB-REF-03): what was handed in can be read again, byte for byte, and not be changed. */
import { afterEach, expect, test } from 'vitest';
import { findCase, listAttachments, readAttachment } from '../../src/casework/index.ts';
import type { Month } from '../../src/kernel/month.ts';
import { sql } from '../../src/platform/db.ts';
import { type Bureau, employer, idNo, openBureau } from './harness.ts';

const EMPLOYER = '990000901';
let bureau: Bureau | undefined;
afterEach(async () => {
  await bureau?.close();
  bureau = undefined;
});

test('the evidence of 多缴退费 is kept; the form of the case holds only its name and digest', async () => {
  const of = await openBureau({ at: '2023-04-18 09:00' });
  bureau = of;
  const { db, region } = of.services;
  const paid = { from: '2022-07' as Month, to: '2023-03' as Month };
  await of.open([
    employer({
      bookedThrough: '2023-03',
      refundAccount: { bankName: '示例银行', account: '6200000000000001', holder: '云帆示例制造有限公司' },
      persons: [{ idNo: idNo(1), name: '样一', from: '2022-07' as Month, baseFen: 500_000, paid }],
    }),
  ]);
  await of.submit(EMPLOYER, 'emp.suspend', { people: [{ idNo: idNo(1), suspendDate: '2023-01-31', reason: 'S01' }] });
  const form = { idNo: idNo(1), months: '2023-02' };
  const paper = Buffer.from('%PDF-1.7 盖章的通知书');
  const refused = await of.preview(EMPLOYER, 'refund.emp', {
    ...form,
    attachments: [
      { name: '空.pdf', base64: '' },
      { name: '说明.txt', base64: 'eA==' },
      { name: '大.pdf', base64: Buffer.alloc(5_000_001).toString('base64') },
      { name: '文字.pdf', base64: Buffer.from('盖章的通知书').toString('base64') },
      { name: '通知书.png', base64: paper.toString('base64') },
    ],
  });
  expect(refused.problems.map((one) => one.code)).toEqual(['GEN-014', 'GEN-017', 'GEN-015', 'GEN-018', 'GEN-018']);
  expect(refused.problems.slice(3).map((one) => one.message)).toEqual([
    '内容不是 PDF：文字.pdf',
    '内容不是 JPG 或 PNG：通知书.png',
  ]);
  expect((await of.preview(EMPLOYER, 'refund.emp', { ...form, attachments: ['x.pdf'] })).problems[0]?.code).toBe(
    'REF-003',
  );

  const shown = await of.preview(EMPLOYER, 'refund.emp', {
    ...form,
    attachments: [
      { name: '通知书.PDF', base64: paper.toString('base64') },
      { name: '盖章页.jpg', base64: Buffer.from('89504e470d0a1a0a00', 'hex').toString('base64') },
      { name: '盖章页.JPEG', base64: Buffer.from('ffd8ffe1', 'hex').toString('base64') },
    ],
  });
  expect(shown.sections.at(-1)).toMatchObject({
    title: '提交的材料 3 份',
    rows: [
      { name: '通知书.PDF', size: '1 KB' },
      { name: '盖章页.jpg', size: '1 KB' },
      { name: '盖章页.JPEG', size: '1 KB' },
    ],
  });
  const who = shown.sections.find((section) => section.type === 'facts');
  expect(who?.rows.map((row) => row.value)).toEqual([
    expect.stringMatching(/^样一　429999\*{8}/),
    expect.any(String),
    '2023年2月',
  ]);

  const { caseNo } = await of.submit(EMPLOYER, 'refund.emp', {
    ...form,
    attachments: [{ name: '通知书.pdf', type: 'application/pdf', base64: paper.toString('base64') }],
  });
  const record = await findCase(db, region, EMPLOYER, caseNo);
  // shasum -a 256 of the bytes is in both places; the contents are only in the bag.
  const [kept] = await listAttachments(db, region, caseNo);
  expect(kept).toMatchObject({ no: 1, field: 'attachments', name: '通知书.pdf', size: paper.length });
  expect(record?.form.attachments).toEqual([{ name: '通知书.pdf', size: paper.length, sha256: kept?.sha256 }]);
  expect(Buffer.from((await readAttachment(db, region, caseNo, 1))?.bytes ?? []).equals(paper)).toBe(true);
  await expect(sql`update casework_attachment set name = 'y'`.execute(db)).rejects.toThrow('kept');
  await expect(sql`delete from casework_attachment`.execute(db)).rejects.toThrow('kept');
  await expect(sql`truncate casework_attachment`.execute(db)).rejects.toThrow('kept');
});
