import { type RefObject, useState } from 'react';
import type { FormDeclaration, RowResult } from '../../src/items/contract.ts';
import { ProblemList } from '../ui/ErrorPanel.tsx';
import { FormField } from './FormField.tsx';
import { linkOf } from './links.tsx';
import { fieldKey, filled } from './wizard-item.ts';
import type { FormValues } from './wizard-state.ts';

/** A row of the list that is being mended, and what the check said of it. */
type Mended = { readonly row: number; readonly name: string; readonly result: RowResult | undefined };

/** The line being typed, new or being mended. One that lacks something required is not sent: what is missing is marked. */
export function LineForm({
  rows,
  line,
  mended,
  busy,
  grid,
  onLine,
  onMissing,
  onAdd,
  onGiveUp,
}: {
  readonly rows: NonNullable<FormDeclaration['rows']>;
  readonly line: FormValues;
  readonly mended: Mended | undefined;
  readonly busy: boolean;
  readonly grid: RefObject<HTMLDivElement | null>;
  readonly onLine: (line: FormValues) => void;
  /** The first field that is missing. */
  readonly onMissing: (name: string | undefined) => void;
  readonly onAdd: () => void;
  readonly onGiveUp: () => void;
}) {
  const [tried, setTried] = useState(false);
  const empty = rows.fields.filter((field) => field.required && !filled(line[field.name]));
  const missing = tried ? empty : [];
  const problems = mended?.result?.problems ?? [];
  const at = (name: string) => problems.filter(({ field }) => fieldKey(field ?? '') === name);
  const placed = new Set(rows.fields.flatMap(({ name }) => at(name)));
  return (
    <form
      className="card"
      aria-label={mended ? `改第 ${mended.row} 行` : `添加${rows.label}`}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(empty.length > 0);
        if (empty.length > 0) onMissing(empty[0]?.name);
        else onAdd();
      }}
    >
      <header>
        <h2>{mended ? `正在改第 ${mended.row} 行${mended.name ? `：${mended.name}` : ''}` : `添加${rows.label}`}</h2>
        <span className="note">
          <span className="must">*</span> 必填
        </span>
      </header>
      <ProblemList problems={problems.filter((problem) => !placed.has(problem))} linkOf={linkOf} />
      {mended?.result?.notices.map((notice) => (
        <p key={notice.text} className="amber">
          {notice.text}
        </p>
      ))}
      <div className="form-grid" ref={grid}>
        {rows.fields.map((field) => (
          <FormField
            key={field.name}
            field={field}
            value={line[field.name]}
            problems={at(field.name)}
            missing={missing.includes(field)}
            onChange={(value) => onLine({ ...line, [field.name]: value })}
          />
        ))}
      </div>
      {missing.length > 0 ? (
        <p className="red" role="alert" style={{ marginTop: 12 }}>
          还没有{mended ? '改好' : '加入名单'}：{missing.map(({ label }) => label).join('、')}没有填。
        </p>
      ) : null}
      <div className="row" style={{ marginTop: 12 }}>
        <button type="submit" className="btn" disabled={busy}>
          {mended ? `改好第 ${mended.row} 行` : rows.addLabel}
        </button>
        {mended ? (
          <button type="button" className="btn" onClick={onGiveUp}>
            放弃修改
          </button>
        ) : null}
        <span className="note">{mended ? '改好后重新校验；放弃修改，这一行照原样留着。' : '加入名单并校验。'}</span>
      </div>
    </form>
  );
}
