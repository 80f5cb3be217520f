import type { Problem } from '../../kernel/errors.ts';

/** One line of a table the system showed: `养老 单位 101940.80 个人 50970.40 合计 152911.20`. */
export type ObservedRow = { readonly label: string; readonly values: Readonly<Record<string, string>> };

/** What came of a step, in the words a story can ask for. Amounts are yuan text with two decimals. */
export type Observed = {
  readonly refused?: readonly Problem[];
  readonly facts: Readonly<Record<string, string>>;
  readonly notices: readonly string[];
  readonly rows: readonly ObservedRow[];
  /** The answer as it came, for `预期 字段 a.b.0.c …`. */
  readonly raw: unknown;
  /** Text of a document (pdftotext). */
  readonly text?: string;
};

const NOTHING: Observed = { facts: {}, notices: [], rows: [], raw: null };

export function observed(part: Partial<Observed>): Observed {
  return { ...NOTHING, ...part };
}
