import { useState } from 'react';
import type { Field, RowResult } from '../../src/items/contract.ts';
import { Chips } from '../ui/Chips.tsx';
import { Money } from '../ui/Money.tsx';
import { Empty } from '../ui/States.tsx';
import { StatusTag } from '../ui/StatusTag.tsx';
import { BaseCell, cellOf, monthsText, ROW_STATE, RowReason, rowClass, shownFields } from './RowsEditor.tsx';
import { fieldKey } from './wizard-item.ts';

type Filter = 'all' | RowResult['state'];

/** What the check said of each row. Cells that are wrong or to be looked at can be mended in place, and the others of a noticed row too. */
export function WorkbookRows({
  fields,
  rows: all,
  counts,
  edits,
  onEdit,
}: {
  readonly fields: readonly Field[];
  readonly rows: readonly RowResult[];
  readonly counts: Readonly<Record<Filter, number>>;
  readonly edits: Readonly<Record<string, string>>;
  readonly onEdit: (row: number, key: string, value: string) => void;
}) {
  const [filter, setFilter] = useState<Filter>('all');
  const [most, setMost] = useState(100);
  const [opened, setOpened] = useState<ReadonlySet<number>>(new Set());
  const rows = filter === 'all' ? all : all.filter((row) => row.state === filter);
  const shown = shownFields(fields, all);
  return (
    <>
      <div className="row between" style={{ padding: '8px 14px' }}>
        <div aria-live="polite">
          <Chips<Filter>
            label="结果"
            options={[
              ['all', '全部', counts.all],
              ['bad', '不通过', counts.bad],
              ['notice', '请留意', counts.notice],
              ['ok', '通过', counts.ok],
            ]}
            value={filter}
            onChange={setFilter}
          />
        </div>
        <span className="note">不通过的排在最前</span>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className="table-scroll" aria-label="校验结果" tabIndex={0}>
        <table className="table tight amounts">
          <thead>
            <tr>
              <th scope="col">行</th>
              <th scope="col">结果</th>
              {shown.map((field) => (
                <th scope="col" key={field.name} className={field.type === 'money' ? 'num' : undefined}>
                  {field.label}
                </th>
              ))}
              <th scope="col" className="num">
                缴费基数
              </th>
              <th scope="col">补收月</th>
              <th scope="col" className="num">
                补收金额
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, most).map((row) => [
              <tr key={row.row} className={rowClass(row)}>
                <td>{row.row}</td>
                <td>
                  <StatusTag tone={ROW_STATE[row.state].tone}>{ROW_STATE[row.state].name}</StatusTag>{' '}
                  {row.state === 'notice' && !opened.has(row.row) ? (
                    <button
                      type="button"
                      className="link"
                      aria-label={`改第 ${row.row} 行`}
                      onClick={({ currentTarget }) => {
                        const line = currentTarget.closest('tr');
                        setOpened(new Set([...opened, row.row]));
                        requestAnimationFrame(() => line?.querySelector<HTMLElement>('input, select')?.focus());
                      }}
                    >
                      改
                    </button>
                  ) : null}
                </td>
                {shown.map((field) => (
                  <td key={field.name} className={field.type === 'money' ? 'num' : undefined}>
                    <Cell
                      field={field}
                      row={row}
                      opened={opened.has(row.row)}
                      edited={edits[`${row.row}/${field.name}`]}
                      onEdit={onEdit}
                    />
                  </td>
                ))}
                <td className="num">
                  <BaseCell result={row} />
                </td>
                <td>{monthsText(row.backMonths)}</td>
                <td className="num">{row.backFen ? <Money fen={row.backFen} plain /> : null}</td>
              </tr>,
              <RowReason
                key={`${row.row}-why`}
                result={row}
                columns={shown.length + 4}
                onSuggestion={(key, value) => onEdit(row.row, key, value)}
              />,
            ])}
          </tbody>
        </table>
        {rows.length === 0 ? <Empty title="没有这样的行" /> : null}
      </section>
      {rows.length > most ? (
        <div style={{ padding: 10, textAlign: 'center' }}>
          <button type="button" className="link in-text" onClick={() => setMost(most + 400)}>
            再看 400 行（还有 {rows.length - most} 行）
          </button>
        </div>
      ) : null}
    </>
  );
}

/** A cell to mend becomes an input in place. The number of a row that passes is masked: there is nothing of it to go on typing. */
function Cell({
  field,
  row,
  opened,
  edited,
  onEdit,
}: {
  readonly field: Field;
  readonly row: RowResult;
  readonly opened: boolean;
  readonly edited: string | undefined;
  readonly onEdit: (row: number, key: string, value: string) => void;
}) {
  const isHere = (said: { readonly field?: string | undefined }) => fieldKey(said.field ?? '') === field.name;
  const wrong = row.problems.some(isHere);
  const mendable = wrong || row.notices.some(isHere) || edited !== undefined || (opened && field.type !== 'idNo');
  const text = row.values[field.name] ?? '';
  if (!mendable) return cellOf(field, text, row);
  if (field.options) {
    return (
      <select
        className="input low"
        aria-label={`第 ${row.row} 行 ${field.label}`}
        aria-invalid={wrong && edited === undefined}
        value={edited ?? text}
        onChange={(event) => onEdit(row.row, field.name, event.target.value)}
      >
        <option value="">请选择</option>
        {field.options.map(({ label }) => (
          <option key={label} value={label}>
            {label}
          </option>
        ))}
      </select>
    );
  }
  return (
    <input
      className="input low"
      style={{ minWidth: field.type === 'idNo' ? 162 : 92 }}
      aria-label={`第 ${row.row} 行 ${field.label}`}
      aria-invalid={wrong && edited === undefined}
      value={edited ?? text}
      onChange={(event) => onEdit(row.row, field.name, event.target.value)}
    />
  );
}
