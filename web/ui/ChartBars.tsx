import { useEffect, useRef, useState } from 'react';
import { formatYuanGrouped } from '../../src/kernel/fen.ts';

export type Series = {
  readonly name: string;
  readonly color: string;
  readonly border: string;
  readonly fen: readonly number[];
};

/** Stacked bars with the numbers as text and a 「看表格」 switch; the chart library is loaded only here. */
export function ChartBars({ label, columns, series, columnName = '月份', estimate = false }: Props) {
  const [asTable, setAsTable] = useState(false);
  return (
    <div>
      <div className="row between">
        <ul className="legend">
          {series.map((one) => (
            <li key={one.name}>
              <i
                style={{
                  background: one.color,
                  border: `1px ${estimate ? 'dashed' : 'solid'} ${one.border}`,
                  width: 12,
                }}
              />
              {one.name}
            </li>
          ))}
        </ul>
        <button type="button" className="link in-text" onClick={() => setAsTable(!asTable)}>
          {asTable ? '看图' : '看表格'}
        </button>
      </div>
      {asTable ? (
        <AsTable label={label} columns={columns} series={series} columnName={columnName} />
      ) : (
        <AsChart label={label} columns={columns} series={series} columnName={columnName} estimate={estimate} />
      )}
    </div>
  );
}

type Props = {
  readonly label: string;
  readonly columns: readonly string[];
  readonly series: readonly Series[];
  /** What a column is, for the table's head. */
  readonly columnName?: string;
  /** 估算: dashed borders, each column with its sum on top. */
  readonly estimate?: boolean;
};

function AsTable({ label, columns, series, columnName }: Props) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className="table-scroll" aria-label={label} tabIndex={0}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{columnName}</th>
            {series.map((one) => (
              <th scope="col" className="num" key={one.name}>
                {one.name}
              </th>
            ))}
            <th scope="col" className="num">
              合计
            </th>
          </tr>
        </thead>
        <tbody>
          {columns.map((column, i) => (
            <tr key={column}>
              <th scope="row">{column}</th>
              {series.map((one) => (
                <td className="num" key={one.name}>
                  {formatYuanGrouped(one.fen[i] ?? 0)}
                </td>
              ))}
              <td className="num strong">
                {formatYuanGrouped(series.reduce((sum, one) => sum + (one.fen[i] ?? 0), 0))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function AsChart({ label, columns, series, columnName, estimate = false }: Props) {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let gone = false;
    let dispose = () => {};
    import('./chart-library.ts').then(({ drawBars }) => {
      if (gone || !host.current) return;
      dispose = drawBars(host.current, columns, series, estimate);
    });
    return () => {
      gone = true;
      dispose();
    };
  }, [columns, series, estimate]);
  const last = columns.length - 1;
  const sum = series.reduce((total, one) => total + (one.fen[last] ?? 0), 0);
  return (
    <div
      className="chart"
      ref={host}
      role="img"
      aria-label={`${label}。${columns[last] ?? ''} 合计 ${formatYuanGrouped(sum)} 元；各${columnName}的数字请点“看表格”。`}
    />
  );
}
