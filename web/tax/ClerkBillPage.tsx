import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { formatYuanGrouped } from '../../src/kernel/fen.ts';
import {
  clerkBillEndpoint,
  clerkInvoiceEndpoint,
  clerkPayEndpoint,
  clerkVoidInvoiceEndpoint,
  PAY_CHANNEL_NAMES,
  PAY_CHANNELS,
  type PayChannel,
  type ReceiptState,
} from '../../tax/contract.ts';
import { setAside } from '../employer/aside.ts';
import { useParam } from '../employer/place.ts';
import { call, newKey } from '../ui/call.ts';
import { ErrorPanel, ProblemList } from '../ui/ErrorPanel.tsx';
import { inFours, momentText } from '../ui/format.ts';
import { Money } from '../ui/Money.tsx';
import { queryClient } from '../ui/Root.tsx';
import { Loaded } from '../ui/States.tsx';
import { StatusTag } from '../ui/StatusTag.tsx';
import { FailedTaxPage } from './FailedTaxPage.tsx';
import { BillCard, type TaxBill } from './PayPage.tsx';
import { RECEIPT_TONES } from './words.ts';

/** The clerk's view of one bill: 代开票, 作废票证, 窗口收款. */
export function ClerkBillPage() {
  const billNo = useParam('billNo');
  const bill = useQuery({
    queryKey: ['clerk-bill', billNo],
    queryFn: () => call(clerkBillEndpoint, { params: { billNo } }),
    retry: false,
  });
  useEffect(() => {
    document.title = `单据 ${billNo} · 社保费征收`;
  }, [billNo]);
  return (
    <Loaded
      query={bill}
      failed={(error) => (
        <FailedTaxPage title={`单据 ${inFours(billNo)}`} error={error} to="/clerk" back="返回单据查询" />
      )}
    >
      {(data) => (
        <div className="grid-tax">
          <div className="stack">
            <BillCard bill={data} />
            <History bill={data} />
          </div>
          <Desk bill={data} />
        </div>
      )}
    </Loaded>
  );
}

function Desk({ bill }: { readonly bill: TaxBill }) {
  const [channel, setChannel] = useState<PayChannel>('HALL_POS');
  const [post, setPost] = useState(true);
  const [reason, setReason] = useState('');
  const [key] = useState(newKey);
  const params = { billNo: bill.billNo };
  const onSuccess = () => queryClient.invalidateQueries();
  const invoice = useMutation({ mutationFn: () => call(clerkInvoiceEndpoint, { params }), onSuccess });
  const annul = useMutation({
    mutationFn: () => call(clerkVoidInvoiceEndpoint, { params, body: { reason } }),
    onSuccess,
  });
  const pay = useMutation({
    mutationFn: () => call(clerkPayEndpoint, { params, body: { channel, post }, idempotencyKey: key }),
    onSuccess,
  });
  return (
    <aside className="card stack" style={{ gap: 12 }} aria-label="窗口办理">
      <h2>窗口办理</h2>
      <ErrorPanel error={invoice.error ?? annul.error ?? pay.error} />
      {bill.blocked ? <ProblemList problems={[bill.blocked]} /> : null}
      {bill.canInvoice ? (
        <button type="button" className="btn" disabled={invoice.isPending} onClick={() => invoice.mutate()}>
          代开票
        </button>
      ) : null}
      {bill.canPay ? (
        <>
          <div className="field">
            <label htmlFor="channel">收款方式</label>
            <select
              id="channel"
              className="input"
              value={channel}
              onChange={(event) => setChannel(event.target.value as PayChannel)}
            >
              {PAY_CHANNELS.map((one) => (
                <option key={one} value={one}>
                  {PAY_CHANNEL_NAMES[one]}
                </option>
              ))}
            </select>
          </div>
          <label className="check">
            <input type="checkbox" checked={post} onChange={(event) => setPost(event.target.checked)} />
            收款同时登账
          </label>
          <button type="button" className="btn primary" disabled={pay.isPending} onClick={() => pay.mutate()}>
            {pay.isPending ? '正在收款…' : `收款 ${formatYuanGrouped(bill.totalFen)} 元`}
          </button>
        </>
      ) : null}
      {bill.state === 'INVOICED' ? (
        <form
          className="stack"
          style={{ gap: 8, borderTop: '1px solid var(--line)', paddingTop: 12 }}
          onSubmit={(event) => {
            event.preventDefault();
            annul.mutate();
          }}
        >
          <div className="field">
            <label htmlFor="reason">作废原因</label>
            <input
              id="reason"
              className="input"
              required
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
          </div>
          <button type="submit" className="btn danger" disabled={annul.isPending}>
            作废票证 {bill.ticketNo}
          </button>
        </form>
      ) : null}
    </aside>
  );
}

/** What is left to do with a receipt, where it is done. */
const RECEIPT_ACTS: Readonly<Record<ReceiptState, string>> = {
  PAID: '去登账、冲正',
  POSTED: '去冲正',
  REVERSED: '去看收款',
};

function History({ bill }: { readonly bill: TaxBill }) {
  return (
    <section className="card" aria-label="票证与收款">
      <h2>票证与收款</h2>
      {bill.tickets.length + bill.receipts.length === 0 ? <p className="note">还没有开票。</p> : null}
      <ul className="ledger">
        {bill.tickets.map((ticket) => (
          <li key={ticket.ticketNo}>
            <div>
              票证 {ticket.ticketNo}{' '}
              {ticket.voidedAt ? <StatusTag tone="none">已作废</StatusTag> : <StatusTag tone="doing">有效</StatusTag>}
              <span>
                {momentText(ticket.invoicedAt)} 开，{ticket.payBy} 前缴 {ticket.voidReason ?? ''}
              </span>
            </div>
            <Money fen={ticket.totalFen} plain />
          </li>
        ))}
        {bill.receipts.map((receipt) => (
          <li key={receipt.receiptNo}>
            <div>
              收款 {receipt.receiptNo} {receipt.channelName}{' '}
              <StatusTag tone={RECEIPT_TONES[receipt.state]}>{receipt.stateName}</StatusTag>
              <span>{momentText(receipt.paidAt)}</span>
            </div>
            <Link to={'/clerk/receipts'} search={{ q: setAside(receipt.billNo) } as never}>
              {RECEIPT_ACTS[receipt.state]}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
