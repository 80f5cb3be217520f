import type { z } from 'zod';
import type { Case } from '../casework/index.ts';
import type { BillPorts } from '../collection/index.ts';
import type { Problem } from '../kernel/errors.ts';
import type { Law } from '../parameters/index.ts';
import type { Ctx } from '../platform/context.ts';
import type { Employer } from '../registry/index.ts';
import type { FormDeclaration, itemViewSchema, noticeSchema, RowResult, Section, todaySchema } from './contract.ts';

/** What every item works with: one transaction, the law, the employer (its row locked while something is written). */
export type ItemEnv = {
  readonly ctx: Ctx;
  readonly law: Law;
  readonly employer: Employer;
  readonly bills: BillPorts;
  /** Address of the public verification page, printed on documents. */
  readonly verifyPage: string;
  /** A preview: everything is done and rolled back. */
  readonly rehearsal: boolean;
};

export type FormValues = Readonly<Record<string, unknown>>;
export type Today = z.infer<typeof todaySchema>;
export type Guide = z.infer<typeof itemViewSchema>['guide'];
export type Notice = z.infer<typeof noticeSchema>;

/** What an act made, for result page, preview and case record. */
export type Outcome = {
  readonly summary: string;
  readonly headline: string;
  readonly amount?: { readonly label: string; readonly fen: number };
  /** What the button says instead of the item's own words: how many, how much. */
  readonly submitLabel?: string;
  readonly notices: readonly Notice[];
  readonly sections: readonly Section[];
  readonly nextSteps: readonly { readonly label: string; readonly to: string; readonly primary: boolean }[];
  readonly notDone?: string;
  readonly undoUntil?: string;
  readonly refs: Readonly<Record<string, string>>;
};

/** A row of a people list: what was typed (with its line), and after checking either problems or a value to act on. */
export type TypedRow = { readonly row: number; readonly values: Readonly<Record<string, string>> };
export type CheckedRow<R> = {
  readonly view: RowResult;
  /** Present only when the row passes. */
  readonly value?: R;
};

type Declared = {
  /** serviceCode of requirements §1.2. */
  readonly code: string;
  readonly name: string;
  readonly group: string;
  readonly subgroup?: string;
  readonly aliases: readonly string[];
  readonly guide: Guide;
  readonly ends: string;
};

/** 事项即声明: menu, wizard, template, API, permission, audit and undo come from this one value (design §4). */
export type Item<F = FormValues, R = unknown> = Declared & {
  readonly kind: 'item';
  readonly form: FormDeclaration;
  readonly workbookVersion?: number;
  readonly submitLabel: string;
  /** What submitting does, in one sentence: it stands beside the button. */
  readonly effect: string;
  readonly today: (env: ItemEnv) => Promise<Today>;
  readonly initial?: (env: ItemEnv) => Promise<FormValues>;
  /** Typed values → form, or all problems at once. */
  readonly parse: (
    env: ItemEnv,
    values: FormValues,
  ) => Promise<{ readonly form: F } | { readonly problems: readonly Problem[] }>;
  /** Only items with people rows. */
  readonly checkRows?: (env: ItemEnv, rows: readonly TypedRow[]) => Promise<readonly CheckedRow<R>[]>;
  readonly submit: (env: ItemEnv, caseNo: string, form: F, rows: readonly R[]) => Promise<Outcome>;
  readonly undo?: {
    readonly words: string;
    /** All reasons why it cannot be undone now; empty = it can. */
    readonly obstacles: (env: ItemEnv, record: Case) => Promise<readonly Problem[]>;
    readonly run: (env: ItemEnv, record: Case, undoCase: string) => Promise<void>;
  };
};

/** A menu leaf that only shows (查询统计、证明). */
export type QueryLeaf = Declared & { readonly kind: 'query'; readonly route: string; readonly note: string };

/** The catalogue holds items of different forms; each is checked where it is declared (see defineItem). */
export type AnyItem = Item<never, never>;
