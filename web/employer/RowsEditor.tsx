import { type ReactNode, useRef } from 'react';
import type { Field, FormDeclaration, RowResult } from '../../src/items/contract.ts';
import { parseYuan } from '../../src/kernel/fen.ts';
import { maskIdNo } from '../../src/kernel/id-number.ts';
import { type Column, DataTable } from '../ui/DataTable.tsx';
import { Money } from '../ui/Money.tsx';
import { StatusTag, type Tone } from '../ui/StatusTag.tsx';
import { LineForm } from './LineForm.tsx';
import { linkOf } from './links.tsx';
import type { FormValues, Wizard } from './wizard-state.ts';

type Rows = NonNullable<FormDeclaration['rows']>;

export const ROW_STATE: Readonly<Record<RowResult['state'], { readonly tone: Tone; readonly name: string }>> = {
  bad: { tone: 'bad', name: '不通过' },
  notice: { tone: 'wait', name: '请留意' },
  ok: { tone: 'done', name: '通过' },
};

/** 单个添加: one line is typed, 【添加校验】 puts it on the list with its result; a failing line can be taken back and mended. */
export function RowsEditor({
  rows,
  list,
  line,
  verdicts,
  onLine,
  onAdd,
  onRemove,
  onEdit,
  busy,
}: {
  readonly rows: Rows;
  readonly list: readonly FormValues[];
  readonly line: FormValues;
  readonly verdicts: Wizard['verdicts'];
  readonly onLine: (line: FormValues) => void;
  readonly onAdd: () => void;
  readonly onRemove: (index: number) => void;
  readonly onEdit: (index: number) => void;
  readonly busy: boolean;
}) {
  const top = useRef<HTMLDivElement>(null);
  return (
    <>
      {list.length > 0 ? (
        <div className="table-box close" aria-live="polite" ref={top}>
          <div style={{ padding: '10px 16px' }}>
            <h2>
              {rows.label} <span className="note">{list.length} 人</span>
            </h2>
          </div>
          <ResultTable fields={rows.fields} list={list} verdicts={verdicts} onRemove={onRemove} onEdit={onEdit} />
        </div>
      ) : null}
      <LineForm
        rows={rows}
        line={line}
        busy={busy}
        onLine={onLine}
        onAdd={() => {
          onAdd();
          requestAnimationFrame(() => top.current?.scrollIntoView({ block: 'nearest' }));
        }}
      />
    </>
  );
}

type Listed = { readonly values: FormValues; readonly index: number; readonly result: RowResult | undefined };

function ResultTable({
  fields,
  list,
  verdicts,
  onRemove,
  onEdit,
}: {
  readonly fields: readonly Field[];
  readonly list: readonly FormValues[];
  readonly verdicts: Wizard['verdicts'];
  readonly onRemove: (index: number) => void;
  readonly onEdit: (index: number) => void;
}) {
  const rows = list.map((values, index): Listed => ({ values, index, result: verdicts.get(values) }));
  const money: readonly Column<Listed>[] = [
    { key: 'base', label: '缴费基数', align: 'end', render: ({ result }) => <BaseCell result={result} /> },
    { key: 'months', label: '补收月', render: ({ result }) => monthsText(result?.backMonths) },
    {
      key: 'back',
      label: '补收金额',
      align: 'end',
      render: ({ result }) => (result?.backFen ? <Money fen={result.backFen} plain /> : null),
    },
  ];
  const columns: readonly Column<Listed>[] = [
    { key: 'row', label: '行', render: ({ index }) => index + 1 },
    {
      key: 'result',
      label: '结果',
      render: ({ result }) =>
        result ? <StatusTag tone={ROW_STATE[result.state].tone}>{ROW_STATE[result.state].name}</StatusTag> : '…',
    },
    ...shownFields(fields).map(
      (field): Column<Listed> => ({
        key: field.name,
        label: field.label,
        ...(field.type === 'money' ? { align: 'end' as const } : {}),
        render: ({ values, result }) => cellOf(field, values[field.name], result),
      }),
    ),
    ...(rows.some(({ result }) => result?.baseFen !== undefined) ? money : []),
    {
      key: 'act',
      label: '操作',
      fixed: 'end',
      render: ({ index }) => (
        <>
          <button type="button" className="link" onClick={() => onEdit(index)} aria-label={`改第 ${index + 1} 行`}>
            改
          </button>{' '}
          <button type="button" className="link" onClick={() => onRemove(index)} aria-label={`去掉第 ${index + 1} 行`}>
            去掉
          </button>
        </>
      ),
    },
  ];
  return (
    <DataTable
      label="名单"
      columns={columns}
      rows={rows}
      keyOf={({ index }) => String(index)}
      rowClass={({ result }) => (result?.state === 'bad' ? 'failing' : undefined)}
      detail={({ result }) => (hasReason(result) ? <Reasons result={result} /> : null)}
    />
  );
}

/** What tells the rows apart, and whatever is wrong in one of them. */
export function shownFields(fields: readonly Field[], results: readonly RowResult[] = []): readonly Field[] {
  const wrong = new Set(results.flatMap(({ problems }) => problems.map(({ field }) => fieldKey(field ?? ''))));
  return fields.filter(
    ({ name, type, required }) =>
      wrong.has(name) || (type !== 'insurances' && type !== 'files' && (required || name === 'name')),
  );
}

function hasReason(result: RowResult | undefined): result is RowResult {
  return result !== undefined && result.problems.length + result.notices.length > 0;
}

export function rowClass(result: RowResult): string | undefined {
  return (
    [result.state === 'bad' ? 'failing' : '', hasReason(result) ? 'joined' : ''].filter(Boolean).join(' ') || undefined
  );
}

/** What was typed, as it reads. An identity number stays whole only in a row that must still be corrected (ui §4, masked ids). */
export function cellOf(field: Field, value: unknown, result: RowResult | undefined): ReactNode {
  if (Array.isArray(value)) return value.join('、');
  const text = value === undefined || value === null ? '' : String(value);
  if (field.type === 'idNo' && result?.state !== 'bad' && text !== '') return maskIdNo(text);
  const fen = field.type === 'money' ? parseYuan(text) : undefined;
  if (fen !== undefined) return <Money fen={fen} plain />;
  return field.options?.find((option) => option.value === text)?.label ?? text;
}

export function monthsText(months: readonly string[] | undefined): string {
  if (!months || months.length === 0) return '';
  const first = months[0] ?? '';
  const last = months.at(-1) ?? '';
  return months.length === 1 ? first : `${first} 至 ${last}`;
}

export function BaseCell({ result }: { readonly result: RowResult | undefined }) {
  if (result?.baseFen === undefined) return null;
  return (
    <>
      <Money fen={result.baseFen} plain />{' '}
      {result.clamped ? <span className="note">{result.clamped === 'lower' ? '下限' : '上限'}</span> : null}
    </>
  );
}

/** Under a row: what is wrong, how to mend it, and the code. */
export function RowReason({
  result,
  columns,
  onSuggestion,
}: {
  readonly result: RowResult;
  readonly columns: number;
  readonly onSuggestion: (key: string, value: string) => void;
}) {
  if (!hasReason(result)) return null;
  return (
    <tr className={`reason ${result.state === 'bad' ? 'failing' : ''}`}>
      <td />
      <td colSpan={columns}>
        <Reasons result={result} onSuggestion={onSuggestion} />
      </td>
    </tr>
  );
}

function Reasons({
  result,
  onSuggestion,
}: {
  readonly result: RowResult;
  readonly onSuggestion?: (key: string, value: string) => void;
}) {
  return (
    <>
      {result.problems.map((problem) => (
        <div key={problem.code + problem.message} className="row" style={{ gap: '2px 12px' }}>
          <span>
            <b className="red">
              {problem.message}
              {/[。！？]$/.test(problem.message) ? '' : '。'}
            </b>
            {problem.why}
          </span>
          {problem.suggestion && problem.field && onSuggestion ? (
            <button
              type="button"
              className="link in-text"
              onClick={() => onSuggestion(fieldKey(problem.field ?? ''), problem.suggestion ?? '')}
            >
              改成 {problem.suggestion}
            </button>
          ) : (
            <span>{problem.next}</span>
          )}
          {problem.link ? linkOf(problem.link) : null}
          <a className="in-text" href={`/help/${problem.code}`} target="_blank" rel="noreferrer">
            {problem.code}
          </a>
        </div>
      ))}
      {result.notices.map((notice) => (
        <div key={notice} className="amber">
          {notice}
        </div>
      ))}
    </>
  );
}

/** `rows.3.idNo` and `idNo` both mean the cell idNo. */
export function fieldKey(path: string): string {
  return path.split('.').at(-1) ?? path;
}
