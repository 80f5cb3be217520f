import type { ReactNode } from 'react';
import { formatYuanGrouped } from '../../../src/kernel/fen.ts';
import type { Cell, ShownTable, Values } from './kinds.ts';
import { SourceCell } from './sources.tsx';

/** A table on a desktop, one block a row on a phone: no row of figures is read sideways. */
export function AnswerTable({ table }: { readonly table: ShownTable; readonly values: Values }) {
  return (
    <>
      <AsTable table={table} />
      <ul className="only-phone calc-blocks" aria-label={table.label}>
        {table.rows.map((row) => (
          <li key={textOf(row[0])}>
            <b>{draw(row[0])}</b>
            <dl>
              {linesOf(table, row).map(({ label, cell }) => (
                <div key={label}>
                  <dt>{label}</dt>
                  <dd>{draw(cell)}</dd>
                </div>
              ))}
            </dl>
          </li>
        ))}
      </ul>
    </>
  );
}

function AsTable({ table }: { readonly table: ShownTable }) {
  const numeric = (index: number): string | undefined => (table.head[index]?.num ? 'num' : undefined);
  const cells = (row: readonly Cell[], strong: boolean) =>
    row.map((cell, index) => (
      <td
        // biome-ignore lint/suspicious/noArrayIndexKey: a cell is its column
        key={index}
        className={[typeof cell === 'object' && 'fen' in cell ? 'num' : numeric(index), strong ? 'strong' : '']
          .filter(Boolean)
          .join(' ')}
      >
        {draw(cell)}
      </td>
    ));
  return (
    <table className="table hide-phone" aria-label={table.label}>
      <thead>
        <tr>
          {table.head.map(({ text }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
            <th key={index} scope="col" className={numeric(index)}>
              {text || <span className="visually-hidden">项</span>}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {table.rows.map((row) => (
          <tr key={textOf(row[0])}>{cells(row, false)}</tr>
        ))}
      </tbody>
      {table.sum ? (
        <tfoot>
          <tr>{cells(table.sum, true)}</tr>
        </tfoot>
      ) : null}
    </table>
  );
}

/** The columns after the first; an amount takes its name from the column before it («单位 × 16%»). */
function linesOf({ head }: ShownTable, row: readonly Cell[]): { readonly label: string; readonly cell: Cell }[] {
  return row.flatMap((cell, index) => {
    if (index === 0) return [];
    const before = head[index - 1]?.text ?? '';
    const name = head[index]?.text ?? '';
    if (name === '元') return [{ label: index > 1 ? `${before} ${textOf(row[index - 1])}` : '金额（元）', cell }];
    return head[index + 1]?.text === '元' ? [] : [{ label: name, cell }];
  });
}

function textOf(cell: Cell | undefined): string {
  if (cell === undefined) return '';
  if (typeof cell === 'string') return cell;
  return 'text' in cell ? cell.text : '';
}

function draw(cell: Cell | undefined): ReactNode {
  if (cell === undefined || typeof cell === 'string') return cell;
  if ('fen' in cell) return <span className="money">{formatYuanGrouped(cell.fen)}</span>;
  if ('source' in cell) return <SourceCell source={cell.source} />;
  return (
    <span className="calc-mark">
      <i style={{ background: cell.mark }} aria-hidden="true" />
      {cell.text}
    </span>
  );
}
