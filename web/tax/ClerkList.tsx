import { useState } from 'react';
import type { z } from 'zod';
import { useSearchState } from '../employer/place.ts';
import { known, pageOf } from '../ui/address.ts';
import { Chips } from '../ui/Chips.tsx';
import type { Column } from '../ui/DataTable.tsx';
import { ErrorPanel } from '../ui/ErrorPanel.tsx';
import { ListPage } from '../ui/ListPage.tsx';
import { Empty } from '../ui/States.tsx';
import { saveTable } from '../ui/save-table.ts';
import { FailedTaxPage, isBarred } from './FailedTaxPage.tsx';

const PAGE_SIZE = 20;
/** Words may be a name or a number of a person: kept out of the address. */
const TYPED = ['q'] as const;

/** What a clerk's list is asked for, in the address: words, one state, an order, a page. */
export function useClerkSearch<Schema extends z.ZodType>(schema: Schema | undefined) {
  const [search, change] = useSearchState(TYPED);
  return { query: { ...known(schema, search), page: pageOf(search.page), size: PAGE_SIZE }, search, change };
}

type Props<Row, State extends string> = {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  /** What the one field searches. */
  readonly label: string;
  readonly states: readonly State[];
  readonly stateNames: Readonly<Record<State, string>>;
  readonly columns: readonly Column<Row>[];
  readonly keyOf: (row: Row) => string;
  readonly onOpen: (row: Row) => void;
  readonly answer: {
    readonly data: { readonly rows: readonly Row[]; readonly total: number } | undefined;
    readonly isPending: boolean;
    readonly error: unknown;
  };
  readonly error?: unknown;
  /** A page of the same search, for 导出. */
  readonly load: (page: number, size: number) => Promise<{ readonly rows: readonly Row[]; readonly total: number }>;
};

/** A list of the tax clerk: one field, chips for the state, table, pages. */
export function ClerkList<Row, State extends string>(props: Props<Row, State>) {
  const [search, change] = useSearchState(TYPED);
  const page = pageOf(search.page);
  const [text, setText] = useState(search.q ?? '');
  const { data, isPending, error } = props.answer;
  if (isBarred(error)) return <FailedTaxPage title={props.title} error={error} />;
  return (
    <ListPage
      name={props.name}
      title={props.title}
      columns={props.columns}
      rows={data?.rows ?? []}
      keyOf={props.keyOf}
      onOpen={props.onOpen}
      busy={isPending}
      problem={<ErrorPanel error={error ?? props.error} />}
      total={data?.total}
      unit={props.unit}
      page={page}
      size={PAGE_SIZE}
      onPage={(next) => change({ page: String(next) })}
      sort={search.sort}
      onSort={(sort) => change({ sort, page: undefined })}
      save={() => saveTable(props.title, props.columns, props.keyOf, props.load)}
      onQuery={() => change({ q: text.trim(), page: undefined })}
      onReset={() => {
        setText('');
        change({ q: undefined, state: undefined, page: undefined });
      }}
      empty={isPending ? null : <Empty title="未查询到符合条件的记录" />}
      filters={
        <label>
          {props.label}
          <input
            className="input"
            style={{ minWidth: 280, maxWidth: '100%' }}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </label>
      }
      chips={
        <Chips
          label="状态"
          options={[[undefined, '全部'], ...props.states.map((state) => [state, props.stateNames[state]] as const)]}
          value={props.states.find((state) => state === search.state)}
          onChange={(state) => change({ state, page: undefined })}
        />
      }
    />
  );
}
