import { Fragment } from 'react';

export type RibbonState = 'PAID' | 'ASSESSED' | 'ARREARS' | 'NONE' | 'FUTURE';
export type RibbonMonth = { readonly month: string; readonly state: RibbonState; readonly label: string };

const CLASS: Readonly<Record<RibbonState, string>> = {
  PAID: 'paid',
  ASSESSED: 'assessed',
  ARREARS: 'owed',
  NONE: 'away',
  FUTURE: 'future',
};

const WORDS: Readonly<Record<RibbonState, string>> = {
  PAID: '实缴到账',
  ASSESSED: '已核定未缴',
  ARREARS: '欠费',
  NONE: '不在本单位',
  FUTURE: '还没到',
};

const TWELVE = Array.from({ length: 12 }, (_, i) => i + 1);

/** 缴费月历: rows of years, twelve cells; each cell says aloud what it is. */
export function MonthRibbon({
  name,
  months,
  onPick,
}: {
  readonly name: string;
  readonly months: readonly RibbonMonth[];
  readonly onPick?: (month: RibbonMonth) => void;
}) {
  const byMonth = new Map(months.map((month) => [month.month, month]));
  const years = [...new Set(months.map((month) => month.month.slice(0, 4)))].sort();
  return (
    <div className="ribbon">
      <div className="name">{name}</div>
      {years.map((year) => (
        <Fragment key={year}>
          <span className="note year">{year}</span>
          {TWELVE.map((number) => {
            const key = `${year}-${String(number).padStart(2, '0')}`;
            const month = byMonth.get(key) ?? { month: key, state: 'FUTURE' as const, label: '' };
            const spoken = `${name} ${year}年${number}月 ${month.label || WORDS[month.state]}`;
            return onPick && month.state !== 'FUTURE' && month.state !== 'NONE' ? (
              <button
                type="button"
                key={key}
                className={`cell ${CLASS[month.state]}`}
                data-month={number}
                aria-label={spoken}
                title={spoken}
                onClick={() => onPick(month)}
              >
                {month.state === 'ARREARS' ? '!' : ''}
              </button>
            ) : (
              <span
                key={key}
                className={`cell ${CLASS[month.state]}`}
                data-month={number}
                role="img"
                aria-label={spoken}
                title={spoken}
              >
                {month.state === 'ARREARS' ? '!' : ''}
              </span>
            );
          })}
        </Fragment>
      ))}
    </div>
  );
}

export function RibbonHead() {
  return (
    <div className="ribbon hide-phone" aria-hidden="true">
      <span />
      {TWELVE.map((number) => (
        <span className="head" key={number}>
          {number}月
        </span>
      ))}
    </div>
  );
}

export function RibbonLegend() {
  return (
    <ul className="legend">
      {(Object.keys(WORDS) as RibbonState[]).map((state) => (
        <li key={state}>
          <i className={`cell ${CLASS[state]}`} style={{ width: 22, height: 15 }} />
          {WORDS[state]}
        </li>
      ))}
    </ul>
  );
}
