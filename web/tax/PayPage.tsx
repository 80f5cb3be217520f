import { CheckCircleFilled } from '@ant-design/icons';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { formatYuanGrouped } from '../../src/kernel/fen.ts';
import { myInvoiceEndpoint, myPayEndpoint, myTaxBillEndpoint, type PayChannel } from '../../tax/contract.ts';
import { Redirect, useParam } from '../employer/place.ts';
import { ConfirmConsequence } from '../ui/Confirm.tsx';
import { type Answer, call, newKey } from '../ui/call.ts';
import { ErrorPanel, ProblemList } from '../ui/ErrorPanel.tsx';
import { inFours, momentText, shortMoment } from '../ui/format.ts';
import { usePrimaryKey } from '../ui/keys.ts';
import { Money } from '../ui/Money.tsx';
import { queryClient } from '../ui/Root.tsx';
import { Loaded, Skeleton } from '../ui/States.tsx';
import { StatusTag } from '../ui/StatusTag.tsx';
import { FailedTaxPage } from './FailedTaxPage.tsx';
import { useTaxSession } from './session.ts';
import { TaxLines } from './TaxLines.tsx';
import { ValidThrough } from './ValidThrough.tsx';
import { VoucherLink } from './VoucherLink.tsx';
import { RECEIPT_TONES, TAX_TONES } from './words.ts';

export type TaxBill = Answer<typeof myTaxBillEndpoint>;

/** 缴费 (ui 09): one bill, whole. */
export function PayPage() {
  const billNo = useParam('billNo');
  const session = useTaxSession();
  const known = session.data?.principal?.kind === 'TAXPAYER';
  const bill = useQuery({
    enabled: known,
    queryKey: ['tax-bill', billNo],
    queryFn: () => call(myTaxBillEndpoint, { params: { billNo } }),
    retry: false,
  });
  useEffect(() => {
    document.title = `单据 ${billNo} · 社保费征收`;
  }, [billNo]);
  if (session.data && !known) return <Redirect to={`/login?next=${encodeURIComponent(`/bills/${billNo}`)}`} />;
  return (
    <Loaded
      query={bill}
      fallback={<Skeleton lines={8} />}
      failed={(error) => <FailedTaxPage title={`单据 ${inFours(billNo)}`} error={error} to="/" back="返回单据缴费" />}
    >
      {(data) => <Pay bill={data} />}
    </Loaded>
  );
}

function Pay({ bill }: { readonly bill: TaxBill }) {
  const [channel, setChannel] = useState<PayChannel>(bill.channels[0]?.code ?? 'CLIENT');
  const [key] = useState(newKey);
  const [asked, setAsked] = useState(false);
  const refresh = () => {
    queryClient.invalidateQueries({ queryKey: ['tax-bill', bill.billNo] });
    queryClient.invalidateQueries({ queryKey: ['my-bills'] });
  };
  const pay = useMutation({
    mutationFn: () => call(myPayEndpoint, { params: { billNo: bill.billNo }, body: { channel }, idempotencyKey: key }),
    onSuccess: refresh,
    onSettled: () => setAsked(false),
  });
  const invoice = useMutation({
    mutationFn: () => call(myInvoiceEndpoint, { params: { billNo: bill.billNo } }),
    onSuccess: refresh,
  });
  usePrimaryKey(bill.canPay && !asked ? () => setAsked(true) : undefined);
  const chosen = bill.channels.find((one) => one.code === channel);
  const act = `${chosen?.postsAtOnce === false ? '缴款' : '扣款'} ${formatYuanGrouped(bill.totalFen)} 元`;
  return (
    <div className="grid-tax">
      <div className="stack">
        <BillCard bill={bill} />
        {bill.canPay ? (
          <section className="card" aria-label="怎么缴">
            <h2>怎么缴</h2>
            <div className="channels" role="radiogroup" aria-label="缴费方式">
              {bill.channels.map((one) => (
                <label key={one.code} className="channel" data-chosen={one.code === channel}>
                  <input
                    type="radio"
                    name="channel"
                    className="visually-hidden"
                    checked={one.code === channel}
                    onChange={() => setChannel(one.code)}
                  />
                  <b>{one.name}</b>
                  <span>{one.words}</span>
                  <span>{one.postsAtOnce ? '即时登账' : '税务登账后完成'}</span>
                </label>
              ))}
            </div>
          </section>
        ) : null}
        {bill.receipts.length > 0 ? <Receipts bill={bill} /> : null}
      </div>
      <aside className="stack">
        {bill.state === 'POSTED' ? (
          <Paid bill={bill} />
        ) : (
          <section className="card stack" style={{ gap: 10 }} aria-label={bill.canPay ? '确认扣款' : '缴费情况'}>
            <h2>{bill.canPay ? '确认扣款' : bill.stateName}</h2>
            {bill.canPay ? <Account bill={bill} /> : null}
            <ErrorPanel error={pay.error ?? invoice.error} />
            {bill.state === 'PAYING' ? (
              <p className="aside-note">已收款，等税务登账。登账后这里显示“已缴清”。</p>
            ) : bill.blocked ? (
              <ProblemList problems={[bill.blocked]} />
            ) : null}
            {bill.canPay ? (
              <button
                type="button"
                className="btn primary block"
                disabled={pay.isPending}
                onClick={() => setAsked(true)}
              >
                {pay.isPending ? '正在扣款…' : act}
              </button>
            ) : null}
            {bill.canInvoice ? (
              <button type="button" className="btn" disabled={invoice.isPending} onClick={() => invoice.mutate()}>
                只开票，先不缴
              </button>
            ) : null}
            {bill.canPay ? (
              <p className="note">整单缴纳，不拆分。扣款后不能在这里撤回；多缴的到社保申请退费。</p>
            ) : null}
          </section>
        )}
        {bill.canPay || bill.state === 'PAYING' || bill.state === 'POSTED' ? <Afterwards bill={bill} /> : null}
      </aside>
      <ConfirmConsequence
        open={asked}
        title={`${act}，缴清这张单据？`}
        facts={[
          `单据 ${inFours(bill.billNo)}，${bill.payerName}`,
          `从 ${bill.account.bank} ${bill.account.masked} 付到 ${bill.account.treasury}`,
          '整单缴纳，不拆分',
          '扣款后不能在这里撤回；多缴的到社保申请退费',
        ]}
        keep="先不缴"
        act={act}
        danger={false}
        busy={pay.isPending}
        onKeep={() => setAsked(false)}
        onAct={() => pay.mutate()}
      />
    </div>
  );
}

function Account({ bill }: { readonly bill: TaxBill }) {
  return (
    <>
      <dl className="kv">
        <dt>付款户</dt>
        <dd>{bill.account.payer}</dd>
        <dt>开户行</dt>
        <dd>{bill.account.bank}</dd>
        <dt>账号</dt>
        <dd>{bill.account.masked}</dd>
        <dt>收款国库</dt>
        <dd>{bill.account.treasury}</dd>
      </dl>
      <div className="row between" style={{ borderTop: '1px solid var(--line)', paddingTop: 10 }}>
        <span>本次扣款</span>
        <Money fen={bill.totalFen} size={24} />
      </div>
    </>
  );
}

/** What is left to say once the money is here. */
function Paid({ bill }: { readonly bill: TaxBill }) {
  const receipt = bill.receipts.findLast((one) => one.state === 'POSTED');
  return (
    <section className="card stack" style={{ gap: 10 }} aria-label="已缴清" role="status">
      <h2>
        <CheckCircleFilled style={{ color: 'var(--done)' }} aria-hidden="true" /> 已缴清
      </h2>
      <div className="row between">
        <span>实缴金额</span>
        <Money fen={bill.totalFen} size={24} />
      </div>
      <dl className="kv">
        <dt>收款时间</dt>
        <dd>{momentText(receipt?.paidAt ?? bill.paidAt)}</dd>
        <dt>缴费方式</dt>
        <dd>{receipt?.channelName ?? ''}</dd>
        <dt>电子税票号码</dt>
        <dd>{receipt?.ticketNo ?? bill.ticketNo ?? ''}</dd>
        <dt>收款国库</dt>
        <dd>{bill.account.treasury}</dd>
      </dl>
      {receipt ? <VoucherLink receipt={receipt} button /> : null}
      <Link to="/">返回单据缴费</Link>
    </section>
  );
}

function Afterwards({ bill }: { readonly bill: TaxBill }) {
  return (
    <section className="card" aria-label="缴完以后">
      <h2 style={{ marginBottom: 8 }}>缴完以后</h2>
      <ol className="after">
        {bill.afterwards.map((node) => (
          <li key={node.name} data-state={node.state}>
            <div className="row between">
              <b>
                {node.name}
                {node.state === 'done' ? <span className="visually-hidden">（已完成）</span> : null}
              </b>
              <span className="note">{node.at ? shortMoment(node.at) : ''}</span>
            </div>
            <span className="note">{node.words}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

export function BillCard({ bill }: { readonly bill: TaxBill }) {
  return (
    <section className="card" aria-label="单据">
      <div
        className="row between"
        style={{ alignItems: 'flex-start', borderBottom: '1px solid var(--line)', paddingBottom: 10 }}
      >
        <div>
          <div className="note">征集通知单据号</div>
          <h1>{inFours(bill.billNo)}</h1>
          <div className="note">
            {bill.payerName} · 单位编号 {bill.employerNo}
          </div>
        </div>
        <div className="right due">
          <StatusTag tone={TAX_TONES[bill.state]}>{bill.stateName}</StatusTag>
          <div className="note">
            <ValidThrough bill={bill} />
          </div>
          <div className="note">核定机构：{bill.officeName}</div>
        </div>
      </div>
      <div className="note" style={{ marginTop: 10 }}>
        应缴金额
      </div>
      <Money fen={bill.totalFen} size={44} />
      <div className="note">{bill.totalWords}</div>
      <TaxLines
        lines={bill.lines}
        sum={`合计（利息 ${formatYuanGrouped(bill.interestFen)}，滞纳金 ${formatYuanGrouped(bill.lateFen)}）`}
        totalFen={bill.totalFen}
      />
    </section>
  );
}

function Receipts({ bill }: { readonly bill: TaxBill }) {
  return (
    <section className="card" aria-label="缴费记录">
      <h2>缴费记录</h2>
      <ul className="ledger">
        {bill.receipts.map((receipt) => (
          <li key={receipt.receiptNo}>
            <div>
              {receipt.channelName} <StatusTag tone={RECEIPT_TONES[receipt.state]}>{receipt.stateName}</StatusTag>
              <span>
                票号 {receipt.ticketNo} · {momentText(receipt.paidAt)}
              </span>
            </div>
            <div className="right">
              <Money fen={receipt.totalFen} />
              <div>
                <VoucherLink receipt={receipt} />
              </div>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
