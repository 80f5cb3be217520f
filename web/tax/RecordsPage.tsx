import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { SortKey } from '../../src/platform/schemas.ts';
import { myReceiptsEndpoint, type receiptSort } from '../../tax/contract.ts';
import { useSearchState } from '../employer/place.ts';
import { known, pageOf } from '../ui/address.ts';
import { type Answer, call } from '../ui/call.ts';
import { amount, plain, stateColumn, words } from '../ui/columns.tsx';
import type { Column } from '../ui/DataTable.tsx';
import { ErrorPanel } from '../ui/ErrorPanel.tsx';
import { momentText } from '../ui/format.ts';
import { ListPage } from '../ui/ListPage.tsx';
import { Empty } from '../ui/States.tsx';
import { saveTable } from '../ui/save-table.ts';
import { FailedTaxPage, isBarred } from './FailedTaxPage.tsx';
import { VoucherLink } from './VoucherLink.tsx';
import { RECEIPT_TONES } from './words.ts';

type Row = Answer<typeof myReceiptsEndpoint>['rows'][number];

const COLUMNS: readonly Column<Row, SortKey<typeof receiptSort>>[] = [
  {
    key: 'at',
    label: '缴费时间',
    fixed: 'start',
    sort: 'paidAt',
    render: (row) => momentText(row.paidAt),
    text: (row) => momentText(row.paidAt),
  },
  words('billNo', '征集通知单据号', (row) => row.billNo, 'billNo'),
  plain('ticket', '电子税票号码', (row) => row.ticketNo, 'ticketNo'),
  plain('channel', '缴费方式', (row) => row.channelName, 'channel'),
  amount('fen', '金额', (row) => row.totalFen, 'total'),
  stateColumn(RECEIPT_TONES),
  {
    key: 'voucher',
    label: '',
    fixed: 'end',
    render: (row) => <VoucherLink receipt={row} />,
  },
];

const keyOf = (row: Row): string => row.receiptNo;

export function RecordsPage() {
  const [search, change] = useSearchState();
  const page = pageOf(search.page);
  useEffect(() => {
    document.title = '缴费记录 · 社保费征收';
  }, []);
  const query = { ...known(myReceiptsEndpoint.query, search), page };
  const receipts = useQuery({
    queryKey: ['my-receipts', query],
    queryFn: () => call(myReceiptsEndpoint, { query }),
    placeholderData: (previous) => previous,
    retry: false,
  });
  if (isBarred(receipts.error)) return <FailedTaxPage title="缴费记录" error={receipts.error} />;
  return (
    <ListPage
      name="tax-records"
      title="缴费记录"
      columns={COLUMNS}
      rows={receipts.data?.rows ?? []}
      keyOf={keyOf}
      busy={receipts.isFetching}
      problem={receipts.error ? <ErrorPanel error={receipts.error} /> : null}
      total={receipts.data?.total}
      unit="笔"
      page={page}
      size={20}
      onPage={(next) => change({ page: String(next) })}
      sort={search.sort}
      onSort={(sort) => change({ sort, page: undefined })}
      save={() =>
        saveTable('缴费记录', COLUMNS, keyOf, (next, size) =>
          call(myReceiptsEndpoint, { query: { ...query, page: next, size } }),
        )
      }
      sentence="缴款后第 2 个工作日起可开具缴费凭证。"
      empty={receipts.isPending ? null : <Empty title="还没有缴费记录" />}
    />
  );
}
