import { useState } from 'react';
import type { Env } from '../../../src/calculators/index.ts';
import { DateInput } from '../../ui/DateInput.tsx';
import { RegionSelect } from '../RegionSelect.tsx';
import { optionsOf } from './desk.ts';
import type { Field, Tab, Values } from './kinds.ts';

type Props = {
  readonly tab: Tab;
  readonly values: Values;
  readonly faults: Readonly<Record<string, string>>;
  readonly env: Env;
  readonly set: (name: string, text: string) => void;
};

/** The form, made from the tab's fields. */
export function CalcFields({ tab, values, faults, env, set }: Props) {
  const asked = tab.fields.filter(({ name }) => values[name] !== undefined);
  const main = asked.filter(({ more }) => !more);
  const rest = asked.filter(({ more }) => more);
  // Open when the link fills something in there.
  const [open, setOpen] = useState(() => rest.some(({ name, optional }) => optional && values[name] !== ''));
  const mend = rest.some(({ name }) => faults[name] !== undefined);
  const draw = (field: Field) => (
    <OneField
      key={field.name}
      field={field}
      text={values[field.name] ?? ''}
      fault={faults[field.name]}
      hint={typeof field.hint === 'function' ? field.hint(values, env) : field.hint}
      values={values}
      env={env}
      set={(text) => set(field.name, text)}
    />
  );
  return (
    <>
      {main.map(draw)}
      {rest.length > 0 ? (
        <details className="calc-more" open={open || mend} onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary>更多（平常不用填）</summary>
          <div className="stack">{rest.map(draw)}</div>
        </details>
      ) : null}
    </>
  );
}

type OneProps = {
  readonly field: Field;
  readonly text: string;
  readonly fault: string | undefined;
  readonly hint: string | undefined;
  readonly values: Values;
  readonly env: Env;
  readonly set: (text: string) => void;
};

function OneField({ field, text, fault, hint, values, env, set }: OneProps) {
  const id = `calc-${field.name}`;
  if (field.kind === 'check') {
    return (
      <label className="check">
        <input type="checkbox" checked={text === '1'} onChange={(event) => set(event.target.checked ? '1' : '0')} />
        {field.label}
      </label>
    );
  }
  const said = [fault ? `${id}-fault` : '', hint ? `${id}-hint` : ''].filter(Boolean).join(' ');
  const common = { id, 'aria-invalid': fault ? true : undefined, 'aria-describedby': said || undefined } as const;
  return (
    <div className="field">
      <label htmlFor={id}>
        {field.label}
        {field.kind === 'slider' ? (
          <output htmlFor={id} className="strong">
            {' '}
            {text}
            {field.unit ? ` ${field.unit}` : ''}
          </output>
        ) : null}
      </label>
      <Control field={field} text={text} values={values} env={env} set={set} common={common} />
      {fault ? (
        <span id={`${id}-fault`} className="wrong" role="alert">
          {fault}
        </span>
      ) : null}
      {hint ? (
        <span id={`${id}-hint`} className="hint">
          {hint}
        </span>
      ) : null}
    </div>
  );
}

type Common = {
  readonly id: string;
  readonly 'aria-invalid': true | undefined;
  readonly 'aria-describedby': string | undefined;
};

function Control({
  field,
  text,
  values,
  env,
  set,
  common,
}: Omit<OneProps, 'fault' | 'hint'> & { readonly common: Common }) {
  switch (field.kind) {
    case 'region':
      return <RegionSelect {...common} book={env.book} needs={field.needs} value={text} onChange={set} />;
    case 'choice':
      return (
        <select {...common} className="input" value={text} onChange={(event) => set(event.target.value)}>
          {optionsOf(field, values, env).map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      );
    case 'month':
    case 'date':
      return <DateInput {...common} kind={field.kind} value={text} onChange={set} />;
    case 'slider':
      return (
        <input
          {...common}
          type="range"
          className="calc-slider"
          min={field.min}
          max={field.max}
          step={field.step}
          value={text}
          aria-valuetext={`${text}${field.unit ? ` ${field.unit}` : ''}`}
          onChange={(event) => set(event.target.value)}
        />
      );
    default:
      return (
        <input
          {...common}
          className={field.kind === 'yuan' ? 'input calc-money' : 'input'}
          inputMode={field.kind === 'whole' ? 'numeric' : 'decimal'}
          autoComplete="off"
          maxLength={20}
          value={text}
          onChange={(event) => set(event.target.value)}
        />
      );
  }
}
