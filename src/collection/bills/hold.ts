import type { Problem } from '../../kernel/errors.ts';
import type { Month } from '../../kernel/month.ts';
import type { BillState } from './model.ts';

/** A due that lies on a bill which still counts. */
export type Held = {
  readonly month: Month;
  readonly liveBillNo: string | null;
  readonly liveBillState: BillState | null;
};

/** The money of the bill has come, though it may not have been allocated yet. */
export const isReceived = (state: BillState | null): boolean =>
  state === 'TAX_POSTED' || state === 'SS_POSTED' || state === 'ALLOCATED';

/** Why a due on a bill cannot be changed now (BILL-011; REF-008 when it is paid), and the way out that the bill's state leaves open. */
export function billHold({ month, liveBillNo, liveBillState }: Held): Problem {
  const link = { label: '去看单据', to: `/bills/${liveBillNo}` };
  const on = `${month} 的费用在单据 ${liveBillNo} 上`;
  switch (liveBillState) {
    case 'ISSUED':
    case 'PUSHED':
      return {
        code: 'BILL-011',
        message: '相关费用已在认定单上，请先撤销单据',
        why: `${on}，撤销前不能改动。`,
        next: '先撤销这张单据，再办本业务。',
        link: { label: '去撤销单据', to: `/bills/${liveBillNo}` },
      };
    case 'REVOKING':
      return {
        code: 'BILL-011',
        message: '相关费用所在的单据正在撤销',
        why: `${on}，已请税务作废，还没有回执。`,
        next: '等税务回执后再办本业务。',
        link,
      };
    case 'INVOICED':
      return {
        code: 'BILL-011',
        message: '相关费用已在税务开票，现在不能改动',
        why: `${on}，税务已经开票，单据不能撤销。`,
        next: '缴清后再办，多缴的月份申请多缴退费；不缴的，单据过期后再办。',
        link,
      };
    case 'EXPIRED':
      return {
        code: 'BILL-011',
        message: '相关费用所在的单据刚过期',
        why: `${on}，正在确认没有到账。`,
        next: '请稍后再办，费用会回到未开单。',
        link,
      };
    case 'PARTIAL':
    case 'MISMATCH':
      return {
        code: 'BILL-011',
        message: '相关费用正在核对到账金额',
        why: `${on}，到账金额与单据不符。`,
        next: '补足或更正以后再办。',
        link,
      };
    default:
      return {
        code: 'REF-008',
        message: '相关费用已缴，差额要走多缴退费',
        why: `${on}，费款已经到账。`,
        next: '配账以后，请办理“单位职工社会保险费多缴退费申报”。',
        link: { label: '去办多缴退费', to: '/items/refund.emp' },
      };
  }
}
