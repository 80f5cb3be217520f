import { SearchOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { billEndpoint, type billSort, billsEndpoint, PAYABLE_NAME } from '../../src/collection/contract.ts';
import type { SortKey } from '../../src/platform/schemas.ts';
import { known, pageOf } from '../ui/address.ts';
import { Chips } from '../ui/Chips.tsx';
import { type Answer, call } from '../ui/call.ts';
import { amount, plain, stateColumn, words } from '../ui/columns.tsx';
import type { Column } from '../ui/DataTable.tsx';
import { DateInput } from '../ui/DateInput.tsx';
import { ErrorPanel } from '../ui/ErrorPanel.tsx';
import { momentText } from '../ui/format.ts';
import { ListPage } from '../ui/ListPage.tsx';
import { Money } from '../ui/Money.tsx';
import { Panel } from '../ui/Panel.tsx';
import { Empty, Loaded } from '../ui/States.tsx';
import { StatusTag, type Tone } from '../ui/StatusTag.tsx';
import { saveTable } from '../ui/save-table.ts';
import { BillTrack } from './BillTrack.tsx';
import { useMenu } from './Layout.tsx';
import { Go, linkOf } from './links.tsx';
import { useGo, useHere, useSearchState } from './place.ts';
import { TaxSays } from './TaxSays.tsx';
import { useTab } from './tabs.ts';

export type BillRow = Answer<typeof billsEndpoint>['rows'][number];
type BillColumn = Column<BillRow, SortKey<typeof billSort>>;
const keyOf = (row: BillRow): string => row.billNo;
const FILTERS = ['from', 'to', 'billNo', 'state'] as const;

export const BILL_TONES: Readonly<Record<BillRow['state'], Tone>> = {
  ISSUED: 'doing',
  PUSHED: 'doing',
  INVOICED: 'wait',
  TAX_POSTED: 'doing',
  SS_POSTED: 'doing',
  ALLOCATED: 'done',
  EXPIRED: 'bad',
  REVOKING: 'wait',
  REVOKED: 'none',
  PARTIAL: 'bad',
  MISMATCH: 'bad',
};

const STATE_CHIPS: readonly (readonly [string | undefined, string])[] = [
  [undefined, '全部'],
  ['PUSHED', PAYABLE_NAME],
  ['TAX_POSTED', '税务已登账'],
  ['ALLOCATED', '已到账'],
  ['EXPIRED', '已过期'],
  ['REVOKED', '已撤销'],
];

/** 业务单据查询 (HB-QRY-11): the magnifier shows the five stages; double click opens the bill. */
export function BillsPage() {
  const here = useHere();
  useTab('/bills', '业务单据查询', here.href);
  const go = useGo();
  const [search, change] = useSearchState();
  const [typed, setTyped] = useState(search);
  useEffect(() => setTyped(search), [search]);
  const page = pageOf(search.page);
  const query = { ...known(billsEndpoint.query, search), page, size: 20 };
  const bills = useQuery({
    queryKey: ['bills', query],
    queryFn: () => call(billsEndpoint, { query }),
    placeholderData: (previous) => previous,
  });
  const columns: readonly BillColumn[] = [
    {
      key: 'track',
      label: '到账进度',
      fixed: 'start',
      handle: true,
      render: (row) => (
        <button
          type="button"
          className="icon-btn"
          aria-label={`看 ${row.billNo} 的到账进度`}
          onClick={() => change({ track: row.billNo }, false)}
        >
          <SearchOutlined />
        </button>
      ),
    },
    {
      key: 'billNo',
      label: '征集通知单据号',
      sort: 'billNo',
      render: (row) => <Go to={`/bills/${row.billNo}`}>{row.billNo}</Go>,
      text: (row) => row.billNo,
    },
    stateColumn(BILL_TONES),
    plain('months', '单据所属期', (row) => row.months, 'months'),
    amount('total', '应处理金额', (row) => row.totalFen, 'total'),
    { ...amount('received', '实处理金额', (row) => row.receivedFen, 'received'), desktopOnly: true },
    plain('push', '税务同步', (row) => row.pushText),
    words('deadline', '单据有效期', (row) => row.deadline, 'deadline'),
    plain('issuedAt', '经办时间', (row) => momentText(row.issuedAt), 'issuedAt'),
    plain('actor', '经办人', (row) => row.actorName, 'actor'),
    {
      key: 'open',
      label: '',
      fixed: 'end',
      desktopOnly: true,
      render: (row) => (
        <Go to={`/bills/${row.billNo}`} label={`查看详情 ${row.billNo}`}>
          查看详情
        </Go>
      ),
    },
  ];
  return (
    <>
      <ListPage
        name="bills"
        title="业务单据查询"
        columns={columns}
        rows={bills.data?.rows ?? []}
        keyOf={keyOf}
        onOpen={(row) => go(`/bills/${row.billNo}`)}
        busy={bills.isFetching}
        problem={<ErrorPanel error={bills.error} linkOf={linkOf} />}
        save={() =>
          saveTable('业务单据', columns, keyOf, (next, size) =>
            call(billsEndpoint, { query: { ...query, page: next, size } }),
          )
        }
        total={bills.data?.total}
        unit="张"
        page={page}
        size={20}
        onPage={(next) => change({ page: String(next) })}
        sort={search.sort}
        onSort={(sort) => change({ sort, page: undefined })}
        sentence="单据信息(双击对应单据显示明细)"
        onQuery={() => change({ from: typed.from, to: typed.to, billNo: typed.billNo, page: undefined })}
        onReset={() => change({ from: undefined, to: undefined, billNo: undefined, state: undefined, page: undefined })}
        empty={bills.isPending ? null : <NoBills filtered={FILTERS.some((key) => search[key])} />}
        asked={[
          ['经办开始时间', search.from],
          ['经办结束时间', search.to],
          ['征集通知单据号', search.billNo],
          ['状态', STATE_CHIPS.find(([state]) => state && state === search.state)?.[1]],
        ]}
        filters={
          <>
            <div className="filter">
              <label htmlFor="bills-from">经办开始时间</label>
              <DateInput id="bills-from" value={typed.from ?? ''} onChange={(from) => setTyped({ ...typed, from })} />
            </div>
            <div className="filter">
              <label htmlFor="bills-to">经办结束时间</label>
              <DateInput id="bills-to" value={typed.to ?? ''} onChange={(to) => setTyped({ ...typed, to })} />
            </div>
            <label>
              征集通知单据号
              <input
                className="input"
                inputMode="numeric"
                value={typed.billNo ?? ''}
                onChange={(event) => setTyped({ ...typed, billNo: event.target.value.replace(/\s/g, '') })}
              />
            </label>
          </>
        }
        chips={
          <Chips
            label="状态"
            options={STATE_CHIPS}
            value={search.state}
            onChange={(state) => change({ state, page: undefined })}
          />
        }
      />
      <TrackPanel billNo={search.track} onClose={() => change({ track: undefined })} />
    </>
  );
}

/** Nothing under these conditions, or no bill at all: then what can be done about it today. */
function NoBills({ filtered }: { readonly filtered: boolean }) {
  const items = useMenu().data?.groups.flatMap((group) => group.items) ?? [];
  const billable = items.some((item) => item.code === 'bill.issue' && item.today.usable);
  if (filtered) return <Empty title="未查询到符合条件的记录">换个条件，或点“重置”</Empty>;
  return (
    <Empty title="本单位还没有开过单据">
      {billable ? (
        <Go to="bill.issue" className="in-text">
          去开认定单
        </Go>
      ) : (
        <>
          也没有要开单的费用。
          <Go to="/" className="in-text">
            回首页看今天要办什么
          </Go>
        </>
      )}
    </Empty>
  );
}

function TrackPanel({ billNo, onClose }: { readonly billNo: string | undefined; readonly onClose: () => void }) {
  const bill = useQuery({
    queryKey: ['bill', billNo],
    queryFn: () => call(billEndpoint, { params: { billNo: billNo ?? '' } }),
    enabled: Boolean(billNo),
  });
  return (
    <Panel open={Boolean(billNo)} title="到账进度" width={420} onClose={onClose}>
      <Loaded query={bill} failed={(error) => <ErrorPanel error={error} linkOf={linkOf} />}>
        {(data) => (
          <div className="stack">
            <div>
              <div className="note">单据号 {data.billNo}</div>
              <Money fen={data.totalFen} size={24} />{' '}
              <StatusTag tone={BILL_TONES[data.state]}>{data.stateName}</StatusTag>
            </div>
            <TaxSays bill={data} />
            {data.alert ? <div className="aside-note amber-note">{data.alert}</div> : null}
            <BillTrack nodes={data.track} vertical />
            <Go to={`/bills/${data.billNo}`} className="btn">
              查看单据
            </Go>
          </div>
        )}
      </Loaded>
    </Panel>
  );
}
