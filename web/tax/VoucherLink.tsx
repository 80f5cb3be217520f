import { Link } from '@tanstack/react-router';
import type { ReceiptState } from '../../tax/contract.ts';
import { deadlineText } from '../ui/format.ts';

type Receipt = {
  readonly receiptNo: string;
  readonly ticketNo: string;
  readonly state: ReceiptState;
  readonly voucherFrom: string | null;
};

/** Why no 缴费凭证 can be had of it now; the server would refuse it for the same reason. */
function blockedBy(receipt: Receipt): string | null {
  if (receipt.state === 'REVERSED') return '已冲正，不开凭证';
  if (receipt.state === 'PAID') return '登账后可开凭证';
  return receipt.voucherFrom ? `${deadlineText(receipt.voucherFrom)}起可开凭证` : null;
}

/** 开具凭证 of money that came in: a link once it can be had, and until then the reason in its place. */
export function VoucherLink({ receipt, button }: { readonly receipt: Receipt; readonly button?: boolean }) {
  const blocked = blockedBy(receipt);
  if (!blocked) {
    return (
      <Link
        className={button ? 'btn block' : undefined}
        to="/voucher/$receiptNo"
        params={{ receiptNo: receipt.receiptNo } as never}
        aria-label={button ? undefined : `开具凭证 ${receipt.ticketNo}`}
      >
        {button ? '开具缴费凭证' : '开具凭证'}
      </Link>
    );
  }
  if (!button) return <span className="note">{blocked}</span>;
  return (
    <>
      <button type="button" className="btn block" disabled aria-describedby="voucher-blocked">
        开具缴费凭证
      </button>
      <p className="note" id="voucher-blocked">
        {blocked}：缴款后第 2 个工作日起。
      </p>
    </>
  );
}
