/** What the pages show: rows of the store in the words of the contract. */
import type { z } from 'zod';
import { amountInWords } from '../../src/kernel/amount-words.ts';
import { type Problem, refuse } from '../../src/kernel/errors.ts';
import { sumFen } from '../../src/kernel/fen.ts';
import { addDays, atTime, type CivilDate, dateOf, type Moment } from '../../src/kernel/month.ts';
import type { Executor } from '../../src/platform/db.ts';
import { wireProblem } from '../../wire/index.ts';
import { dayInWords, workdayAfter } from '../calendar.ts';
import {
  PAY_CHANNEL_NAMES,
  PAY_CHANNELS,
  type PayChannel,
  RECEIPT_STATE_NAMES,
  type receiptSchema,
  TAX_BILL_STATE_NAMES,
  type taxBillRowSchema,
  type taxBillSchema,
  type voucherSchema,
} from '../contract.ts';
import { moneyOf, POSTS_AT_ONCE } from '../model.ts';
import { billLines, findBill, receiptLines } from '../store.ts';
import { findEmployer } from '../store-employers.ts';
import { type BillRow, listBills, listReceipts, type ReceiptRow, ticketsOf } from '../store-queries.ts';
import { kindName, monthsInWords, organName, regionName, taxLines, treasuryName } from '../words.ts';

export type BillRowView = z.infer<typeof taxBillRowSchema>;
export type BillView = z.infer<typeof taxBillSchema>;
export type ReceiptView = z.infer<typeof receiptSchema>;
export type VoucherView = z.infer<typeof voucherSchema>;

/** What a page needs to know beside the database. */
export type Looking = { readonly db: Executor; readonly region: string; readonly now: Moment };

/** Said of a bill that never came, and of another payer's: the two must not be told apart. */
export const NO_SUCH_BILL: Problem = {
  code: 'TZ-WIR-401',
  message: '没有这张单据',
  why: '没有查到这个单据号；刚开的单据还在同步，约 20 分钟，每月 1–10 日约 30 分钟。',
  next: '请核对单据号，或过一会儿再查。',
};

const ALL = { page: 1, size: 500 };
/** 凭证在缴款后第几个工作日可开具 (wire.md §3.7). */
const VOUCHER_WORKDAYS = 2;

export function billRowView(row: BillRow): BillRowView {
  return {
    ...row,
    months: monthsInWords(row.months),
    validThroughText: dayInWords(row.validThrough),
    stateName: TAX_BILL_STATE_NAMES[row.state],
  };
}

export function receiptView(row: ReceiptRow, today: CivilDate): ReceiptView {
  const from = workdayAfter(dateOf(row.paidAt), VOUCHER_WORKDAYS);
  return {
    ...row,
    channelName: PAY_CHANNEL_NAMES[row.channel],
    stateName: RECEIPT_STATE_NAMES[row.state],
    voucherFrom: from && from > today ? from : null,
  };
}

export async function getReceipt(look: Looking, receiptNo: string): Promise<ReceiptView> {
  const { rows } = await listReceipts(look.db, look.region, { receiptNo }, ALL);
  const [row] = rows;
  return row
    ? receiptView(row, dateOf(look.now))
    : refuse(wireProblem('TZ-WIR-408', '没有这个到账流水号的款项。'), 404);
}

const CHANNEL_WORDS: Readonly<Record<PayChannel, string>> = {
  CLIENT: '在单位客户端扣款，即时到账',
  AGREEMENT: '按三方协议从签约账户扣款，即时到账',
  BANK_VOUCHER: '凭银行端查询缴费凭证到银行缴款，当日到账',
  BANK_COUNTER: '到合作银行柜台缴款，当日到账',
  HALL_CASH: '到办税厅交现金，登账后到账',
  HALL_POS: '到办税厅刷卡，登账后到账',
};

/** Why it cannot be paid now. */
function blockedBy(bill: Pick<BillRow, 'state' | 'validThrough'>, left: number, now: Moment): BillView['blocked'] {
  const code =
    bill.state === 'VOID'
      ? 'TZ-WIR-404'
      : left <= 0
        ? 'TZ-WIR-403'
        : bill.state === 'EXPIRED' || bill.validThrough < dateOf(now)
          ? 'TZ-WIR-405'
          : undefined;
  if (!code) return null;
  const problem = wireProblem(code);
  return { code, message: problem.message, next: problem.next ?? '' };
}

export async function getBill(look: Looking, billNo: string): Promise<BillView> {
  const { db, region, now } = look;
  const [found] = (await listBills(db, region, { billNo }, ALL)).rows;
  const bill = await findBill(db, region, billNo);
  if (!found || !bill) return refuse(NO_SUCH_BILL, 404);
  const lines = await billLines(db, region, billNo);
  const receipts = (await listReceipts(db, region, { billNo }, ALL)).rows.reverse();
  const paidFen = sumFen(
    receipts.filter((receipt) => receipt.state !== 'REVERSED'),
    (receipt) => receipt.totalFen,
  );
  const blocked = blockedBy(found, bill.totalFen - paidFen, now);
  const employer = await findEmployer(db, region, bill.employerNo);
  const channels = PAY_CHANNELS.filter((code) => code !== 'AGREEMENT' || employer?.agreementState === 'SIGNED');
  return {
    ...billRowView(found),
    kindName: kindName(bill.kind),
    officeName: `${regionName(region)}社会保险经办机构（${bill.office}）`,
    regionName: regionName(region),
    totalWords: amountInWords(bill.totalFen),
    interestFen: lines.reduce((sum, line) => sum + line.interestFen, 0),
    lateFen: lines.reduce((sum, line) => sum + line.lateFen, 0),
    offsetFen: lines.reduce((sum, line) => sum + line.offsetFen, 0),
    replaces: bill.replaces,
    lines: taxLines(moneyOf(lines)),
    tickets: await ticketsOf(db, region, billNo),
    receipts: receipts.map((receipt) => receiptView(receipt, dateOf(now))),
    canInvoice: !blocked && bill.state === 'OPEN',
    canPay: !blocked,
    blocked,
    channels: channels.map((code) => ({
      code,
      name: PAY_CHANNEL_NAMES[code],
      words: CHANNEL_WORDS[code],
      postsAtOnce: POSTS_AT_ONCE.has(code),
    })),
    account: {
      payer: bill.payerName,
      bank: '示例银行',
      masked: `6200 **** **** ${bill.employerNo.slice(-4).padStart(4, '0')}`,
      treasury: treasuryName(region),
    },
    afterwards: afterwards(
      now,
      receipts.findLast((receipt) => receipt.state !== 'REVERSED'),
    ),
  };
}

/** 社保登账 happens every 4 hours, 实收分配 at 02:00 of the day after (HB-TRK-01); the agency's times as it announced them. */
function afterwards(
  now: Moment,
  receipt: { readonly paidAt: Moment; readonly postedAt: Moment | null } | undefined,
): BillView['afterwards'] {
  const posted = receipt?.postedAt ?? null;
  const from = posted ?? now;
  const today = dateOf(from);
  const hour = (Math.floor(Number(from.slice(11, 13)) / 4) + 1) * 4;
  const posting =
    hour >= 24 ? atTime(addDays(today, 1), '00:00') : atTime(today, `${String(hour).padStart(2, '0')}:00`);
  const voucherDay = workdayAfter(receipt ? dateOf(receipt.paidAt) : today, VOUCHER_WORKDAYS);
  const voucher = voucherDay ? atTime(voucherDay, '00:00') : null;
  const first = posted
    ? { words: '已完成', at: posted }
    : receipt
      ? { words: '已收款，等税务登账', at: null }
      : { words: '扣款成功即完成', at: now };
  // What the agency has done is not known here, only when it said it would.
  const theirs = (name: string, words: string, at: Moment) =>
    posted && at <= now ? { name, words: '以社保网厅的到账跟踪为准', at } : { name, words, at };
  const nodes = [
    { name: '税务开票、登账', ...first },
    theirs('社保登账', '每 4 小时一批', posting),
    theirs('实收分配到人', '之后可开参保证明', atTime(addDays(dateOf(posting), 1), '02:00')),
    { name: '可开缴费凭证', words: '在“开具凭证”打印', at: voucher },
  ];
  const OURS = [0, 3];
  const next = nodes.findIndex((node, index) => (index === 0 ? !posted : !posted || node.at === null || node.at > now));
  return nodes.map((node, index) => ({
    ...node,
    state:
      index === next
        ? 'next'
        : !posted || node.at === null || node.at > now
          ? 'later'
          : OURS.includes(index)
            ? 'done'
            : 'past',
  }));
}

/** 缴费凭证; before its day TZ-WIR-501 names the day. */
export async function getVoucher(look: Looking, receiptNo: string): Promise<VoucherView> {
  const receipt = await getReceipt(look, receiptNo);
  if (receipt.state !== 'POSTED') {
    return refuse(
      {
        code: 'TZ-WIR-408',
        message: receipt.state === 'REVERSED' ? '该笔款项已冲正，不能开具凭证' : '该笔款项还没有登账',
        why: receipt.state === 'REVERSED' ? '款项已经退回。' : '凭证只开给已经登账的款项。',
        next: receipt.state === 'REVERSED' ? '请核对缴费记录。' : '登账后再来开具。',
      },
      409,
    );
  }
  if (receipt.voucherFrom) {
    const problem = wireProblem('TZ-WIR-501');
    return refuse(
      {
        ...problem,
        why: `缴款后第 ${VOUCHER_WORKDAYS} 个工作日起才能开具。`,
        next: `${receipt.voucherFrom} 起可以开具。`,
      },
      409,
    );
  }
  const employer = await findEmployer(look.db, look.region, receipt.employerNo);
  const { lines } = await receiptLines(look.db, look.region, receiptNo);
  return {
    title: '社会保险费缴费凭证',
    voucherNo: `PZ${receiptNo}`,
    ticketNo: receipt.ticketNo,
    receiptNo,
    billNo: receipt.billNo,
    payerName: receipt.payerName,
    uscc: employer?.uscc ?? null,
    employerNo: receipt.employerNo,
    organName: organName(look.region),
    treasury: treasuryName(look.region),
    paidAt: receipt.paidAt,
    treasuredAt: receipt.treasuredAt,
    lines: taxLines(lines),
    totalFen: receipt.totalFen,
    totalWords: amountInWords(receipt.totalFen),
  };
}
