import { formatYuan } from '../../../kernel/fen.ts';
import { INSURANCE_SHORT_NAMES, type Insurance } from '../../../kernel/insurance.ts';
import type { Session } from '../client.ts';
import { type Observed, type ObservedRow, observed } from '../observed.ts';

type Amounts = {
  readonly employerFen: number;
  readonly personFen: number;
  readonly lateFen: number;
  readonly interestFen: number;
  readonly totalFen: number;
};

type Bill = Amounts & {
  readonly billNo: string;
  readonly state: string;
  readonly stateName: string;
  readonly released: boolean;
  readonly issuedAt: string;
  readonly deadline: string;
  readonly effectiveFrom: string;
  readonly receivedFen: number;
  readonly totalWords: string;
  readonly pushState: string;
  readonly pushText: string;
  readonly canRevoke: boolean;
  readonly revokeBlocked: string | null;
  readonly alert: string | null;
  readonly countedDays: readonly string[];
  readonly track: readonly {
    readonly code: string;
    readonly name: string;
    readonly state: string;
    readonly at: string | null;
  }[];
  readonly byInsurance: readonly (Amounts & { readonly insurance: Insurance })[];
  readonly byKind: readonly (Amounts & { readonly name: string; readonly persons: number; readonly months: string })[];
  readonly lines: readonly (Amounts & {
    readonly insurance: Insurance;
    readonly month: string;
    readonly kindName: string;
    readonly persons: number;
    readonly baseFen: number;
    readonly lateDays: number;
  })[];
};

export function amountColumns(row: Partial<Amounts>): Record<string, string> {
  const columns: Record<string, string> = {};
  if (row.employerFen !== undefined) columns.单位 = formatYuan(row.employerFen);
  if (row.personFen !== undefined) columns.个人 = formatYuan(row.personFen);
  if (row.interestFen !== undefined) columns.利息 = formatYuan(row.interestFen);
  if (row.lateFen !== undefined) columns.滞纳金 = formatYuan(row.lateFen);
  if (row.totalFen !== undefined) columns.合计 = formatYuan(row.totalFen);
  return columns;
}

function time(at: string | null): string {
  return at ? at.slice(0, 19).replace('T', ' ') : '无';
}

/** A bill in a story's words: facts, one row per insurance (养老), kind (自动补收) and line (养老/2023-03/单位补缴). */
function viewBill(bill: Bill): Observed {
  const rows: ObservedRow[] = [
    ...bill.byInsurance.map((row) => ({
      label: INSURANCE_SHORT_NAMES[row.insurance],
      values: amountColumns(row),
    })),
    ...bill.byKind.map((row) => ({
      label: row.name,
      values: { ...amountColumns(row), 人数: String(row.persons), 月份: row.months },
    })),
    ...bill.lines.map((row) => ({
      label: `${INSURANCE_SHORT_NAMES[row.insurance]}/${row.month}/${row.kindName}`,
      values: {
        ...amountColumns(row),
        人数: String(row.persons),
        基数: formatYuan(row.baseFen),
        天数: String(row.lateDays),
      },
    })),
  ];
  return observed({
    raw: bill,
    rows,
    facts: {
      单据号: bill.billNo,
      状态: bill.stateName,
      状态码: bill.state,
      ...amountColumns(bill),
      大写: bill.totalWords,
      截止: bill.deadline,
      有效期起: bill.effectiveFrom,
      开具时间: time(bill.issuedAt),
      实收: formatYuan(bill.receivedFen),
      可重开: bill.released ? '是' : '否',
      推送: bill.pushText,
      推送码: bill.pushState,
      可撤销: bill.canRevoke ? '是' : '否',
      数到的工作日: bill.countedDays.join(' '),
      ...Object.fromEntries(bill.track.map((node) => [`${node.name}时间`, time(node.at)])),
      ...Object.fromEntries(bill.track.map((node) => [`${node.name}节点`, node.state])),
    },
    notices: [bill.alert, bill.revokeBlocked].filter((text): text is string => Boolean(text)),
  });
}

export async function fetchBill(session: Session, billNo: string): Promise<Observed> {
  return viewBill(await session.call<Bill>('GET', `/api/bills/${billNo}`));
}
