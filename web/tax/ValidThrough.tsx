import type { TaxBillState } from '../../tax/contract.ts';
import { daysLeft } from '../ui/format.ts';
import { useTaxSession } from './session.ts';

/** Until when a bill can be paid and how long that is; what is paid or void has no deadline any more. */
export function ValidThrough({
  bill,
}: {
  readonly bill: { readonly state: TaxBillState; readonly validThrough: string; readonly validThroughText: string };
}) {
  const now = useTaxSession().data?.now;
  if (bill.state === 'EXPIRED') return <>有效期到 {bill.validThroughText} 24:00 为止</>;
  if (bill.state !== 'OPEN' && bill.state !== 'INVOICED') return null;
  const left = now ? daysLeft(now, bill.validThrough) : null;
  return (
    <>
      {bill.validThroughText} 24:00 前有效
      {left === null || left < 0 ? '' : left === 0 ? '，今天截止' : `，还剩 ${left} 天`}
    </>
  );
}
