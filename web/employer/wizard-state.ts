import { useCallback, useSyncExternalStore } from 'react';
import type { ItemResult, Preview, RowResult } from '../../src/items/contract.ts';
import { newKey } from '../ui/call.ts';
import { markDirty } from './tabs.ts';

export type FormValues = Readonly<Record<string, unknown>>;

/** What one tab's wizard holds. It outlives the page and a reload, so nothing typed is lost (ui: forms keep what was typed). */
export type Wizard = {
  readonly step: 0 | 1 | 2 | 3;
  readonly mode: 'form' | 'workbook';
  readonly form: FormValues;
  /** The line being typed and not yet added to the list. */
  readonly line: FormValues;
  /** The line is this row of the list (from 0), being mended; the row stays as it was until that is done. */
  readonly editing: number | undefined;
  readonly draftId: string | undefined;
  readonly savedAt: string | undefined;
  readonly dirty: boolean;
  /** Known values were filled in once. */
  readonly started: boolean;
  readonly workbookId: string | undefined;
  /** Cells of the workbook mended here and not yet checked again, by `row/field`. */
  readonly edits: Readonly<Record<string, string>>;
  /** What confirming would do. A reload drops it: the page asks again, for meanwhile it may be something else. */
  readonly preview: Preview | undefined;
  /** What the check said of each row, by the row itself: one taken off the list takes its result along. */
  readonly verdicts: ReadonlyMap<FormValues, RowResult>;
  readonly result: ItemResult | undefined;
  /** One submit, however often the button is pressed. */
  readonly submitKey: string;
};

const EMPTY: Omit<Wizard, 'submitKey'> = {
  step: 0,
  mode: 'form',
  form: {},
  line: {},
  editing: undefined,
  draftId: undefined,
  savedAt: undefined,
  dirty: false,
  started: false,
  workbookId: undefined,
  edits: {},
  preview: undefined,
  verdicts: new Map(),
  result: undefined,
};

const wizards = new Map<string, Wizard>();
const listeners = new Set<() => void>();
const storageKey = (code: string) => `tz.wizard.${code}`;

function read(code: string): Wizard {
  const known = wizards.get(code);
  if (known) return known;
  let wizard: Wizard = { ...EMPTY, submitKey: newKey() };
  try {
    const saved = sessionStorage.getItem(storageKey(code));
    if (saved) wizard = { ...wizard, ...(JSON.parse(saved) as Partial<Wizard>) };
  } catch {
    sessionStorage.removeItem(storageKey(code));
  }
  wizards.set(code, wizard);
  return wizard;
}

function write(code: string, wizard: Wizard): void {
  wizards.set(code, wizard);
  try {
    sessionStorage.setItem(storageKey(code), JSON.stringify({ ...wizard, preview: undefined, verdicts: undefined }));
  } catch {
    // Full storage only costs the reload; the tab itself keeps everything.
  }
  markDirty(`/items/${code}`, wizard.dirty);
  for (const listener of listeners) listener();
}

/** Empty once the form starts again: after a result, or 重填. */
export function restartWizard(code: string): void {
  write(code, { ...EMPTY, submitKey: newKey() });
}

/** A finished wizard is left behind with its page; one that has gone on to something else stays. */
export function leaveFinished(code: string): void {
  if (read(code).step === 3) restartWizard(code);
}

export function useWizard(code: string): readonly [Wizard, (change: Partial<Wizard>) => void] {
  const wizard = useSyncExternalStore(
    useCallback((listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    }, []),
    () => read(code),
  );
  const change = useCallback((next: Partial<Wizard>) => write(code, { ...read(code), ...next }), [code]);
  return [wizard, change];
}

/** The verdicts of an answer, each with the row it was asked about. */
export function verdictsOf(asked: readonly FormValues[], results: readonly RowResult[]): Wizard['verdicts'] {
  return new Map(
    results.flatMap((result) => {
      const row = asked[result.row - 1];
      return row ? [[row, result] as const] : [];
    }),
  );
}
