import { useRef, useState } from 'react';
import type { FormDeclaration } from '../../src/items/contract.ts';
import { FormField } from './FormField.tsx';
import { filled } from './wizard-item.ts';
import type { FormValues } from './wizard-state.ts';

/** The line being typed. One that lacks something required is not sent: what is missing is marked, and typing goes on there. One that was added is followed by the next person: typing begins at the top again. */
export function LineForm({
  rows,
  line,
  busy,
  onLine,
  onAdd,
}: {
  readonly rows: NonNullable<FormDeclaration['rows']>;
  readonly line: FormValues;
  readonly busy: boolean;
  readonly onLine: (line: FormValues) => void;
  readonly onAdd: () => void;
}) {
  const grid = useRef<HTMLDivElement>(null);
  const [tried, setTried] = useState(false);
  const empty = rows.fields.filter((field) => field.required && !filled(line[field.name]));
  const missing = tried ? empty : [];
  const focusOn = (name: string | undefined) => {
    const at = rows.fields.findIndex((field) => field.name === name);
    requestAnimationFrame(() => grid.current?.children[at]?.querySelector<HTMLElement>('input, select')?.focus());
  };
  return (
    <form
      className="card"
      aria-label={`添加${rows.label}`}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(empty.length > 0);
        if (empty.length === 0) onAdd();
        focusOn((empty[0] ?? rows.fields.find((field) => field.required))?.name);
      }}
    >
      <header>
        <h2>添加{rows.label}</h2>
        <span className="note">
          <span className="must">*</span> 必填
        </span>
      </header>
      <div className="form-grid" ref={grid}>
        {rows.fields.map((field) => (
          <FormField
            key={field.name}
            field={field}
            value={line[field.name]}
            missing={missing.includes(field)}
            onChange={(value) => onLine({ ...line, [field.name]: value })}
          />
        ))}
      </div>
      {missing.length > 0 ? (
        <p className="red" role="alert" style={{ marginTop: 12 }}>
          还没有加入名单：{missing.map(({ label }) => label).join('、')}没有填。
        </p>
      ) : null}
      <div className="row" style={{ marginTop: 12 }}>
        <button type="submit" className="btn" disabled={busy}>
          {rows.addLabel}
        </button>
        <span className="note">加入名单并校验。</span>
      </div>
    </form>
  );
}
