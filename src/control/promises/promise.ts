import type { Moment } from '../../kernel/month.ts';
import type { Law } from '../../parameters/index.ts';
import type { ChainHead } from '../../platform/audit/index.ts';
import { type Executor, sql } from '../../platform/db.ts';

/** What a promise is checked against: one snapshot of the live database. */
export type Scope = {
  readonly on: Executor;
  readonly region: string;
  readonly law: Law;
  readonly now: Moment;
  /** Only what is theirs, where a promise can tell (4, the longest); undefined: everybody's. */
  readonly employerNos?: readonly string[] | undefined;
};

export type Finding = { readonly object: string; readonly text: string };
/** Open, but explained: the gate says what it waits for and how it is closed. */
export type Gated = Finding & { readonly gate: string };

export type Checked = {
  /** How much was looked at, in words. */
  readonly checked: string;
  readonly violations: readonly Finding[];
  readonly gated: readonly Gated[];
  /** All violations, also those beyond what is listed. */
  readonly total: number;
  /** How far the audit chain was checked, of the promise that does. */
  readonly head?: ChainHead;
};

/** A promise of design §2. */
export type PromiseCheck = {
  readonly no: number;
  readonly title: string;
  readonly check: (scope: Scope) => Promise<Checked>;
};

/** More than this is not listed, only counted: whoever reads the list needs the kind, not the thousandth row. */
const LISTED_MAX = 100;

export type Findings = {
  violation(object: string, text: string): void;
  gate(object: string, text: string, gate: string): void;
  result(checked: string): Checked;
};

export function findings(): Findings {
  const violations: Finding[] = [];
  const gated: Gated[] = [];
  let total = 0;
  return {
    violation(object, text) {
      total += 1;
      if (violations.length < LISTED_MAX) violations.push({ object, text });
    },
    gate(object, text, gate) {
      if (gated.length < LISTED_MAX) gated.push({ object, text, gate });
    },
    result: (checked) => ({ checked, violations, gated, total }),
  };
}

/** A condition on the column that names the employer. */
export const ofEmployers = ({ employerNos }: Scope, column: string) =>
  employerNos ? sql`and ${sql.ref(column)} = any(${employerNos}::text[])` : sql``;
