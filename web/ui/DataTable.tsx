import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { readSort } from '../../src/kernel/sort.ts';

/** `SortKey`: the columns by which the list's contract sorts (`sortBy`). */
export type Column<Row, SortKey extends string = string> = {
  readonly key: string;
  readonly label: string;
  readonly render: (row: Row, index: number) => ReactNode;
  readonly align?: 'end';
  /** Stays in view while the table is scrolled sideways; at the end stands what can be done with a row, which is not printed. */
  readonly fixed?: 'start' | 'end';
  readonly width?: number;
  /** Only buttons: not on paper either. */
  readonly handle?: true;
  /** Left out on a phone, where no table is wider than the screen needs. */
  readonly desktopOnly?: boolean;
  /** What 导出 writes; a column without it is not exported. */
  readonly text?: (row: Row) => string;
  /** Its header puts the rows in this order; the server does it. */
  readonly sort?: SortKey | undefined;
  /** Long text may take several lines; everything else stays on one. */
  readonly wrap?: boolean;
};

type Props<Row> = {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  /** Enter or double click. */
  readonly onOpen?: (row: Row) => void;
  readonly selected?: ReadonlySet<string>;
  readonly onToggle?: (row: Row) => void;
  readonly nameOf?: (row: Row) => string;
  readonly rowClass?: (row: Row) => string | undefined;
  /** A second line under a row: the reason of a failing one. */
  readonly detail?: (row: Row) => ReactNode;
  /** As it stands in the address: the key of a column, with a minus from large to small. */
  readonly sort?: string | undefined;
  readonly onSort?: ((sort: string | undefined) => void) | undefined;
  readonly foot?: ReactNode;
  readonly empty?: ReactNode;
  readonly busy?: boolean;
};

/** Dense table: real headers, rows by arrow keys, Enter opens, Space selects, scroll region with a name (no select-all in the header). */
export function DataTable<Row>(props: Props<Row>) {
  const { columns, rows, keyOf, onOpen, selected, onToggle, detail } = props;
  const region = useRef<HTMLElement>(null);
  const [wide, setWide] = useState(false);

  useEffect(() => {
    const element = region.current;
    if (!element) return;
    const measure = () => setWide(element.scrollWidth > element.clientWidth + 1);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [rows, columns]);

  const onKey = (event: KeyboardEvent<HTMLTableRowElement>, row: Row) => {
    if (event.target !== event.currentTarget) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const all = [...(region.current?.querySelectorAll<HTMLElement>('tr[tabindex]') ?? [])];
      const next = all[all.indexOf(event.currentTarget) + (event.key === 'ArrowDown' ? 1 : -1)];
      next?.focus();
    } else if (event.key === 'Enter' && onOpen) {
      event.preventDefault();
      onOpen(row);
    } else if (event.key === ' ' && onToggle) {
      event.preventDefault();
      onToggle(row);
    }
  };

  const classOf = (column: Column<Row>) =>
    [
      column.align === 'end' ? 'num' : '',
      column.fixed ? `fix-${column.fixed}` : '',
      column.desktopOnly ? 'hide-phone' : '',
      column.handle ? 'no-print' : '',
      column.wrap ? 'wrap' : '',
    ]
      .filter(Boolean)
      .join(' ') || undefined;

  return (
    <section
      className="table-scroll"
      ref={region}
      aria-label={props.label}
      aria-busy={props.busy}
      data-wide={wide}
      // A region that scrolls must be reachable by keyboard.
      tabIndex={wide ? 0 : undefined}
    >
      <table className="table tight">
        <thead>
          <tr>
            {onToggle ? (
              <th style={{ width: 36 }}>
                <span className="visually-hidden">选择</span>
              </th>
            ) : null}
            {columns.map((column) => (
              <th
                key={column.key}
                scope="col"
                className={classOf(column)}
                style={{ minWidth: column.width }}
                aria-sort={sortOf(column, props.sort)}
              >
                {column.sort && props.onSort ? (
                  <SortButton
                    label={column.label}
                    by={column.sort}
                    now={sortOf(column, props.sort)}
                    onSort={props.onSort}
                  />
                ) : (
                  column.label || <span className="visually-hidden">操作</span>
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => {
            const key = keyOf(row);
            const chosen = selected?.has(key) ?? false;
            const under = detail?.(row);
            const className = [
              onOpen ? 'pickable' : '',
              chosen ? 'selected' : '',
              under ? 'joined' : '',
              props.rowClass?.(row) ?? '',
            ]
              .filter(Boolean)
              .join(' ');
            return [
              <tr
                key={key}
                className={className || undefined}
                tabIndex={onOpen || onToggle ? 0 : undefined}
                onDoubleClick={onOpen ? () => onOpen(row) : undefined}
                onKeyDown={(event) => onKey(event, row)}
              >
                {onToggle ? (
                  <td>
                    <input
                      type="checkbox"
                      checked={chosen}
                      aria-label={`选择 ${props.nameOf?.(row) ?? key}`}
                      onChange={() => onToggle(row)}
                      style={{ width: 17, height: 17, accentColor: 'var(--primary)' }}
                    />
                  </td>
                ) : null}
                {columns.map((column) => (
                  <td key={column.key} className={classOf(column)}>
                    {column.render(row, index)}
                  </td>
                ))}
              </tr>,
              under ? (
                <tr key={`${key}-detail`} className={`reason ${props.rowClass?.(row) ?? ''}`}>
                  <td />
                  <td colSpan={columns.length - 1 + (onToggle ? 1 : 0)}>{under}</td>
                </tr>
              ) : null,
            ];
          })}
        </tbody>
        {props.foot ? <tfoot>{props.foot}</tfoot> : null}
      </table>
      {rows.length === 0 ? props.empty : null}
    </section>
  );
}

/** How a column stands in the order of its list; undefined when the list is not sorted by it. */
function sortOf<Row>(column: Column<Row>, sort: string | undefined): 'ascending' | 'descending' | undefined {
  if (!sort || readSort(sort).key !== column.sort) return undefined;
  return readSort(sort).desc ? 'descending' : 'ascending';
}

const SORT_STEPS = {
  none: { arrow: '↕', next: '从小到大' },
  ascending: { arrow: '↑', next: '从大到小' },
  descending: { arrow: '↓', next: '恢复原序' },
} as const;

/** Up, down, and back to the list's own order. */
function SortButton({
  label,
  by,
  now = 'none',
  onSort,
}: {
  readonly label: string;
  readonly by: string;
  readonly now: keyof typeof SORT_STEPS | undefined;
  readonly onSort: (sort: string | undefined) => void;
}) {
  const after = { none: by, ascending: `-${by}`, descending: undefined }[now];
  return (
    <button type="button" className="sort" onClick={() => onSort(after)}>
      {label}
      <span aria-hidden="true">{SORT_STEPS[now].arrow}</span>
      <span className="visually-hidden">，点一下{SORT_STEPS[now].next}</span>
    </button>
  );
}
