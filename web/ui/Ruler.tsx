import type { ReactNode } from 'react';
import { dayText, weekdayName } from './format.ts';

export type RulerRow = {
  readonly title: string;
  readonly words: string;
  readonly note: string;
  readonly until: string;
  readonly days: number;
  readonly tone: 'info' | 'wait';
  readonly action: ReactNode;
};

/** 窗口尺: what can be done today and how long still, on one common scale. Amber only where money is at stake. */
export function Ruler({ rows, span }: { readonly rows: readonly RulerRow[]; readonly span: number }) {
  return (
    <ul className="ruler">
      {rows.map((row) => (
        <li key={row.title} className={row.tone === 'wait' ? 'money-at-stake' : undefined}>
          <div className="what">
            <b>{row.title}</b>
            <span>{row.words}</span>
          </div>
          <div className="bar">
            <div aria-hidden="true">
              <div
                style={{ width: `${Math.max(2, Math.min(100, Math.round((row.days * 100) / Math.max(1, span))))}%` }}
              />
            </div>
            <span>{row.note}</span>
          </div>
          <div className="date nowrap">
            {dayText(row.until)} {row.tone === 'wait' ? weekdayName(row.until) : ''}
          </div>
          <div className="days nowrap">{row.days} 天</div>
          <div className="go nowrap">{row.action}</div>
        </li>
      ))}
    </ul>
  );
}
