import { DownloadOutlined, PrinterOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { billEndpoint, billPdfEndpoint, billPersonsFileEndpoint } from '../../src/collection/contract.ts';
import { INSURANCE_SHORT_NAMES } from '../../src/kernel/insurance.ts';
import { type Answer, address, call } from '../ui/call.ts';
import { FailedPage } from '../ui/FailedPage.tsx';
import { dayText, timeLeft } from '../ui/format.ts';
import { AskMoney, Money } from '../ui/Money.tsx';
import { usePhone } from '../ui/phone.ts';
import { Loaded, Skeleton } from '../ui/States.tsx';
import { StatusTag } from '../ui/StatusTag.tsx';
import { PersonsPanel } from './BillPersons.tsx';
import { RevokeBill } from './BillRevoke.tsx';
import { BILL_TONES } from './BillsPage.tsx';
import { BillTrack } from './BillTrack.tsx';
import { ExplainHost, explainSearch } from './ExplainHost.tsx';
import { useMenu } from './Layout.tsx';
import { Go, linkOf } from './links.tsx';
import { useHere, useParam, useSearchState } from './place.ts';
import { useSession } from './session.ts';
import { TaxSays } from './TaxSays.tsx';
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
      failed={(error) => (
        <FailedPage
          title={`单据 ${billNo}`}
          error={error}
          linkOf={linkOf}
          back={
            <Go to="/bills" className="in-text">
              去业务单据查询
            </Go>
          }
        />
      )}
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
  const again = useCanIssueAgain(bill);
  const pdf = address(billPdfEndpoint, { params: { billNo: bill.billNo } });
  return (
    <div className="grid-bill">
      <div className="stack">
        <Summary bill={bill} onCount={() => change(explainSearch({ billNo: bill.billNo, part: 'deadline' }), false)} />
        <TaxSays bill={bill} />
        {bill.alert ? <div className="aside-note amber-note">{bill.alert}</div> : null}
        <Amounts bill={bill} onAsk={(query) => change(explainSearch({ billNo: bill.billNo, ...query }), false)} />
        <div className="row between">
          <div className="row">
            {again ? (
              <Go to="bill.issue" className="btn primary">
                重新开单
              </Go>
            ) : null}
            {bill.taxUrl && LIVE.has(bill.state) ? (
              <a className="btn primary" href={bill.taxUrl} target="_blank" rel="noreferrer">
                去电子税务局缴费
              </a>
            ) : null}
            <a
              className="btn"
              href={address(billPersonsFileEndpoint, {
                params: { billNo: bill.billNo },
                query: { sort: search.psort },
              })}
              download
            >
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
            // What became of a dead bill stands at its top.
            <span className="note">{bill.state in ENDED ? null : bill.revokeBlocked}</span>
          )}
        </div>
      </div>
      <aside className="card sink stack no-print" aria-label="认定单样张" style={{ padding: 14 }}>
        <div className="row between">
          <b className="dense">社会保险费应缴认定单 A4</b>
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
        open={search.persons === '1'}
        onClose={() => change({ persons: undefined, pp: undefined, pq: undefined })}
      />
      <ExplainHost />
      <RevokeBill bill={bill} open={revoking} onClose={() => setRevoking(false)} />
    </div>
  );
}

/** What a dead bill held can be billed anew while it is free (HB-BILL-06). */
function useCanIssueAgain(bill: Bill): boolean {
  const menu = useMenu();
  const items = menu.data?.groups.flatMap((group) => group.items) ?? [];
  const dead = bill.state === 'REVOKED' || (bill.state === 'EXPIRED' && bill.released);
  return dead && items.some((item) => item.code === 'bill.issue' && item.today.usable);
}

/** 4月费款; several months are named in full. */
export function monthsTitle(months: string): string {
  return /^\d{4}-\d{2}$/.test(months) ? `${Number(months.slice(5))}月费款` : `${months} 费款`;
}

function Summary({ bill, onCount }: { readonly bill: Bill; readonly onCount: () => void }) {
  return (
    <section className="card" aria-labelledby="bill-title">
      <div className="row between bill-top">
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
          {LIVE.has(bill.state) ? <Deadline bill={bill} onCount={onCount} /> : <Ended bill={bill} />}
        </div>
      </div>
      <div style={{ borderTop: '1px solid var(--line)', marginTop: 10 }}>
        <BillTrack nodes={bill.track} />
      </div>
    </section>
  );
}

/** How long the bill can still be paid, and how that was counted. */
function Deadline({ bill, onCount }: { readonly bill: Bill; readonly onCount: () => void }) {
  const session = useSession();
  const left = session.data ? timeLeft(session.data.now, bill.deadline) : null;
  return (
    <>
      {left ? (
        <>
          <div className="note">距过期作废</div>
          <div className="amber strong" style={{ fontSize: 28, lineHeight: '36px' }}>
            {left.days} <small style={{ fontSize: 15 }}>天</small> {left.hours}{' '}
            <small style={{ fontSize: 15 }}>小时</small>
          </div>
        </>
      ) : null}
      <div className="dense">{bill.deadlineText}</div>
      <div className="note">
        {bill.countedDays.length > 0
          ? `从 ${dayText(bill.effectiveFrom)} 次日起第 ${bill.countedDays.length} 个工作日`
          : '宽限末日'}{' '}
        <button type="button" className="link in-text" onClick={onCount}>
          怎么数的
        </button>
      </div>
      <div className="note">税务同步：{bill.pushText}</div>
    </>
  );
}

const ENDED: Partial<Record<Bill['state'], readonly [string, string]>> = {
  REVOKED: ['已作废', '不能再用它缴费'],
  REVOKING: ['正在作废', '请不要再用它缴费'],
  EXPIRED: ['已过期作废', '不能再用它缴费'],
  PARTIAL: ['钱没有收齐', '请按税务的提示补足'],
  MISMATCH: ['收到的与应缴不符', '等税务更正，请不要再缴一遍'],
};

/** A bill that is not waiting for money has no deadline any more: what became of it instead. */
function Ended({ bill }: { readonly bill: Bill }) {
  const [what, then] = ENDED[bill.state] ?? ['已缴清', '不用您再缴'];
  return (
    <>
      <div className="strong">{what}</div>
      <div className="note">{then}</div>
      {bill.state === 'EXPIRED' ? <div className="note">截止 {bill.deadlineText}</div> : null}
    </>
  );
}

function Amounts({ bill, onAsk }: { readonly bill: Bill; readonly onAsk: (query: Record<string, string>) => void }) {
  const phone = usePhone();
  const sum = (pick: (row: InsuranceRow) => number) => bill.byInsurance.reduce((total, row) => total + pick(row), 0);
  return (
    <section className="table-box" aria-labelledby="amounts-title">
      <div className="row between" style={{ padding: '10px 16px' }}>
        <h2 id="amounts-title">金额怎么来的</h2>
        <span className="note">点带点线的金额看“为什么是这个数”</span>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className="table-scroll" aria-label="各险种金额" tabIndex={0}>
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
                <td>{phone ? INSURANCE_SHORT_NAMES[row.insurance] : row.insuranceName}</td>
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
              {SUMS.map(([part, name, of]) => (
                <td key={part} className={part === 'interest' || part === 'late' ? 'num hide-phone' : 'num'}>
                  <Charge fen={sum(of)} label={`${name}合计`} onAsk={() => onAsk({ part })} />
                </td>
              ))}
            </tr>
          </tfoot>
        </table>
      </section>
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
            <AskMoney fen={kind.totalFen} label={kind.name} onAsk={() => onAsk({ kind: kind.kind, part: 'total' })} />
          </li>
        ))}
      </ul>
    </section>
  );
}

type InsuranceRow = Bill['byInsurance'][number];
const SUMS: readonly (readonly [part: string, name: string, of: (row: InsuranceRow) => number])[] = [
  ['employer', '单位部分', (row) => row.employerFen],
  ['person', '个人部分', (row) => row.personFen],
  ['interest', '利息', (row) => row.interestFen],
  ['late', '滞纳金', (row) => row.lateFen],
  ['total', '应缴金额', (row) => row.totalFen],
];

function Charge({ fen, label, onAsk }: { readonly fen: number; readonly label: string; readonly onAsk: () => void }) {
  return fen === 0 ? <Money fen={0} plain /> : <AskMoney fen={fen} label={label} onAsk={onAsk} />;
}
