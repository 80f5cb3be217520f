import { useEffect, useState } from 'react';
import { addCalendarMonths, type CivilDate, isCivilDate } from '../../../src/kernel/month.ts';
import { useSearchState } from '../../employer/place.ts';
import { PublicFrame } from '../PublicFrame.tsx';
import '../calculators/calculators.css';
import { policyVersion, today } from '../calculators/env.ts';
import { Differences } from './Differences.tsx';
import { ExpiringList } from './ExpiringList.tsx';
import './policy.css';
import { ValuesInForce } from './ValuesInForce.tsx';

const VIEWS = [
  { name: 'values', title: '参数一览' },
  { name: 'expiring', title: '快到期' },
  { name: 'diff', title: '两地、两年对比' },
] as const;

const HOME = '420500';

/** What the address says of a view; what it leaves out is filled in. */
export type PolicyQuery = {
  readonly region: string;
  readonly on: CivilDate;
  readonly find: string;
  readonly months: number;
  readonly all: boolean;
  readonly otherRegion: string;
  readonly otherOn: CivilDate;
};

export type ViewProps = { readonly query: PolicyQuery; readonly set: (change: Record<string, string>) => void };

/** 政策参数: what is in force where and when with its source, what ends soon, what differs. Public; read in the browser from the law as data. */
export function PolicyPage() {
  const [search, change] = useSearchState();
  const [now] = useState(today);
  const view = VIEWS.find(({ name }) => name === search.view) ?? VIEWS[0];
  const on = isCivilDate(search.on ?? '') ? (search.on as CivilDate) : now;
  const region = search.region ?? HOME;
  const query: PolicyQuery = {
    region,
    on,
    find: search.find ?? '',
    months: Number(search.months ?? 6) || 6,
    all: search.all === '1',
    otherRegion: search.otherRegion ?? region,
    otherOn: isCivilDate(search.otherOn ?? '') ? (search.otherOn as CivilDate) : addCalendarMonths(on, -12),
  };
  useEffect(() => {
    document.title = `${view.title} · 政策参数 · 统征`;
  }, [view]);
  const props: ViewProps = { query, set: change };
  return (
    <PublicFrame place="政策参数 · 不用登录" wide>
      <div className="page-title">
        <h1>政策参数</h1>
        <span className="note">参数版本 {policyVersion()}</span>
      </div>
      <nav aria-label="政策参数" className="calc-tabs no-print">
        <ul>
          {VIEWS.map(({ name, title }) => (
            <li key={name} aria-current={view.name === name ? 'page' : undefined}>
              <button type="button" onClick={() => change({ view: name }, false)}>
                {title}
              </button>
            </li>
          ))}
        </ul>
      </nav>
      {view.name === 'values' ? <ValuesInForce {...props} /> : null}
      {view.name === 'expiring' ? <ExpiringList {...props} /> : null}
      {view.name === 'diff' ? <Differences {...props} /> : null}
    </PublicFrame>
  );
}
