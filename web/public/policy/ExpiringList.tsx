import { useMemo, useState } from 'react';
import { daysBetween, isCivilDate } from '../../../src/kernel/month.ts';
import { expiringValues, policyWords } from '../../../src/rules/index.ts';
import { Empty } from '../../ui/States.tsx';
import { StatusTag } from '../../ui/StatusTag.tsx';
import { browserEnv } from '../calculators/env.ts';
import { RegionSelect, regionWords } from '../RegionSelect.tsx';
import type { ViewProps } from './PolicyPage.tsx';
import { DayField, Labelled, placeName, SourceWords, ValueWords } from './parts.tsx';

const CHOICES = [1, 3, 6, 12, 24];

/** 快到期: values that end within some months, and what follows them; nothing following is a gap to come. */
export function ExpiringList({ query, set }: ViewProps) {
  const { book } = browserEnv();
  const { region, on, months, all } = query;
  const [day, setDay] = useState<string>(on);
  const expiring = useMemo(
    () => expiringValues(book, on, months, all ? undefined : region),
    [book, on, months, all, region],
  );
  const gaps = expiring.filter(({ next }) => !next).length;
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
          label="从哪天起"
          value={day}
          onChange={(text) => {
            setDay(text);
            if (isCivilDate(text)) set({ on: text });
          }}
        />
        <Labelled id="policy-months" label="几个月内">
          <select
            id="policy-months"
            className="input"
            value={months}
            onChange={(event) => set({ months: event.target.value })}
          >
            {CHOICES.map((each) => (
              <option key={each} value={each}>
                {each} 个月
              </option>
            ))}
          </select>
        </Labelled>
        <label className="check">
          <input type="checkbox" checked={all} onChange={(event) => set({ all: event.target.checked ? '1' : '' })} />
          所有地区
        </label>
      </div>
      <p aria-live="polite">
        {all ? '所有地区' : regionWords(region)}从 {on} 起 {months} 个月内到期 {expiring.length} 项
        {expiring.length > 0 ? `，其中 ${gaps} 项后面还没有接上` : ''}。
      </p>
      {expiring.length === 0 ? <Empty title="这段时间没有到期的参数" /> : null}
      <ul className="card policy-list" aria-label="快到期的参数">
        {expiring.map(({ value, lastDay, next }) => (
          <li key={`${value.region}${value.key}${lastDay}`}>
            <div>
              <b>{value.name}</b>
              <div className="note">{placeName(value.region)}</div>
            </div>
            <div>
              <ValueWords value={value} />
              <div>
                到 {lastDay}，还有 {daysBetween(on, lastDay)} 天{' '}
                {next ? (
                  <StatusTag tone="done">接：{short(policyWords(next))}</StatusTag>
                ) : (
                  <StatusTag tone="wait">后面没有</StatusTag>
                )}
              </div>
            </div>
            <SourceWords value={value} />
          </li>
        ))}
      </ul>
    </>
  );
}

function short(text: string): string {
  return text.length > 20 ? `${text.slice(0, 19)}…` : text;
}
