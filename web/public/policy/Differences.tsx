import { useMemo, useState } from 'react';
import { isCivilDate } from '../../../src/kernel/month.ts';
import { type PolicyValue, policyDifferences } from '../../../src/rules/index.ts';
import { Empty } from '../../ui/States.tsx';
import { browserEnv } from '../calculators/env.ts';
import { RegionSelect, regionWords } from '../RegionSelect.tsx';
import type { ViewProps } from './PolicyPage.tsx';
import { DayField, Labelled, SourceWords, ValueWords } from './parts.tsx';

/** 对比: two places, two days, or both. */
export function Differences({ query, set }: ViewProps) {
  const { book } = browserEnv();
  const { region, on, otherRegion, otherOn } = query;
  const [days, setDays] = useState<readonly [string, string]>([otherOn, on]);
  const differences = useMemo(
    () => policyDifferences(book, { region: otherRegion, on: otherOn }, { region, on }),
    [book, region, on, otherRegion, otherOn],
  );
  const left = `${regionWords(otherRegion)} ${otherOn}`;
  const right = `${regionWords(region)} ${on}`;
  return (
    <>
      <div className="policy-two no-print">
        <fieldset className="card policy-filters">
          <legend>甲</legend>
          <Labelled id="policy-other-region" label="地区">
            <RegionSelect
              id="policy-other-region"
              book={book}
              needs={undefined}
              value={otherRegion}
              onChange={(code) => set({ otherRegion: code, otherOn, region, on })}
            />
          </Labelled>
          <DayField
            id="policy-other-on"
            label="哪一天"
            value={days[0]}
            onChange={(text) => {
              setDays([text, days[1]]);
              if (isCivilDate(text)) set({ otherOn: text, otherRegion, region, on });
            }}
          />
        </fieldset>
        <fieldset className="card policy-filters">
          <legend>乙</legend>
          <Labelled id="policy-region" label="地区">
            <RegionSelect
              id="policy-region"
              book={book}
              needs={undefined}
              value={region}
              onChange={(code) => set({ region: code, otherRegion, otherOn, on })}
            />
          </Labelled>
          <DayField
            id="policy-on"
            label="哪一天"
            value={days[1]}
            onChange={(text) => {
              setDays([days[0], text]);
              if (isCivilDate(text)) set({ on: text, otherOn, otherRegion, region });
            }}
          />
        </fieldset>
      </div>
      <p aria-live="polite">
        甲 {left}，乙 {right}：{differences.length} 项不同。
      </p>
      {differences.length === 0 ? <Empty title="没有不同">换一个地区，或隔远一点的日子。</Empty> : null}
      <ul className="card policy-list" aria-label="不同的参数">
        {differences.map((difference) => (
          <li key={difference.key}>
            <b>{difference.name}</b>
            <Side name="甲" value={difference.left} />
            <Side name="乙" value={difference.right} />
          </li>
        ))}
      </ul>
    </>
  );
}

function Side({ name, value }: { readonly name: string; readonly value: PolicyValue | undefined }) {
  return (
    <div>
      <span className="origin">{name}</span>{' '}
      {value ? (
        <>
          <ValueWords value={value} />
          <SourceWords value={value} />
        </>
      ) : (
        <span className="amber">没有资料</span>
      )}
    </div>
  );
}
