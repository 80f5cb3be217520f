import { readFileSync } from 'node:fs';
import { formatYuan } from '../../kernel/fen.ts';
import type { CivilDate, Moment } from '../../kernel/month.ts';
import { atTime } from '../../kernel/month.ts';
import { qrSvg } from '../../platform/pdf/qr.ts';
import { renderPdf } from '../../platform/pdf/render.ts';
import { agencySeal } from '../../platform/pdf/seal.ts';

/** 核定数据类型, in the order in which they stand on the bill. */
export const KIND_NAMES = [
  '单位整体核定',
  '自动补收',
  '单位补缴',
  '职工补缴',
  '劳动合同补缴',
  '缓缴补缴',
  '单工伤核定',
  '差额调整',
  '期初',
] as const;
export type KindName = (typeof KIND_NAMES)[number];

export type BillRow = {
  readonly insuranceName: string;
  readonly employerFen: number;
  readonly personFen: number;
  readonly interestFen: number;
  readonly lateFen: number;
  /** 应缴合计 = 单位 + 个人 + 利息 + 滞纳金. */
  readonly grossFen: number;
  /** 应缴金额 = 应缴合计 − 抵扣或缓缴. */
  readonly payableFen: number;
};

export type BillKindRow = {
  readonly name: string;
  readonly employerFen: number;
  readonly personFen: number;
  readonly lateFen: number;
  readonly interestFen: number;
  readonly payableFen: number;
};

/** What stands on a 社会保险费应缴认定单 (HB-BILL-01). Amounts in fen. */
export type BillDocument = {
  readonly billNo: string;
  readonly employerNo: string;
  readonly employerName: string;
  readonly officeName: string;
  readonly issuedOn: CivilDate;
  readonly deadline: CivilDate;
  readonly rows: readonly BillRow[];
  readonly totalFen: number;
  /** 人民币大写 without brackets. */
  readonly totalWords: string;
  readonly kinds: readonly BillKindRow[];
  /** Of the region, with its words filled in. */
  readonly billNotes: readonly string[];
  readonly verifyUrl: string;
  readonly authCode: string;
  /** Expired or revoked: 已作废 across the page. */
  readonly voided?: boolean;
};

export const BILL_TITLE = '社会保险费应缴认定单';

/** HB-BILL-01 表一: 利息 stands before 滞纳金 … */
const BILL_TABLE_HEADS = ['险种', '单位缴纳金额', '个人缴纳金额', '利息', '滞纳金', '应缴合计', '应缴金额'] as const;
/** … and in 表二 after it; both as on the official form (appendix D 12). */
const BILL_KIND_HEADS = ['核定数据类型', '单位缴纳金额', '个人缴纳金额', '滞纳金', '利息', '应缴金额'] as const;

/** 2021-11-29 → 2021年11月29日. */
export function chineseDate(day: CivilDate): string {
  const [year = '', month = '', date = ''] = day.split('-');
  return `${year}年${Number(month)}月${Number(date)}日`;
}

const template = { name: 'bill', source: readFileSync(new URL('./bill.typ', import.meta.url), 'utf8') };

/** The unsigned PDF. `at` is the moment of issue; the same document and moment give the same bytes. */
export function renderBill(bill: BillDocument, at: Moment = atTime(bill.issuedOn, '00:00')): Promise<Uint8Array> {
  const order = (name: string) => {
    const index = (KIND_NAMES as readonly string[]).indexOf(name);
    return index < 0 ? KIND_NAMES.length : index;
  };
  const data = {
    title: BILL_TITLE,
    billNo: bill.billNo,
    employerNo: bill.employerNo,
    employerName: bill.employerName,
    officeName: bill.officeName,
    issuedOn: chineseDate(bill.issuedOn),
    tableHeads: BILL_TABLE_HEADS,
    rows: bill.rows.map((row) => [
      row.insuranceName,
      ...[row.employerFen, row.personFen, row.interestFen, row.lateFen, row.grossFen, row.payableFen].map(formatYuan),
    ]),
    total: formatYuan(bill.totalFen),
    totalWords: bill.totalWords,
    kindHeads: BILL_KIND_HEADS,
    kinds: bill.kinds
      .toSorted((a, b) => order(a.name) - order(b.name))
      .map((kind) => [
        kind.name,
        ...[kind.employerFen, kind.personFen, kind.lateFen, kind.interestFen, kind.payableFen].map(formatYuan),
      ]),
    notes: bill.billNotes,
    authCode: bill.authCode,
    verifyUrl: bill.verifyUrl,
    qr: qrSvg(bill.verifyUrl),
    seal: agencySeal(bill.officeName),
    voided: bill.voided ?? false,
  };
  return renderPdf(template, data, at);
}
