import { CheckCircleFilled, CloseCircleFilled, ReloadOutlined } from '@ant-design/icons';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { integrityEndpoint, operationsEndpoint } from '../../src/control/contract.ts';
import { Redirect, useSearchState } from '../employer/place.ts';
import { signOut, useSession } from '../employer/session.ts';
import { known } from '../ui/address.ts';
import { type Answer, call } from '../ui/call.ts';
import { ErrorPanel } from '../ui/ErrorPanel.tsx';
import { clockText, momentText } from '../ui/format.ts';
import { HeldList } from '../ui/HeldList.tsx';
import { queryClient } from '../ui/Root.tsx';
import { Brand, SignOut, SkipLink } from '../ui/Shell.tsx';
import { Empty, Loaded, Skeleton } from '../ui/States.tsx';
import { StatusTag } from '../ui/StatusTag.tsx';
import { usePlace } from '../ui/site.ts';
import { ClockDesk } from './ClockDesk.tsx';
import { Jobs } from './Jobs.tsx';
import { Suspense } from './Suspense.tsx';

export type Overview = Answer<typeof operationsEndpoint>;
type Integrity = NonNullable<Overview['integrity']>;

/** 运行 (ui 10): is it well, and if not, what. No personal data, no gauges. */
export function OperationsPage() {
  const session = useSession('office');
  const place = usePlace('运行');
  const [search] = useSearchState();
  const query = known(operationsEndpoint.query, search);
  const overview = useQuery({
    queryKey: ['ops', query],
    queryFn: () => call(operationsEndpoint, { query }),
    placeholderData: (previous) => previous,
    refetchInterval: 10_000,
    enabled: session.data?.principal?.kind === 'STAFF',
  });
  useEffect(() => {
    document.title = '运行总览 · 统征';
  }, []);
  if (session.isPending) return <Skeleton />;
  if (session.data?.principal?.kind !== 'STAFF') return <Redirect to="/office/login" />;
  const leave = async () => {
    await signOut('office');
    window.location.assign('/office/login');
  };
  return (
    <>
      <SkipLink />
      <header className="site-header">
        <Brand place={place} house="office" href="/office" />
        <div className="shell-right" style={{ flexWrap: 'wrap' }}>
          {overview.data ? (
            <span className={overview.data.clock.mode === 'real' ? 'clock' : 'clock moved'}>
              业务时钟 {clockText(overview.data.clock.now)}
            </span>
          ) : null}
          <b className="hide-phone">{session.data.principal.name}</b>
          <SignOut onClick={leave} />
        </div>
      </header>
      <main id="main" className="ops-page stack" tabIndex={-1}>
        <Loaded query={overview} failed={(error) => <ErrorPanel error={error} />} fallback={<Skeleton lines={8} />}>
          {(data) => <View data={data} refreshedAt={overview.dataUpdatedAt} />}
        </Loaded>
      </main>
    </>
  );
}

function View({ data, refreshedAt }: { readonly data: Overview; readonly refreshedAt: number }) {
  return (
    <>
      <div className="page-title">
        <div className="row">
          <h1>{data.headline}</h1>
          {data.alerts.map((alert) => (
            <StatusTag key={alert} tone={data.tone === 'bad' ? 'bad' : 'wait'}>
              {alert}
            </StatusTag>
          ))}
        </div>
        <button
          type="button"
          className="btn small"
          onClick={() => queryClient.invalidateQueries({ queryKey: ['ops'] })}
        >
          <ReloadOutlined aria-hidden="true" /> {new Date(refreshedAt).toTimeString().slice(0, 8)} 刷新
        </button>
      </div>
      <div className="grid-ops">
        <div className="stack">
          <Jobs data={data} />
          <Exchange exchange={data.exchange} />
        </div>
        <div className="stack">
          <Promises integrity={data.integrity} />
          {data.clock.adjustable ? <ClockDesk clock={data.clock} /> : null}
          <section className="card" aria-label="时钟与底座">
            <h2 style={{ marginBottom: 6 }}>时钟与底座</h2>
            <dl className="kv">
              <dt>工作日历</dt>
              <dd>已载到 {data.clock.calendarThrough}</dd>
              {data.foundation.map((one) => (
                <Pair key={one.label} label={one.label} value={one.value} />
              ))}
            </dl>
          </section>
        </div>
      </div>
    </>
  );
}

function Pair({ label, value }: { readonly label: string; readonly value: string }) {
  return (
    <>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </>
  );
}

function Promises({ integrity }: { readonly integrity: Integrity | null }) {
  const check = useMutation({
    mutationFn: () => call(integrityEndpoint, { body: {} }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['ops'] }),
  });
  // A check by hand answers before the page is read again; after that the newer one counts, also one of the night.
  const latest = [check.data, integrity].reduce((a, b) => (a && b ? (a.at > b.at ? a : b) : (a ?? b)));
  return (
    <section className="card" aria-label="完整性：八条承诺">
      <header>
        <h2>完整性：八条承诺</h2>
        <button type="button" className="btn small" disabled={check.isPending} onClick={() => check.mutate()}>
          {check.isPending ? '正在校验…' : '现在校验'}
        </button>
      </header>
      <ErrorPanel error={check.error} />
      {latest ? (
        <div aria-live="polite">
          <ul className="ledger">
            {latest.promises.map((promise) => (
              <li key={promise.no}>
                <div>
                  {promise.violations.length === 0 ? (
                    <CheckCircleFilled style={{ color: 'var(--done)' }} aria-label="守住" />
                  ) : (
                    <CloseCircleFilled style={{ color: 'var(--bad)' }} aria-label="违反" />
                  )}{' '}
                  {promise.no}. {promise.title}
                  {promise.violations.slice(0, 5).map((violation) => (
                    <span key={violation.object + violation.text} className="red">
                      {violation.object}：{violation.text}
                    </span>
                  ))}
                </div>
                <div className="note">{promise.checked}</div>
              </li>
            ))}
          </ul>
          <p className="note">
            {momentText(latest.at)} 校验，用时 {(latest.durationMs / 1000).toFixed(1)} 秒，
            {latest.violations === 0 ? '没有违反。' : `${latest.violations} 处违反。`}
          </p>
        </div>
      ) : (
        <Empty title="还没有校验过">点“现在校验”</Empty>
      )}
    </section>
  );
}

function Exchange({ exchange }: { readonly exchange: Overview['exchange'] }) {
  const figures: readonly (readonly [string, number, string])[] = [
    ['待发', exchange.waiting, exchange.oldestSeconds === null ? '' : `最久 ${exchange.oldestSeconds} 秒`],
    ['已发待确认', exchange.unconfirmed, ''],
    ['今日已确认', exchange.acceptedToday, ''],
    ['重试中', exchange.retrying, ''],
    ['等前件', exchange.parked, ''],
    ['待人处理', exchange.held, ''],
  ];
  return (
    <section className="card" aria-label="交换：税务、银行">
      <header>
        <h2>交换：税务</h2>
        <StatusTag tone={exchange.tax === 'up' ? 'done' : 'bad'}>
          {exchange.tax === 'up' ? '税务在线' : '税务不通'}
        </StatusTag>
      </header>
      <dl className="figures">
        {figures.map(([label, value, words]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd className={label === '待人处理' && value > 0 ? 'red' : undefined}>{value.toLocaleString('zh-CN')}</dd>
            <dd className="note">{words}</dd>
          </div>
        ))}
      </dl>
      <div className="stack" style={{ marginTop: 12 }}>
        <HeldList heading="h3" />
        <Suspense rows={exchange.suspense} />
        <div>
          <h3>日终对账</h3>
          {exchange.recon.length === 0 ? <p className="note">还没有对过账。</p> : null}
          <ul className="ledger">
            {exchange.recon.map((one) => (
              <li key={one.day}>
                <div>
                  {one.day}
                  <span>{one.text}</span>
                </div>
                <StatusTag tone={one.state === 'MATCHED' ? 'done' : 'wait'}>
                  {one.state === 'MATCHED' ? '相符' : '有差错'}
                </StatusTag>
              </li>
            ))}
          </ul>
        </div>
      </div>
    </section>
  );
}
