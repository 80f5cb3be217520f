import { type ReactNode, useRef, useState } from 'react';
import type { Field, FormDeclaration, RowResult } from '../../src/items/contract.ts';
import { parseYuan } from '../../src/kernel/fen.ts';
import { maskIdNo } from '../../src/kernel/id-number.ts';
import { ConfirmConsequence } from '../ui/Confirm.tsx';
import { type Column, DataTable } from '../ui/DataTable.tsx';
import { Money } from '../ui/Money.tsx';
import { StatusTag, type Tone } from '../ui/StatusTag.tsx';
import { LineForm } from './LineForm.tsx';
import { linkOf } from './links.tsx';
import { fieldKey, lineUnsaved } from './wizard-item.ts';
import type { FormValues, Wizard } from './wizard-state.ts';

type Rows = NonNullable<FormDeclaration['rows']>;

export const ROW_STATE: Readonly<Record<RowResult['state'], { readonly tone: Tone; readonly name: string }>> = {
  bad: { tone: 'bad', name: '不通过' },
  notice: { tone: 'wait', name: '请留意' },
  ok: { tone: 'done', name: '通过' },
};

/** 单个添加: one line is typed, 【添加校验】 puts it on the list with its result; a row of the list can be opened again and mended. */
export function RowsEditor({
  rows,
  list,
  line,
  editing,
  verdicts,
  onLine,
  onAdd,
  onRemove,
  onEdit,
  onGiveUp,
  busy,
}: {
  readonly rows: Rows;
  readonly list: readonly FormValues[];
  readonly line: FormValues;
  readonly editing: number | undefined;
  readonly verdicts: Wizard['verdicts'];
  readonly onLine: (line: FormValues) => void;
  readonly onAdd: () => void;
  readonly onRemove: (index: number) => void;
  readonly onEdit: (index: number) => void;
  readonly onGiveUp: () => void;
  readonly busy: boolean;
}) {
  const top = useRef<HTMLDivElement>(null);
  const grid = useRef<HTMLDivElement>(null);
  /** The row to open, while what stands in the line is asked about. */
  const [wanted, setWanted] = useState<number>();
  const mended = editing === undefined ? undefined : list[editing];
  const result = mended && verdicts.get(mended);

  // After the page has changed: the form is another one then.
  const focusOn = (name: string | undefined) => {
    const at = rows.fields.findIndex((field) => field.name === name);
    requestAnimationFrame(() => {
      const field = grid.current?.children[at];
      // With its label, and what is said below it.
      field?.scrollIntoView({ block: 'nearest' });
      field?.querySelector<HTMLElement>('input, select')?.focus({ preventScroll: true });
    });
  };
  const first = rows.fields.find((field) => field.required)?.name;
  const open = (index: number) => {
    const row = list[index];
    const said = row && verdicts.get(row);
    const wrong = [...(said?.problems ?? []), ...(said?.notices ?? [])].map(({ field }) => fieldKey(field ?? ''));
    setWanted(undefined);
    onEdit(index);
    focusOn(rows.fields.find(({ name }) => wrong.includes(name))?.name ?? first);
  };
  return (
    <>
      {list.length > 0 ? (
        <div className="table-box close" aria-live="polite" ref={top}>
          <div style={{ padding: '10px 16px' }}>
            <h2>
              {rows.label} <span className="note">{list.length} 人</span>
            </h2>
          </div>
          <ResultTable
            fields={rows.fields}
            list={list}
            verdicts={verdicts}
            editing={editing}
            onRemove={onRemove}
            onEdit={(index) => (lineUnsaved(list, line, editing) ? setWanted(index) : open(index))}
          />
        </div>
      ) : null}
      <LineForm
        key={mended ? editing : 'new'}
        rows={rows}
        line={line}
        mended={
          mended && editing !== undefined ? { row: editing + 1, name: String(mended.name ?? ''), result } : undefined
        }
        busy={busy}
        grid={grid}
        onLine={onLine}
        onMissing={focusOn}
        onAdd={() => {
          onAdd();
          requestAnimationFrame(() => top.current?.scrollIntoView({ block: 'nearest' }));
          focusOn(first);
        }}
        onGiveUp={() => {
          onGiveUp();
          focusOn(first);
        }}
      />
      <ConfirmConsequence
        open={wanted !== undefined}
        title={`改第 ${(wanted ?? 0) + 1} 行，不要正在填的？`}
        facts={
          mended
            ? [`第 ${(editing ?? 0) + 1} 行改到一半，还没有改好`, '不要这些改动，它照原样留在名单里']
            : [`正在填的${line.name ? ` ${line.name}` : ''} 还没有加入名单`, '先加入名单，就都留得住']
        }
        keep="先不改"
        act={`不要了，改第 ${(wanted ?? 0) + 1} 行`}
        onKeep={() => setWanted(undefined)}
        onAct={() => open(wanted ?? 0)}
      />
    </>
  );
}

type Listed = { readonly values: FormValues; readonly index: number; readonly result: RowResult | undefined };

function ResultTable({
  fields,
  list,
  verdicts,
  editing,
  onRemove,
  onEdit,
}: {
  readonly fields: readonly Field[];
  readonly list: readonly FormValues[];
  readonly verdicts: Wizard['verdicts'];
  readonly editing: number | undefined;
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
      render: ({ index }) =>
        index === editing ? (
          <b>正在改</b>
        ) : (
          <>
            <button type="button" className="link" onClick={() => onEdit(index)} aria-label={`改第 ${index + 1} 行`}>
              改
            </button>{' '}
            <button
              type="button"
              className="link"
              onClick={() => onRemove(index)}
              aria-label={`去掉第 ${index + 1} 行`}
            >
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

/** What tells the rows apart, and whatever is wrong or to be looked at in one of them. */
export function shownFields(fields: readonly Field[], results: readonly RowResult[] = []): readonly Field[] {
  const wrong = new Set(
    results.flatMap(({ problems, notices }) => [...problems, ...notices].map(({ field }) => fieldKey(field ?? ''))),
  );
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
        <div key={notice.text} className="amber">
          {notice.text}
        </div>
      ))}
    </>
  );
}
