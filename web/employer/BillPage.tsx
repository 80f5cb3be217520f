import { DownloadOutlined, PrinterOutlined } from '@ant-design/icons';
import { useMutation, useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import {
  billEndpoint,
  billPdfEndpoint,
  billPersonsEndpoint,
  billPersonsFileEndpoint,
} from '../../src/collection/contract.ts';
import { submitEndpoint } from '../../src/items/contract.ts';
import { addMonths, type CivilDate, firstDay, monthOf } from '../../src/kernel/month.ts';
import { ConfirmConsequence } from '../ui/Confirm.tsx';
import { type Answer, address, call, newKey } from '../ui/call.ts';
import type { Column } from '../ui/DataTable.tsx';
import { DataTable } from '../ui/DataTable.tsx';
import { ErrorPanel } from '../ui/ErrorPanel.tsx';
import { dayText, timeLeft, weekdayName } from '../ui/format.ts';
import { AskMoney, Money } from '../ui/Money.tsx';
import { Panel } from '../ui/Panel.tsx';
import { queryClient } from '../ui/Root.tsx';
import { Empty, Loaded, Skeleton } from '../ui/States.tsx';
import { StatusTag } from '../ui/StatusTag.tsx';
import { BILL_TONES } from './BillsPage.tsx';
import { BillTrack, usePhone } from './BillTrack.tsx';
import { ExplainHost, explainSearch } from './ExplainHost.tsx';
import { linkOf } from './links.tsx';
import { useHere, useParam, useSearchState } from './place.ts';
import { useSession } from './session.ts';
import { useTab } from './tabs.ts';

export type Bill = Answer<typeof billEndpoint>;
const PdfPreview = lazy(() => import('./PdfPreview.tsx'));

/** 单据 (ui 05): pay in time, trust the figure. */
export function BillPage() {
  const billNo = useParam('billNo');
  const here = useHere();
  useTab(here.pathname, `单据 …${billNo.slice(-6)}`, here.href);
  const bill = useQuery({
    queryKey: ['bill', billNo],
    queryFn: () => call(billEndpoint, { params: { billNo } }),
    refetchInterval: 15_000,
  });
  return (
    <Loaded
      query={bill}
      failed={(error) => <ErrorPanel error={error} linkOf={linkOf} />}
      fallback={<Skeleton lines={8} />}
    >
      {(data) => <BillView bill={data} />}
    </Loaded>
  );
}

const LIVE = new Set<Bill['state']>(['ISSUED', 'PUSHED', 'INVOICED']);

function BillView({ bill }: { readonly bill: Bill }) {
  const [search, change] = useSearchState();
  const [revoking, setRevoking] = useState(false);
  const phone = usePhone();
  const pdf = address(billPdfEndpoint, { params: { billNo: bill.billNo } });
  return (
    <div className="grid-bill">
      <div className="stack">
        <Summary bill={bill} onCount={() => change(explainSearch({ billNo: bill.billNo, part: 'deadline' }), false)} />
        {bill.alert ? <div className="aside-note amber-note">{bill.alert}</div> : null}
        <Amounts bill={bill} onAsk={(query) => change(explainSearch({ billNo: bill.billNo, ...query }), false)} />
        <div className="row between">
          <div className="row">
            {bill.taxUrl && LIVE.has(bill.state) ? (
              <a className="btn primary" href={bill.taxUrl} target="_blank" rel="noreferrer">
                去电子税务局缴费
              </a>
            ) : null}
            <a className="btn" href={address(billPersonsFileEndpoint, { params: { billNo: bill.billNo } })} download>
              <DownloadOutlined aria-hidden="true" /> 人员明细（工作簿）
            </a>
            <button type="button" className="btn" onClick={() => change({ persons: '1' }, false)}>
              缴费明细
            </button>
          </div>
          {bill.canRevoke ? (
            <button type="button" className="btn danger" onClick={() => setRevoking(true)}>
              撤销单据
            </button>
          ) : (
            <span className="note">{bill.revokeBlocked}</span>
          )}
        </div>
      </div>
      <aside className="card sink stack" aria-label="认定单样张" style={{ padding: 14 }}>
        <div className="row between">
          <b style={{ fontSize: 13 }}>社会保险费应缴认定单 A4</b>
          <div className="row">
            <a className="btn small" href={pdf} target="_blank" rel="noreferrer">
              <PrinterOutlined aria-hidden="true" /> 打印
            </a>
            <a className="btn small" href={pdf} download={`认定单_${bill.billNo}.pdf`}>
              <DownloadOutlined aria-hidden="true" /> 下载 PDF
            </a>
          </div>
        </div>
        {phone ? null : (
          <Suspense fallback={<Skeleton lines={6} />}>
            <PdfPreview src={pdf} title={`认定单 ${bill.billNo}`} />
          </Suspense>
        )}
        <p className="note">已加盖电子签章，可脱机验签。过期或撤销后，本页加“已作废”水印。</p>
      </aside>
      <PersonsPanel
        bill={bill}
        open={search['persons'] === '1'}
        onClose={() => change({ persons: undefined, pp: undefined, pq: undefined })}
      />
      <ExplainHost />
      <Revoke bill={bill} open={revoking} onClose={() => setRevoking(false)} />
    </div>
  );
}

/** 4月费款; several months are named in full. */
function monthsTitle(months: string): string {
  return /^\d{4}-\d{2}$/.test(months) ? `${Number(months.slice(5))}月费款` : `${months} 费款`;
}

function Summary({ bill, onCount }: { readonly bill: Bill; readonly onCount: () => void }) {
  const session = useSession();
  const left = session.data && LIVE.has(bill.state) ? timeLeft(session.data.now, bill.deadline) : null;
  const working = [0, 6].includes(new Date(`${bill.deadline}T00:00:00Z`).getUTCDay())
    ? `（${weekdayName(bill.deadline)}，补班）`
    : `（${weekdayName(bill.deadline)}）`;
  return (
    <section className="card" aria-labelledby="bill-title">
      <div className="row between" style={{ alignItems: 'flex-start' }}>
        <div>
          <div className="note">社会保险费应缴认定单 · 单据号 {bill.billNo}</div>
          <div className="row">
            <h1 id="bill-title">{monthsTitle(bill.months)}</h1>
            <StatusTag tone={BILL_TONES[bill.state]}>{bill.stateName}</StatusTag>
          </div>
          <Money fen={bill.totalFen} size={44} />
          <div className="note">{bill.totalWords}</div>
        </div>
        <div className="right due">
          {left ? (
            <>
              <div className="note">距过期作废</div>
              <div className="amber strong" style={{ fontSize: 28, lineHeight: '36px' }}>
                {left.days} <small style={{ fontSize: 15 }}>天</small> {left.hours}{' '}
                <small style={{ fontSize: 15 }}>小时</small>
              </div>
            </>
          ) : null}
          <div style={{ fontSize: 13 }}>
            {dayText(bill.deadline)}
            {working}24:00
          </div>
          <div className="note">
            从 {dayText(bill.effectiveFrom)} 次日起第 {bill.countedDays.length} 个工作日{' '}
            <button type="button" className="link in-text" onClick={onCount}>
              怎么数的
            </button>
          </div>
          <div className="note">税务同步：{bill.pushText}</div>
        </div>
      </div>
      <div style={{ borderTop: '1px solid var(--line)', marginTop: 10 }}>
        <BillTrack nodes={bill.track} />
      </div>
    </section>
  );
}

function Amounts({ bill, onAsk }: { readonly bill: Bill; readonly onAsk: (query: Record<string, string>) => void }) {
  const sum = (pick: (row: Bill['byInsurance'][number]) => number) =>
    bill.byInsurance.reduce((total, row) => total + pick(row), 0);
  return (
    <section className="table-box" aria-labelledby="amounts-title">
      <div className="row between" style={{ padding: '10px 16px' }}>
        <h2 id="amounts-title">金额怎么来的</h2>
        <span className="note">点任一金额看“为什么是这个数”</span>
      </div>
      <div className="table-scroll">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">险种</th>
              <th scope="col" className="num">
                单位
              </th>
              <th scope="col" className="num">
                个人
              </th>
              <th scope="col" className="num hide-phone">
                利息
              </th>
              <th scope="col" className="num hide-phone">
                滞纳金
              </th>
              <th scope="col" className="num">
                应缴金额
              </th>
            </tr>
          </thead>
          <tbody>
            {bill.byInsurance.map((row) => (
              <tr key={row.insurance}>
                <td>{row.insuranceName}</td>
                <td className="num">
                  <AskMoney
                    fen={row.employerFen}
                    label={`${row.insuranceName}单位部分`}
                    onAsk={() => onAsk({ insurance: row.insurance, part: 'employer' })}
                  />
                </td>
                <td className="num">
                  {row.insurance === 'injury' ? (
                    '—'
                  ) : (
                    <AskMoney
                      fen={row.personFen}
                      label={`${row.insuranceName}个人部分`}
                      onAsk={() => onAsk({ insurance: row.insurance, part: 'person' })}
                    />
                  )}
                </td>
                <td className="num hide-phone">
                  <Charge
                    fen={row.interestFen}
                    label={`${row.insuranceName}利息`}
                    onAsk={() => onAsk({ insurance: row.insurance, part: 'interest' })}
                  />
                </td>
                <td className="num hide-phone">
                  <Charge
                    fen={row.lateFen}
                    label={`${row.insuranceName}滞纳金`}
                    onAsk={() => onAsk({ insurance: row.insurance, part: 'late' })}
                  />
                </td>
                <td className="num strong">
                  <AskMoney
                    fen={row.totalFen}
                    label={`${row.insuranceName}应缴金额`}
                    onAsk={() => onAsk({ insurance: row.insurance, part: 'total' })}
                  />
                </td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <td>合计</td>
              <td className="num">
                <Money fen={sum((row) => row.employerFen)} />
              </td>
              <td className="num">
                <Money fen={sum((row) => row.personFen)} />
              </td>
              <td className="num hide-phone">
                <Money fen={sum((row) => row.interestFen)} />
              </td>
              <td className="num hide-phone">
                <Money fen={sum((row) => row.lateFen)} />
              </td>
              <td className="num">
                <Money fen={bill.totalFen} />
              </td>
            </tr>
          </tfoot>
        </table>
      </div>
      <ul className="ledger kinds" aria-label="征集明细">
        {bill.byKind.map((kind) => (
          <li key={kind.kind}>
            <div>
              {kind.name}
              <span>
                {kind.persons} 人 · {kind.months}
                {kind.lateFen + kind.interestFen > 0 ? ' · 含滞纳金、利息' : ''}
              </span>
            </div>
            <Money fen={kind.totalFen} plain />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Charge({ fen, label, onAsk }: { readonly fen: number; readonly label: string; readonly onAsk: () => void }) {
  return fen === 0 ? <Money fen={0} plain /> : <AskMoney fen={fen} label={label} onAsk={onAsk} />;
}

type PersonLine = Answer<typeof billPersonsEndpoint>['rows'][number];

/** 缴费明细: every person's base (FAQ27); each amount explains itself. */
function PersonsPanel({
  bill,
  open,
  onClose,
}: {
  readonly bill: Bill;
  readonly open: boolean;
  readonly onClose: () => void;
}) {
  const [search, change] = useSearchState();
  const page = Number(search['pp'] ?? 1);
  const q = search['pq'];
  const lines = useQuery({
    queryKey: ['bill-persons', bill.billNo, page, q],
    queryFn: () => call(billPersonsEndpoint, { params: { billNo: bill.billNo }, query: { page, size: 50, q } }),
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
  const columns: readonly Column<PersonLine>[] = [
    { key: 'name', label: '姓名', fixed: 'start', render: (row) => row.name },
    { key: 'id', label: '证件号码', render: (row) => row.idNoMasked, desktopOnly: true },
    {
      key: 'insurance',
      label: '险种',
      render: (row) => ({ pension: '养老', unemployment: '失业', injury: '工伤' })[row.insurance],
    },
    { key: 'month', label: '所属期', render: (row) => row.month },
    { key: 'kind', label: '类型', render: (row) => row.kindName, desktopOnly: true },
    { key: 'base', label: '缴费基数', align: 'end', render: (row) => <Money fen={row.baseFen} plain /> },
    {
      key: 'employer',
      label: '单位',
      align: 'end',
      render: (row) => (
        <AskMoney fen={row.employerFen} label={`${row.name} 单位部分`} onAsk={() => ask(row, 'employer')} />
      ),
    },
    {
      key: 'person',
      label: '个人',
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
          empty={lines.isPending ? <Skeleton /> : <Empty title="未查询到符合条件的记录" />}
        />
        <div className="table-foot">
          <span>
            第 {page} / {pages} 页
          </span>
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

/** 撤销 is the service item bill.revoke; here it is asked with its consequences. */
function Revoke({
  bill,
  open,
  onClose,
}: {
  readonly bill: Bill;
  readonly open: boolean;
  readonly onClose: () => void;
}) {
  const [key] = useState(newKey);
  const next = firstDay(addMonths(monthOf(bill.issuedAt.slice(0, 10) as CivilDate), 1));
  const revoke = useMutation({
    mutationFn: () =>
      call(submitEndpoint, {
        params: { code: 'bill.revoke' },
        body: { form: { billNo: bill.billNo } },
        idempotencyKey: key,
      }),
    onSuccess: () => {
      queryClient.invalidateQueries();
      onClose();
    },
  });
  const rows = bill.byKind.reduce((total, kind) => total + kind.persons, 0);
  return (
    <ConfirmConsequence
      open={open}
      title={`撤销${monthsTitle(bill.months)}认定单？`}
      facts={[
        `单据 ${bill.billNo} 作废，税务端同时失效`,
        <>
          {rows} 人的应缴回到“未开单”，
          <Money fen={bill.totalFen} /> 元
        </>,
        `${dayText(bill.issuedAt)} 当月内重开不加收；${dayText(next)}起加收滞纳金和利息`,
        '可以恢复：重新开具即可，单据号会变',
      ]}
      keep="不撤销"
      act="撤销这张单据"
      busy={revoke.isPending}
      error={revoke.error}
      onKeep={onClose}
      onAct={() => revoke.mutate()}
    />
  );
}
