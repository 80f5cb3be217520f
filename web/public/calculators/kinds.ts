/** 计算器一页的声明: its fields and how its answer is drawn. The page is generated from these; a new page is a new declaration. */
import type { Calculated, Env, Output } from '../../../src/calculators/index.ts';
import type { Problem } from '../../../src/kernel/errors.ts';
import type { PolicyKey, Trace, TraceSource } from '../../../src/rules/index.ts';

/** What the visitor typed, by field; the address carries the same texts. */
export type Values = Readonly<Record<string, string>>;

export type Option = { readonly value: string; readonly label: string };

export type FieldKind = 'region' | 'month' | 'date' | 'yuan' | 'whole' | 'decimal' | 'choice' | 'slider' | 'check';

export type Field = {
  /** As in the calculator, so that its complaints find the field. */
  readonly name: string;
  readonly label: string;
  readonly kind: FieldKind;
  readonly initial: string | ((before: Values, env: Env) => string);
  readonly hint?: string | ((values: Values, env: Env) => string | undefined);
  readonly unit?: string;
  readonly min?: number;
  readonly max?: number;
  readonly step?: number;
  readonly options?: readonly Option[] | ((values: Values, env: Env) => readonly Option[]);
  /** Regions that do not hold this parameter say so. */
  readonly needs?: PolicyKey;
  readonly optional?: true;
  /** Asked only then. */
  readonly when?: (before: Values) => boolean;
  /** Behind 「更多」: what the policy usually supplies. */
  readonly more?: true;
  /** The parameters this field can stand in for where the policy has none. */
  readonly fills?: readonly PolicyKey[];
};

/** Asks the calculators and keeps what is shown with every answer: traces, sources, what is missing. */
export type Desk = {
  readonly env: Env;
  /** The result, or undefined with the problem kept. Empty texts are left out. */
  readonly ask: (name: string, input: Readonly<Record<string, unknown>>) => Asked | undefined;
  /** The same without a trace in the answer: for columns of a chart and for looking ahead. */
  readonly peek: (name: string, input: Readonly<Record<string, unknown>>) => Calculated;
};

export type Asked = {
  readonly result: Output;
  readonly trace: Trace<unknown>;
  readonly sources: readonly TraceSource[];
};

export type Figure = { readonly label: string; readonly fen?: number; readonly text?: string };

export type Cell =
  | string
  | { readonly fen: number }
  | { readonly source: TraceSource | undefined }
  | { readonly mark: string; readonly text: string };

export type ShownTable = {
  readonly label: string;
  readonly head: readonly { readonly text: string; readonly num?: true }[];
  readonly rows: readonly (readonly Cell[])[];
  readonly sum?: readonly Cell[];
};

export type Columns = {
  readonly title: string;
  readonly label: string;
  readonly names: readonly string[];
  readonly series: readonly {
    readonly name: string;
    readonly color: string;
    readonly border: string;
    readonly fen: readonly number[];
  }[];
  readonly sentences: readonly string[];
};

export type Notice = { readonly tone: 'note' | 'amber' | 'good'; readonly text: string };

export type Shown = {
  /** The large figure. Absent: what is missing stands in its place. */
  readonly headline?: Figure & { readonly note?: string };
  /** 估算: never in the colours of a fact. */
  readonly estimate?: readonly string[];
  readonly shares?: readonly Figure[];
  readonly bar?: readonly { readonly name: string; readonly fen: number; readonly color: string }[];
  readonly table?: ShownTable;
  readonly facts?: readonly Figure[];
  readonly notices?: readonly Notice[];
  readonly columns?: Columns;
};

export type Tab = {
  /** In the address: /calc/contribution. */
  readonly name: string;
  /** On the chip. */
  readonly title: string;
  /** Over the fields. */
  readonly heading: string;
  readonly fields: readonly Field[];
  readonly show: (values: Values, desk: Desk) => Shown;
};

/** Everything the page shows for some values. */
export type Outcome = {
  readonly shown: Shown;
  readonly asked: readonly Asked[];
  readonly problems: readonly Problem[];
  /** Fields the visitor has to mend first, by name. */
  readonly faults: Readonly<Record<string, string>>;
  readonly blanks: readonly string[];
};
