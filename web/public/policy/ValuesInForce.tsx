import { useMemo, useState } from 'react';
import { isCivilDate } from '../../../src/kernel/month.ts';
import { POLICY_KEYS, type PolicyValue, valuesInForce } from '../../../src/rules/index.ts';
import { Empty } from '../../ui/States.tsx';
import { browserEnv } from '../calculators/env.ts';
import { RegionSelect, regionWords } from '../RegionSelect.tsx';
import type { ViewProps } from './PolicyPage.tsx';
import { DayField, Labelled, SourceWords, ValueWords } from './parts.tsx';

const KEYS_TOTAL = Object.keys(POLICY_KEYS).length;

/** 参数一览: every value a region goes by on a day, its own or inherited. */
export function ValuesInForce({ query, set }: ViewProps) {
  const { book } = browserEnv();
  const { region, on, find } = query;
  const [day, setDay] = useState<string>(on);
  const values = useMemo(() => valuesInForce(book, region, on), [book, region, on]);
  const unverified = values.filter(({ source }) => source.status !== 'verified').length;
  const shown = values.filter((value) => matches(value, find.trim()));
  return (
    <>
      <div className="card policy-filters no-print">
        <Labelled id="policy-region" label="地区">
          <RegionSelect
            id="policy-region"
            book={book}
            needs={undefined}
            value={region}
            onChange={(code) => set({ region: code })}
          />
        </Labelled>
        <DayField
          id="policy-on"
          label="哪一天"
          value={day}
          onChange={(text) => {
            setDay(text);
            if (isCivilDate(text)) set({ on: text });
          }}
        />
        <Labelled id="policy-find" label="找一个词">
          <input
            id="policy-find"
            className="input"
            type="search"
            placeholder="费率、下限、计发月数…"
            value={find}
            onChange={(event) => set({ find: event.target.value })}
          />
        </Labelled>
      </div>
      <p aria-live="polite">
        {regionWords(region)} {on} 有 {values.length} 项参数（共登记 {KEYS_TOTAL} 项）
        {unverified > 0 ? (
          <>
            ，其中 {unverified} 项<b className="amber">原文待核</b>
          </>
        ) : null}
        {find.trim() ? `；含“${find.trim()}”的 ${shown.length} 项` : ''}。没列出的就是没有资料，不推算。
      </p>
      {shown.length === 0 ? <Empty title="没有这样的参数">换个词，或换一天。</Empty> : null}
      <ul className="card policy-list" aria-label="参数">
        {shown.map((value) => (
          <li key={value.key}>
            <b>{value.name}</b>
            <ValueWords value={value} />
            <SourceWords value={value} region={region} />
          </li>
        ))}
      </ul>
    </>
  );
}

function matches({ name, key, source }: PolicyValue, wanted: string): boolean {
  return wanted === '' || [name, key, source.title, source.docNo ?? ''].some((text) => text.includes(wanted));
}
