import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { SortKey } from '../../src/platform/schemas.ts';
import {
  clerkCorrectEndpoint,
  clerkPostEndpoint,
  clerkReceiptsEndpoint,
  clerkReverseEndpoint,
  clerkTreasureEndpoint,
  RECEIPT_STATE_NAMES,
  REVERSE_REASON_NAMES,
  type receiptSort,
} from '../../tax/contract.ts';
import { type Answer, call } from '../ui/call.ts';
import { amount, plain, stateColumn, words } from '../ui/columns.tsx';
import type { Column } from '../ui/DataTable.tsx';
import { ErrorPanel } from '../ui/ErrorPanel.tsx';
import { momentText } from '../ui/format.ts';
import { Money } from '../ui/Money.tsx';
import { Panel } from '../ui/Panel.tsx';
import { queryClient } from '../ui/Root.tsx';
import { ClerkList, useClerkSearch } from './ClerkList.tsx';
import { RECEIPT_TONES } from './words.ts';

type Row = Answer<typeof clerkReceiptsEndpoint>['rows'][number];
type Reason = keyof typeof REVERSE_REASON_NAMES;

/** 收款与登账: what waits to be posted comes first in the chips; reversing and correcting are in the drawer. */
export function ClerkReceiptsPage() {
  const { query, search, change } = useClerkSearch(clerkReceiptsEndpoint.body);
  useEffect(() => {
    document.title = '收款与登账 · 社保费征收';
  }, []);
  const receipts = useQuery({
    queryKey: ['clerk-receipts', query],
    queryFn: () => call(clerkReceiptsEndpoint, { body: query }),
    placeholderData: (previous) => previous,
    retry: false,
  });
  const post = useMutation({
    mutationFn: (receiptNo: string) => call(clerkPostEndpoint, { params: { receiptNo } }),
    onSuccess: () => queryClient.invalidateQueries(),
  });
  const open = receipts.data?.rows.find((row) => row.receiptNo === search.receipt);
  const columns: readonly Column<Row, SortKey<typeof receiptSort>>[] = [
    { ...words('receiptNo', '到账流水号', (row) => row.receiptNo, 'receiptNo'), fixed: 'start' },
    plain('billNo', '征集通知单据号', (row) => row.billNo, 'billNo'),
    plain('payer', '缴费单位', (row) => row.payerName, 'payer'),
    plain('channel', '方式', (row) => row.channelName, 'channel'),
    plain('paidAt', '收款时间', (row) => momentText(row.paidAt), 'paidAt'),
    amount('fen', '金额', (row) => row.totalFen, 'total'),
    stateColumn(RECEIPT_TONES),
    {
      key: 'act',
      label: '',
      fixed: 'end',
      render: (row) => (
        <span className="row" style={{ flexWrap: 'nowrap' }}>
          {row.state === 'PAID' ? (
            <button
              type="button"
              className="link strong"
              disabled={post.isPending}
              onClick={() => post.mutate(row.receiptNo)}
              aria-label={`登账 ${row.receiptNo}`}
            >
              登账
            </button>
          ) : null}
          <button
            type="button"
            className="link"
            onClick={() => change({ receipt: row.receiptNo }, false)}
            aria-label={`办理 ${row.receiptNo}`}
          >
            办理
          </button>
        </span>
      ),
    },
  ];
  return (
    <>
      <ClerkList
        name="clerk-receipts"
        title="收款与登账"
        unit="笔"
        label="单据号、流水号、单位"
        states={['PAID', 'POSTED', 'REVERSED']}
        stateNames={RECEIPT_STATE_NAMES}
        columns={columns}
        keyOf={(row) => row.receiptNo}
        onOpen={(row) => change({ receipt: row.receiptNo }, false)}
        answer={receipts}
        load={(page, size) => call(clerkReceiptsEndpoint, { body: { ...query, page, size } })}
        error={post.error}
      />
      <Panel
        open={Boolean(open)}
        title={`收款 ${open?.receiptNo ?? ''}`}
        onClose={() => change({ receipt: undefined })}
      >
        {open ? <Acts key={open.receiptNo} row={open} /> : null}
      </Panel>
    </>
  );
}

function Acts({ row }: { readonly row: Row }) {
  const [reason, setReason] = useState<Reason>('BANK_RETURN');
  const [words, setWords] = useState('');
  const params = { receiptNo: row.receiptNo };
  const onSuccess = () => queryClient.invalidateQueries();
  const reverse = useMutation({
    mutationFn: () => call(clerkReverseEndpoint, { params, body: { reason } }),
    onSuccess,
  });
  const correct = useMutation({
    mutationFn: () => call(clerkCorrectEndpoint, { params, body: { reason: words } }),
    onSuccess,
  });
  const treasure = useMutation({ mutationFn: () => call(clerkTreasureEndpoint, { params }), onSuccess });
  return (
    <div className="stack">
      <ErrorPanel error={reverse.error ?? correct.error ?? treasure.error} />
      <dl className="kv">
        <dt>单据</dt>
        <dd>{row.billNo}</dd>
        <dt>缴费单位</dt>
        <dd>{row.payerName}</dd>
        <dt>金额</dt>
        <dd>
          <Money fen={row.totalFen} />
        </dd>
        <dt>收款</dt>
        <dd>{momentText(row.paidAt)}</dd>
        <dt>登账</dt>
        <dd>{momentText(row.postedAt)}</dd>
        <dt>入库</dt>
        <dd>{momentText(row.treasuredAt)}</dd>
        <dt>冲正</dt>
        <dd>
          {momentText(row.reversedAt)} {row.reversedReason ?? ''}
        </dd>
      </dl>
      {row.state === 'POSTED' && !row.treasuredAt ? (
        <button type="button" className="btn" disabled={treasure.isPending} onClick={() => treasure.mutate()}>
          上解入库
        </button>
      ) : null}
      {row.state === 'REVERSED' ? null : (
        <>
          <form
            className="card stack"
            style={{ gap: 8 }}
            onSubmit={(event) => {
              event.preventDefault();
              correct.mutate();
            }}
          >
            <h2>更正险种、所属期（总额不变）</h2>
            <div className="field">
              <label htmlFor="correct-reason">更正原因</label>
              <input
                id="correct-reason"
                className="input"
                required
                value={words}
                onChange={(event) => setWords(event.target.value)}
              />
            </div>
            <button type="submit" className="btn" disabled={correct.isPending}>
              按应征明细更正
            </button>
          </form>
          <form
            className="card stack"
            style={{ gap: 8 }}
            onSubmit={(event) => {
              event.preventDefault();
              reverse.mutate();
            }}
          >
            <h2>整笔冲正</h2>
            <div className="field">
              <label htmlFor="reverse-reason">冲正原因</label>
              <select
                id="reverse-reason"
                className="input"
                value={reason}
                onChange={(event) => setReason(event.target.value as Reason)}
              >
                {(Object.keys(REVERSE_REASON_NAMES) as Reason[]).map((one) => (
                  <option key={one} value={one}>
                    {REVERSE_REASON_NAMES[one]}
                  </option>
                ))}
              </select>
            </div>
            <button type="submit" className="btn danger" disabled={reverse.isPending}>
              冲正这一笔
            </button>
          </form>
        </>
      )}
    </div>
  );
}
