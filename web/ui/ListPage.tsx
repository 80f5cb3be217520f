import { DownloadOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { Popover } from 'antd';
import { type FormEvent, type ReactNode, useState } from 'react';
import { type Column, DataTable } from './DataTable.tsx';
import { ErrorPanel } from './ErrorPanel.tsx';
import { Skeleton } from './States.tsx';

/** Column choices are the person's, kept in the browser. */
function useHidden(name: string): readonly [ReadonlySet<string>, (key: string) => void] {
  const [hidden, setHidden] = useState<ReadonlySet<string>>(() => {
    const saved = localStorage.getItem(`tz.columns.${name}`);
    return new Set(saved ? (JSON.parse(saved) as string[]) : []);
  });
  const toggle = (key: string) => {
    const next = new Set(hidden);
    if (!next.delete(key)) next.add(key);
    localStorage.setItem(`tz.columns.${name}`, JSON.stringify([...next]));
    setHidden(next);
  };
  return [hidden, toggle];
}

type Props<Row> = {
  readonly name: string;
  readonly title: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  readonly nameOf?: (row: Row) => string;
  readonly onOpen?: (row: Row) => void;
  readonly filters?: ReactNode;
  readonly chips?: ReactNode;
  readonly onQuery?: () => void;
  readonly onReset?: () => void;
  /** 导出: saves the whole list behind the page, in its order, as a file. */
  readonly save?: () => Promise<unknown>;
  readonly sort?: string | undefined;
  readonly onSort?: (sort: string | undefined) => void;
  readonly extra?: ReactNode;
  /** What the list is filtered by, in words: on paper they stand instead of the fields. */
  readonly asked?: readonly (readonly [label: string, value: string | undefined])[];
  /** Unknown while the first page is on its way. */
  readonly total: number | undefined;
  readonly unit: string;
  readonly page: number;
  readonly size: number;
  readonly onPage: (page: number) => void;
  readonly sentence?: ReactNode;
  readonly empty: ReactNode;
  readonly busy?: boolean;
  readonly problem?: ReactNode;
};

/** 查询页: title with 导出 / 列设置, one filter card, table, a footer with the total, the page and a sentence. */
export function ListPage<Row>(props: Props<Row>) {
  const [hidden, toggle] = useHidden(props.name);
  const columns = props.columns.filter((column) => column.fixed || !hidden.has(column.key));
  const { total, save } = props;
  const saving = useMutation({ mutationFn: async () => save?.() });
  const pages = Math.max(1, Math.ceil((total ?? 0) / props.size));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    props.onQuery?.();
  };
  return (
    <div className="page">
      <div className="page-title">
        <h1>{props.title}</h1>
        <div className="row">
          {props.extra}
          {save ? (
            <button type="button" className="btn" onClick={() => saving.mutate()} disabled={saving.isPending}>
              <DownloadOutlined aria-hidden="true" /> {saving.isPending ? '正在导出…' : '导出'}
            </button>
          ) : null}
          <Popover
            trigger="click"
            placement="bottomRight"
            content={
              <div className="stack" style={{ gap: 0 }} role="dialog" aria-label="列设置">
                {props.columns
                  .filter((column) => !column.fixed && column.label)
                  .map((column) => (
                    <label className="check" key={column.key}>
                      <input type="checkbox" checked={!hidden.has(column.key)} onChange={() => toggle(column.key)} />
                      {column.label}
                    </label>
                  ))}
              </div>
            }
          >
            <button type="button" className="btn hide-phone">
              列设置
            </button>
          </Popover>
        </div>
      </div>
      {props.asked ? <p className="only-paper">筛选：{askedWords(props.asked)}</p> : null}
      {props.filters || props.chips ? (
        <form className="card no-print" style={{ padding: '12px 14px' }} onSubmit={submit} aria-label="查询条件">
          {props.filters ? (
            <div className="filters">
              {props.filters}
              {props.onQuery ? (
                <button type="submit" className="btn primary">
                  查询
                </button>
              ) : null}
              {props.onReset ? (
                <button type="button" className="btn" onClick={props.onReset}>
                  重置
                </button>
              ) : null}
            </div>
          ) : null}
          {props.chips}
        </form>
      ) : null}
      {props.problem}
      <ErrorPanel error={saving.error} />
      <div className="table-box list">
        <DataTable
          label={props.title}
          columns={columns}
          rows={props.rows}
          keyOf={props.keyOf}
          nameOf={props.nameOf}
          onOpen={props.onOpen}
          busy={props.busy}
          sort={props.sort}
          onSort={props.onSort}
          empty={total !== undefined ? props.empty : props.busy ? <Skeleton lines={8} /> : null}
        />
      </div>
      <div className="table-foot" aria-live="polite">
        <span className="note">{props.sentence}</span>
        {total === undefined ? null : (
          <span className="row" style={{ gap: 16 }}>
            <span>
              共 {total.toLocaleString('zh-CN')} {props.unit}
            </span>
            <span>
              第 {props.page} / {pages} 页
            </span>
            {props.page > 1 ? (
              <button type="button" className="link in-text" onClick={() => props.onPage(props.page - 1)}>
                上一页
              </button>
            ) : null}
            {props.page < pages ? (
              <button type="button" className="link in-text" onClick={() => props.onPage(props.page + 1)}>
                下一页
              </button>
            ) : null}
          </span>
        )}
      </div>
    </div>
  );
}

function askedWords(asked: NonNullable<Props<never>['asked']>): string {
  const words = asked.flatMap(([label, value]) => (value ? [`${label} ${value}`] : []));
  return words.length > 0 ? words.join('；') : '没有条件，全部';
}
