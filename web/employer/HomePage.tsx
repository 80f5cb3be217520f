import { App } from 'antd';
import { useMemo } from 'react';
import type { homeEndpoint } from '../../src/collection/contract.ts';
import { ChartBars, type Series } from '../ui/ChartBars.tsx';
import type { Answer } from '../ui/call.ts';
import { useElder } from '../ui/elder.ts';
import { FailedPage } from '../ui/FailedPage.tsx';
import { daysLeft, dayText, monthText } from '../ui/format.ts';
import { Money } from '../ui/Money.tsx';
import { usePhone } from '../ui/phone.ts';
import { Ruler } from '../ui/Ruler.tsx';
import { Spread } from '../ui/Spread.tsx';
import { Empty, Loaded, Skeleton } from '../ui/States.tsx';
import { StatusTag, type Tone } from '../ui/StatusTag.tsx';
import { BillTrack } from './BillTrack.tsx';
import { ExplainHost, explainSearch } from './ExplainHost.tsx';
import { useHome, useMenu } from './Layout.tsx';
import { Go, linkOf } from './links.tsx';
import { useSearchState } from './place.ts';
import { useSession } from './session.ts';
import { useTab } from './tabs.ts';

type Home = Answer<typeof homeEndpoint>;

const TONES: Readonly<Record<Home['headline']['tone'], Tone>> = {
  info: 'doing',
  done: 'done',
  wait: 'wait',
  bad: 'bad',
};

/** Headlines that ask something of the employer; the others only report, whatever there is to look at. */
const NEEDED: ReadonlySet<Home['headline']['tone']> = new Set(['wait', 'bad']);

/** 首页: where this month stands, what the employer must do, until when. */
export function HomePage() {
  useTab('/', '首页', '/');
  const home = useHome();
  const phone = usePhone();
  const elder = useElder();
  return (
    <Loaded
      query={home}
      failed={(error) => (
        <FailedPage
          title="首页"
          error={error}
          linkOf={linkOf}
          back={
            <Go to="/menu" className="in-text">
              去服务菜单
            </Go>
          }
        />
      )}
      fallback={<Skeleton lines={8} />}
    >
      {(data) =>
        elder ? (
          <div className="stack">
            <Spread>
              <ThisMonth headline={data.headline} />
              <Todo home={data} />
              <Windows home={data} />
              <Year home={data} />
              <Favourites />
              <Employer home={data} />
            </Spread>
            <ExplainHost />
          </div>
        ) : (
          <div className="grid-home">
            <div className="stack">
              <ThisMonth headline={data.headline} />
              {phone ? <Todo home={data} /> : null}
              <Windows home={data} />
              <Year home={data} />
            </div>
            <aside className="stack" aria-label="要您处理与现状">
              {phone ? null : <Todo home={data} />}
              <Favourites />
              <Employer home={data} />
            </aside>
            <ExplainHost />
          </div>
        )
      }
    </Loaded>
  );
}

function ThisMonth({ headline }: { readonly headline: Home['headline'] }) {
  const { message } = App.useApp();
  const copy = async (billNo: string) => {
    await navigator.clipboard?.writeText(billNo).catch(() => undefined);
    message.success(`已复制 ${billNo}`);
  };
  return (
    <section className="card" aria-labelledby="this-month">
      <div className="row between" style={{ alignItems: 'flex-start', gap: '4px 16px' }}>
        <div style={{ flex: '1 1 320px' }}>
          <div className="row">
            <h1 id="this-month">{headline.title}</h1>
            {headline.tag ? <StatusTag tone={TONES[headline.tone]}>{headline.tag}</StatusTag> : null}
          </div>
          <p className="dense">{headline.sentence}</p>
        </div>
        {headline.amountFen === null ? null : (
          <div className="right due">
            <Money fen={headline.amountFen} size={32} />
            {headline.employerFen === null ? null : (
              <div className="note">
                单位 <Money fen={headline.employerFen} plain /> <span style={{ marginLeft: 8 }}>个人</span>{' '}
                <Money fen={headline.personFen} plain />
              </div>
            )}
          </div>
        )}
      </div>
      {headline.track.length > 0 ? <BillTrack nodes={headline.track} /> : null}
      <div className="row" style={{ marginTop: 14 }}>
        {headline.action ? (
          <Go to={headline.action.to} className="btn primary">
            {headline.action.label}
          </Go>
        ) : null}
        {headline.billNo ? (
          <>
            {headline.action?.to === `/bills/${headline.billNo}` ? null : (
              <Go to={`/bills/${headline.billNo}`} className="btn">
                查看单据
              </Go>
            )}
            <button
              type="button"
              className="link"
              style={{ color: 'var(--ink)', padding: '5px 4px' }}
              onClick={() => copy(headline.billNo ?? '')}
            >
              复制单据号 {headline.billNo}
            </button>
          </>
        ) : null}
      </div>
    </section>
  );
}

function Windows({ home }: { readonly home: Home }) {
  const session = useSession();
  const span = session.data ? daysLeft(session.data.now, home.rulerEnd) : 90;
  return (
    <section className="card">
      <header>
        <h2>今天能办什么，到哪天为止</h2>
        <span className="note hide-phone">横条 = 剩余时间，刻度到 {dayText(home.rulerEnd)}</span>
      </header>
      {home.today.length === 0 ? (
        <Empty title="今天没有要赶的事" />
      ) : (
        <Ruler
          span={span}
          rows={home.today.map((row) => ({
            ...row,
            action: (
              <Go to={row.action.to} label={`${row.action.label}：${row.title}`}>
                {row.action.label}
              </Go>
            ),
          }))}
        />
      )}
    </section>
  );
}

function Todo({ home }: { readonly home: Home }) {
  return (
    <section className="card" id="todo" aria-label="要您处理">
      <h2>要您处理</h2>
      {home.todo.length === 0 ? (
        <p className="note">
          {NEEDED.has(home.headline.tone) ? '除了上面这件，没有别的。' : '现在没有，不用您做什么。'}
        </p>
      ) : null}
      <ul className="ledger">
        {home.todo.map((row) => (
          <li key={row.title + row.words}>
            <div>
              <b>{row.title}</b>
              <span>{row.words}</span>
            </div>
            <div className="right">
              {row.fen === null ? null : (
                <div>
                  <Money fen={row.fen} size={18} />
                </div>
              )}
              <Go to={row.action.to} label={`${row.action.label}：${row.title}`}>
                {row.action.label}
              </Go>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

const USUAL = [
  'emp.enroll',
  'emp.suspend',
  'unit.declare',
  'bill.issue',
  'bp.emp',
  'refund.emp',
  'q.people',
  'cert.enroll',
];

function Favourites() {
  const menu = useMenu();
  const items = (menu.data?.groups ?? []).flatMap((group) => group.items);
  const usual = USUAL.map((code) => items.find((item) => item.code === code)).filter((item) => item !== undefined);
  if (usual.length === 0) return null;
  return (
    <section className="card no-print">
      <h2>常用</h2>
      <div style={{ display: 'grid', gridTemplateColumns: '1fr 1fr', gap: 8, marginTop: 8 }}>
        {usual.map((item) => (
          <Go key={item.code} to={item.route} className="btn small" label={item.name}>
            <span style={{ overflow: 'hidden', textOverflow: 'ellipsis' }}>{shortName(item.code, item.name)}</span>
          </Go>
        ))}
      </div>
    </section>
  );
}

const SHORT: Readonly<Record<string, string>> = {
  'emp.enroll': '职工参保/续保',
  'emp.suspend': '职工停保',
  'unit.declare': '单位缴费申报',
  'bill.issue': '开认定单',
  'bp.emp': '补缴申报',
  'bp.unit': '单位补缴',
  'refund.emp': '多缴退费',
  'q.people': '参保人员查询',
  'cert.enroll': '单位参保证明',
};

function shortName(code: string, name: string): string {
  return SHORT[code] ?? name;
}

function Employer({ home }: { readonly home: Home }) {
  const { employer } = home;
  return (
    <section className="card">
      <h2 style={{ marginBottom: 6 }}>单位现状</h2>
      <dl className="kv">
        <dt>参保人数</dt>
        <dd>
          {employer.persons} 人（在缴 {employer.paying}）
        </dd>
        {employer.insurances.map((one) => (
          <BookedRow key={one.insurance} name={one.name} month={one.bookedThrough} />
        ))}
        <dt>工伤类别</dt>
        <dd>{employer.injuryClass}</dd>
        <dt>欠费</dt>
        <dd>{employer.arrears}</dd>
        <dt>退收账户</dt>
        <dd>{employer.refundAccount}</dd>
      </dl>
    </section>
  );
}

function BookedRow({ name, month }: { readonly name: string; readonly month: string }) {
  return (
    <>
      <dt>做账期号 · {name.replace('企业职工基本', '').replace('保险', '')}</dt>
      <dd>{month}</dd>
    </>
  );
}

const PARTS = [
  { insurance: 'pension', part: 'employerFen', name: '养老·单位', color: '#2a5caa', border: '#2a5caa' },
  { insurance: 'pension', part: 'personFen', name: '养老·个人', color: '#9dbbe4', border: '#2a5caa' },
  { insurance: 'unemployment', part: 'employerFen', name: '失业·单位', color: '#1f7a76', border: '#1f7a76' },
  { insurance: 'unemployment', part: 'personFen', name: '失业·个人', color: '#93cbc6', border: '#1f7a76' },
  { insurance: 'injury', part: 'employerFen', name: '工伤·单位', color: '#a4581c', border: '#a4581c' },
] as const;

function Year({ home }: { readonly home: Home }) {
  const elder = useElder();
  const [, setSearch] = useSearchState();
  const months = home.months;
  const columns = useMemo(() => months.map((month) => month.month), [months]);
  const series = useMemo<Series[]>(
    () =>
      PARTS.map((part) => ({
        name: part.name,
        color: part.color,
        border: part.border,
        fen: months.map((month) => month.cells.find((cell) => cell.insurance === part.insurance)?.[part.part] ?? 0),
      })),
    [months],
  );
  const last = months.at(-1);
  const before = months.at(-2);
  return (
    <section className="card">
      <header>
        <h2>近 12 个月应缴</h2>
        {last && before && last.totalFen > 0 ? (
          <span>
            {last.month} 比 {before.month} <Money fen={last.totalFen - before.totalFen} signed />{' '}
            <button
              type="button"
              className="link in-text"
              onClick={() => setSearch(explainSearch({ month: last.month, part: 'total' }), false)}
            >
              看 {monthText(last.month)}应缴怎么来的
            </button>
          </span>
        ) : null}
      </header>
      <p className="note">每月是到今天为止核定的合计，后来补收的也算在它所属的月；申报时的“比上月”不算补收的。</p>
      {elder && last ? (
        <p>
          {monthText(last.month)}应缴 <Money fen={last.totalFen} /> 元。
        </p>
      ) : null}
      {months.some((month) => month.totalFen !== 0) ? (
        <ChartBars label="近 12 个月应缴" columns={columns} series={series} />
      ) : (
        <Empty title="还没有应缴" />
      )}
    </section>
  );
}
