import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect } from 'react';
import type { SortKey } from '../../src/platform/schemas.ts';
import { cashDeskEndpoint, clerkBillsEndpoint, TAX_BILL_STATE_NAMES, type taxBillSort } from '../../tax/contract.ts';
import { useGo } from '../employer/place.ts';
import { type Answer, call } from '../ui/call.ts';
import { amount, plain, stateColumn, words } from '../ui/columns.tsx';
import type { Column } from '../ui/DataTable.tsx';
import { HeldList } from '../ui/HeldList.tsx';
import { Money } from '../ui/Money.tsx';
import { StatusTag } from '../ui/StatusTag.tsx';
import { ClerkList, useClerkSearch } from './ClerkList.tsx';
import { TAX_TONES } from './words.ts';

type Row = Answer<typeof clerkBillsEndpoint>['rows'][number];

const COLUMNS: readonly Column<Row, SortKey<typeof taxBillSort>>[] = [
  {
    key: 'billNo',
    label: '征集通知单据号',
    sort: 'billNo',
    fixed: 'start',
    render: (row) => <Link to={`/clerk/bills/${row.billNo}`}>{row.billNo}</Link>,
    text: (row) => row.billNo,
  },
  words('payer', '缴费单位', (row) => row.payerName, 'payer'),
  plain('uscc', '统一社会信用代码', (row) => row.uscc ?? '', 'uscc'),
  plain('employerNo', '单位编号', (row) => row.employerNo, 'employerNo'),
  plain('months', '费款所属期', (row) => row.months, 'months'),
  amount('fen', '金额', (row) => row.totalFen, 'total'),
  plain('through', '有效期至', (row) => row.validThrough, 'validThrough'),
  stateColumn(TAX_TONES),
];

/** The tax clerk's search: bill number, credit code, employer number (old ones too), name; the desk's day beside it. */
export function ClerkPage() {
  const { query } = useClerkSearch(clerkBillsEndpoint.body);
  const go = useGo();
  useEffect(() => {
    document.title = '单据查询 · 社保费征收';
  }, []);
  const bills = useQuery({
    queryKey: ['clerk-bills', query],
    queryFn: () => call(clerkBillsEndpoint, { body: query }),
    placeholderData: (previous) => previous,
    retry: false,
  });
  return (
    <div className="stack">
      <ClerkList
        name="clerk-bills"
        title="单据查询"
        unit="张"
        label="单据号、信用代码、单位编号或名称"
        states={['OPEN', 'INVOICED', 'POSTED', 'EXPIRED', 'VOID']}
        stateNames={TAX_BILL_STATE_NAMES}
        columns={COLUMNS}
        keyOf={(row) => row.billNo}
        onOpen={(row) => go(`/clerk/bills/${row.billNo}`)}
        answer={bills}
        load={(page, size) => call(clerkBillsEndpoint, { body: { ...query, page, size } })}
      />
      <CashDesk />
      {bills.data ? (
        <div className="card">
          <HeldList heading="h2" />
        </div>
      ) : null}
    </div>
  );
}

function CashDesk() {
  const desk = useQuery({
    queryKey: ['cash-desk'],
    queryFn: () => call(cashDeskEndpoint, { query: {} }),
    retry: false,
  });
  if (!desk.data) return null;
  return (
    <section className="card" aria-label="收款台日结">
      <header>
        <h2>收款台 {desk.data.day}</h2>
        <Money fen={desk.data.totalFen} size={18} />
      </header>
      {desk.data.rows.length === 0 ? <p className="note">今天还没有收款。</p> : null}
      <ul className="ledger">
        {desk.data.rows.map((row) => (
          <li key={row.channel}>
            <div>
              {row.channelName} {row.count} 笔{' '}
              {row.toPost > 0 ? <StatusTag tone="wait">待登账 {row.toPost}</StatusTag> : null}
            </div>
            <Money fen={row.fen} plain />
          </li>
        ))}
      </ul>
    </section>
  );
}
