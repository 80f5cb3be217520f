import { useEffect, useMemo, useState } from 'react';
import { isCivilDate } from '../../../src/kernel/month.ts';
import { Go } from '../../employer/links.tsx';
import { useParam, useSearchState } from '../../employer/place.ts';
import { Empty } from '../../ui/States.tsx';
import { PublicFrame } from '../PublicFrame.tsx';
import { CalcAnswer, Peek } from './CalcAnswer.tsx';
import { CalcFields } from './CalcFields.tsx';
import './calculators.css';
import { outcomeOf, resolve } from './desk.ts';
import { browserEnv, policyVersion, today } from './env.ts';
import type { Tab, Values } from './kinds.ts';
import { findTab, TABS } from './tabs.ts';

/** 政策计算器: public, without login, computed here in the browser from the law as data. */
export function CalcPage() {
  const name = useParam('name') || (TABS[0]?.name ?? '');
  const tab = findTab(name);
  const [search] = useSearchState();
  const region = search.region ? `?region=${encodeURIComponent(search.region)}` : '';
  return (
    <PublicFrame place="政策计算器 · 不用登录" wide>
      <nav aria-label="计算器" className="calc-tabs no-print">
        <ul>
          {TABS.map((each) => (
            <li key={each.name} aria-current={each === tab ? 'page' : undefined}>
              <Go to={`/calc/${each.name}${region}`}>{each.title}</Go>
            </li>
          ))}
        </ul>
      </nav>
      {tab ? <Calculator key={tab.name} tab={tab} /> : <Unknown name={name} />}
    </PublicFrame>
  );
}

function Unknown({ name }: { readonly name: string }) {
  return (
    <>
      <h1>没有这个计算器</h1>
      <Empty title={`没有“${name}”`}>从上面选一个。</Empty>
    </>
  );
}

/** What was typed lives here; the address follows it, so that a link says the same. */
function Calculator({ tab }: { readonly tab: Tab }) {
  const [search, change] = useSearchState();
  const [typed, setTyped] = useState<Values>(() => fromAddress(tab, search));
  const asked = search.asOf ?? '';
  const env = useMemo(() => browserEnv(isCivilDate(asked) ? asked : undefined), [asked]);
  const outcome = useMemo(() => outcomeOf(tab, typed, env), [tab, typed, env]);
  const values = useMemo(() => resolve(tab, typed, env), [tab, typed, env]);
  useEffect(() => {
    document.title = `${tab.heading} · 政策计算器 · 统征`;
  }, [tab]);
  useEffect(() => {
    // A slider moves many times a second; browsers refuse that many changes of the address.
    const timer = setTimeout(() => {
      // All of them, defaults too: what a field starts with is another month tomorrow, and a link must not change its answer.
      const asked = Object.fromEntries(tab.fields.map(({ name }) => [name, values[name] || undefined]));
      if (Object.entries(asked).some(([name, text]) => search[name] !== text)) change(asked);
    }, 250);
    return () => clearTimeout(timer);
  }, [values]);
  const set = (name: string, text: string) => setTyped((before) => ({ ...before, [name]: text }));
  return (
    <div className="calc-grid">
      <div>
        <section className="card stack calc-form" aria-labelledby="calc-title">
          <h1 id="calc-title">{tab.heading}</h1>
          <CalcFields tab={tab} values={values} faults={outcome.faults} env={env} set={set} />
          <p className="note no-print">只在您的浏览器里计算，不上传。</p>
          {env.asOf === today() ? null : (
            <p className="aside-note">
              链接里写着按 {env.asOf} 算。{' '}
              <button type="button" className="link in-text no-print" onClick={() => change({ asOf: undefined })}>
                改按今天算
              </button>
            </p>
          )}
        </section>
        <Peek shown={outcome.shown} />
      </div>
      <CalcAnswer
        tab={tab}
        values={values}
        env={env}
        outcome={outcome}
        link={() => linkOf(tab, values, env.asOf)}
        oldVersion={search.v && search.v !== policyVersion() ? search.v : undefined}
      />
    </div>
  );
}

function fromAddress(tab: Tab, search: Values | Readonly<Record<string, string | undefined>>): Values {
  const known = tab.fields.flatMap(({ name }) => {
    const text = search[name];
    return text === undefined ? [] : [[name, text] as const];
  });
  return Object.fromEntries(known);
}

/** Every figure that went in, the day and the version of the parameters: who opens it sees the same answer. */
function linkOf(tab: Tab, values: Values, asOf: string): string {
  const given = Object.entries(values).filter(([, text]) => text !== '');
  const search = new URLSearchParams([...given, ['asOf', asOf], ['v', policyVersion()]] as [string, string][]);
  return `${window.location.origin}/calc/${tab.name}?${search}`;
}
