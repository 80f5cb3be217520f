import type { ReactNode } from 'react';
import { findRegion, type PolicyValue, policyWords } from '../../../src/rules/index.ts';
import { DateInput } from '../../ui/DateInput.tsx';
import { Unverified, validityWords } from '../calculators/sources.tsx';

/** A value as people read it; a long table opens on request. */
export function ValueWords({ value }: { readonly value: PolicyValue }) {
  const text = policyWords(value);
  const rows = text.split('；');
  if (rows.length <= 3) return <span className="policy-value">{rows.join('；')}</span>;
  return (
    <details className="policy-table">
      <summary>{rows.length} 行的表</summary>
      <ul>
        {rows.map((row) => (
          <li key={row}>{row}</li>
        ))}
      </ul>
    </details>
  );
}

/** Document, number, article, validity; whose value it is when it is inherited. */
export function SourceWords({ value, region }: { readonly value: PolicyValue; readonly region?: string }) {
  const { source } = value;
  return (
    <div className="policy-source">
      {source.title}
      {source.docNo ? ` ${source.docNo}` : ''}
      {source.article ? ` ${source.article}` : ''} <Unverified source={source} />
      <small>
        {validityWords(source)}
        {region !== undefined && value.region !== region ? ` · 来自${placeName(value.region)}` : ''}
      </small>
    </div>
  );
}

export function placeName(code: string): string {
  return findRegion(code)?.name ?? code;
}

export function DayField({
  id,
  label,
  value,
  onChange,
}: {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly onChange: (day: string) => void;
}) {
  return (
    <Labelled id={id} label={label}>
      <DateInput id={id} value={value} onChange={onChange} />
    </Labelled>
  );
}

export function Labelled({
  id,
  label,
  children,
}: {
  readonly id: string;
  readonly label: string;
  readonly children: ReactNode;
}) {
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children}
    </div>
  );
}
