/** The columns that lists share: what 导出 writes is what is shown. */
import { formatYuan } from '../../src/kernel/fen.ts';
import type { Column } from './DataTable.tsx';
import { Money } from './Money.tsx';
import { StatusTag, type Tone } from './StatusTag.tsx';

/** A column of words. */
export function words<Row, SortKey extends string>(
  key: string,
  label: string,
  text: (row: Row) => string,
  sort?: NoInfer<SortKey>,
): Column<Row, SortKey> {
  return { key, label, render: text, text, sort };
}

/** A column of words that a phone leaves out. */
export function plain<Row, SortKey extends string>(
  ...of: Parameters<typeof words<Row, SortKey>>
): Column<Row, SortKey> {
  return { ...words<Row, SortKey>(...of), desktopOnly: true };
}

/** A column of amounts, in fen. */
export function amount<Row, SortKey extends string>(
  key: string,
  label: string,
  fenOf: (row: Row) => number,
  sort?: NoInfer<SortKey>,
): Column<Row, SortKey> {
  return {
    ...{ key, label, align: 'end', sort },
    render: (row) => <Money fen={fenOf(row)} plain />,
    text: (row) => formatYuan(fenOf(row)),
  };
}

/** 状态, in its colour and shape. */
export function stateColumn<Row extends { readonly state: string; readonly stateName: string }, SortKey extends string>(
  tones: Readonly<Record<Row['state'], Tone>>,
): Column<Row, SortKey | 'state'> {
  return {
    ...{ key: 'state', label: '状态', sort: 'state' },
    render: (row) => <StatusTag tone={tones[row.state as Row['state']]}>{row.stateName}</StatusTag>,
    text: (row) => row.stateName,
  };
}
