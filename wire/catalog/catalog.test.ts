import { expect, test } from 'vitest';
import { billBody, employerBody, receiptBody } from '../conformance/author.ts';
import { billSumsDiffer, CATALOG, receiptDigest, receiptSumFen } from './index.ts';

test('sums of a bill: a line that does not add up and a total that does not', () => {
  const bill = billBody('2023041209000001');
  expect(billSumsDiffer(bill)).toBeUndefined();
  expect(billSumsDiffer({ ...bill, totalFen: bill.totalFen + 1 })).toContain('应缴合计');
  const [line] = bill.lines;
  if (!line) throw new Error('no line');
  expect(billSumsDiffer({ ...bill, lines: [{ ...line, offsetFen: 100 }] })).toContain('第 1 行');
  expect(
    billSumsDiffer({ ...bill, lines: [{ ...line, offsetFen: 100, totalFen: 95_900 }], totalFen: 95_900 }),
  ).toBeUndefined();
});

test('two opposite errors of the same amount give another digest (test 60)', () => {
  const rows = [
    { receiptNo: 'A', ins: 'pension', fen: 100 },
    { receiptNo: 'B', ins: 'pension', fen: 200 },
  ];
  const swapped = [
    { receiptNo: 'A', ins: 'pension', fen: 200 },
    { receiptNo: 'B', ins: 'pension', fen: 100 },
  ];
  expect(receiptDigest(rows)).toBe(receiptDigest([...rows].reverse()));
  expect(receiptDigest(rows)).not.toBe(receiptDigest(swapped));
  // The empty file: SM3 of nothing (GB/T 32905).
  expect(receiptDigest([])).toBe('1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b');
});

test('schemas refuse what would mislead', () => {
  const fails = (type: string, body: object) => CATALOG[type]?.body.safeParse(body).success === false;
  expect(fails('bill.issue', { ...billBody('1'), totalFen: 0 })).toBe(true);
  expect(fails('bill.issue', { ...billBody('1'), totalFen: 0.5 })).toBe(true);
  expect(fails('bill.cancelAnswer', { billNo: '1', granted: false, at: '2023-04-12T09:00:00+08:00' })).toBe(true);
  expect(fails('employer.sync', { ...employerBody('1'), uscc: undefined })).toBe(true);
  expect(fails('payment.posted', { ...receiptBody('R'), channel: 'PIGEON' })).toBe(true);
  expect(receiptSumFen(receiptBody('R'))).toBe(96_000);
});
