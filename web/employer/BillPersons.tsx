import { useQuery } from '@tanstack/react-query';
import { billPersonsEndpoint, type personLineSort } from '../../src/collection/contract.ts';
import { INSURANCE_SHORT_NAMES } from '../../src/kernel/insurance.ts';
import type { SortKey } from '../../src/platform/schemas.ts';
import { known, pageOf } from '../ui/address.ts';
import { type Answer, call } from '../ui/call.ts';
import { type Column, DataTable } from '../ui/DataTable.tsx';
import { ErrorPanel } from '../ui/ErrorPanel.tsx';
import { AskMoney, Money } from '../ui/Money.tsx';
import { Panel } from '../ui/Panel.tsx';
import { Empty, Skeleton } from '../ui/States.tsx';
import type { Bill } from './BillPage.tsx';
import { explainSearch } from './ExplainHost.tsx';
import { linkOf } from './links.tsx';
import { useSearchState } from './place.ts';

const TYPED = ['pq'] as const;

type PersonLine = Answer<typeof billPersonsEndpoint>['rows'][number];

/** 缴费明细: every person's base (FAQ27); each amount explains itself. */
export function PersonsPanel({
  bill,
  open,
  onClose,
}: {
  readonly bill: Bill;
  readonly open: boolean;
  readonly onClose: () => void;
}) {
  const [search, change] = useSearchState(TYPED);
  const page = pageOf(search.pp);
  const q = search.pq;
  const { sort } = known(billPersonsEndpoint.body, { sort: search.psort });
  const lines = useQuery({
    queryKey: ['bill-persons', bill.billNo, page, q, sort],
    queryFn: () => call(billPersonsEndpoint, { params: { billNo: bill.billNo }, body: { page, size: 50, q, sort } }),
    enabled: open,
    placeholderData: (previous) => previous,
  });
  const ask = (row: PersonLine, part: string) =>
    change(
      {
        persons: undefined,
        ...explainSearch({
          billNo: bill.billNo,
          personNo: row.personNo,
          insurance: row.insurance,
          month: row.month,
          kind: row.kind,
          part,
        }),
      },
      false,
    );
  const columns: readonly Column<PersonLine, SortKey<typeof personLineSort>>[] = [
    { key: 'name', label: '姓名', fixed: 'start', render: (row) => row.name },
    { key: 'id', label: '证件号码', render: (row) => row.idNoMasked, desktopOnly: true },
    {
      key: 'insurance',
      label: '险种',
      sort: 'insurance',
      render: (row) => INSURANCE_SHORT_NAMES[row.insurance],
    },
    { key: 'month', label: '所属期', sort: 'month', render: (row) => row.month },
    { key: 'kind', label: '类型', sort: 'kind', render: (row) => row.kindName, desktopOnly: true },
    {
      key: 'base',
      label: '缴费基数',
      sort: 'base',
      align: 'end',
      render: (row) => <Money fen={row.baseFen} plain />,
      desktopOnly: true,
    },
    {
      key: 'employer',
      label: '单位',
      sort: 'employer',
      align: 'end',
      render: (row) => (
        <AskMoney fen={row.employerFen} label={`${row.name} 单位部分`} onAsk={() => ask(row, 'employer')} />
      ),
    },
    {
      key: 'person',
      label: '个人',
      sort: 'person',
      align: 'end',
      render: (row) =>
        row.insurance === 'injury' ? (
          '—'
        ) : (
          <AskMoney fen={row.personFen} label={`${row.name} 个人部分`} onAsk={() => ask(row, 'person')} />
        ),
    },
  ];
  const pages = Math.max(1, Math.ceil((lines.data?.total ?? 0) / 50));
  return (
    <Panel open={open} title={`缴费明细 ${lines.data ? `${lines.data.total} 行` : ''}`} width={820} onClose={onClose}>
      <div className="stack">
        <input
          className="input"
          type="search"
          aria-label="在明细里找人"
          placeholder="姓名、证件号码、个人编号"
          defaultValue={q ?? ''}
          onKeyDown={(event) => {
            if (event.key === 'Enter') change({ pq: event.currentTarget.value, pp: undefined });
          }}
        />
        <ErrorPanel error={lines.error} linkOf={linkOf} />
        <DataTable
          label="缴费明细"
          columns={columns}
          rows={lines.data?.rows ?? []}
          keyOf={(row) => `${row.personNo}${row.insurance}${row.month}${row.kind}`}
          busy={lines.isFetching}
          sort={search.psort}
          onSort={(next) => change({ psort: next, pp: undefined })}
          empty={lines.isPending ? <Skeleton /> : <Empty title="未查询到符合条件的记录" />}
        />
        <div className="table-foot">
          <span>{lines.data ? `第 ${page} / ${pages} 页` : ''}</span>
          <span className="row">
            {page > 1 ? (
              <button type="button" className="link in-text" onClick={() => change({ pp: String(page - 1) })}>
                上一页
              </button>
            ) : null}
            {page < pages ? (
              <button type="button" className="link in-text" onClick={() => change({ pp: String(page + 1) })}>
                下一页
              </button>
            ) : null}
          </span>
        </div>
      </div>
    </Panel>
  );
}
