/**
 * Reads a `.story` file (docs/stories.md). One line is one step; indented lines belong to the step above: `名称：值` is a field,
 * `| a | b |` a row of its table, `预期 …` what must come.
 */
export type Expectation = { readonly line: number; readonly text: string };

export type Table = {
  readonly columns: readonly string[];
  readonly rows: readonly { readonly line: number; readonly cells: Readonly<Record<string, string>> }[];
};

export type Step = {
  readonly line: number;
  /** The step as written, without its indented lines. */
  readonly text: string;
  readonly verb: string;
  /** The words after the verb. */
  readonly words: readonly string[];
  readonly fields: ReadonlyMap<string, string>;
  readonly table: Table | undefined;
  readonly expectations: readonly Expectation[];
};

export type Story = { readonly title: string; readonly region: string; readonly steps: readonly Step[] };

/** The file says something the format does not know; `line` counts from 1. */
export class StoryError extends Error {
  readonly line: number;
  constructor(line: number, message: string) {
    super(`第 ${line} 行：${message}`);
    this.line = line;
  }
}

type Draft = {
  line: number;
  text: string;
  fields: Map<string, string>;
  columns: string[] | undefined;
  rows: { line: number; cells: Record<string, string> }[];
  expectations: Expectation[];
};

const DEFAULT_REGION = '420500';

export function parseStory(source: string): Story {
  const heads = new Map<string, string>();
  const drafts: Draft[] = [];
  for (const [index, raw] of source
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const line = index + 1;
    const text = raw.trim();
    if (text === '' || text.startsWith('#') || text.startsWith('说明')) continue;
    const indented = /^\s/.test(raw);
    const head = /^(故事|地区)\s+(.+)$/.exec(text);
    if (head && !indented) {
      heads.set(head[1] ?? '', head[2] ?? '');
      continue;
    }
    const step = drafts.at(-1);
    if (text.startsWith('预期')) {
      if (!step) throw new StoryError(line, '“预期”前面还没有步骤');
      step.expectations.push({ line, text: text.slice(2).trim() });
    } else if (indented) {
      if (!step) throw new StoryError(line, '缩进的行前面还没有步骤');
      readBelonging(step, line, text);
    } else {
      drafts.push({ line, text, fields: new Map(), columns: undefined, rows: [], expectations: [] });
    }
  }
  const title = heads.get('故事');
  if (!title) throw new StoryError(1, '缺少标题，请写“故事 名称”');
  if (drafts.length === 0) throw new StoryError(1, '故事里没有步骤');
  return { title, region: heads.get('地区') ?? DEFAULT_REGION, steps: drafts.map(finish) };
}

function readBelonging(step: Draft, line: number, text: string): void {
  if (text.startsWith('|')) {
    const cells = text
      .replace(/^\||\|$/g, '')
      .split('|')
      .map((cell) => cell.trim());
    if (!step.columns) {
      step.columns = cells;
      return;
    }
    if (cells.length !== step.columns.length) {
      throw new StoryError(line, `这一行有 ${cells.length} 格，表头有 ${step.columns.length} 格`);
    }
    step.rows.push({ line, cells: Object.fromEntries(step.columns.map((column, at) => [column, cells[at] ?? ''])) });
    return;
  }
  const field = /^([^：:]+)[：:]\s*(.*)$/.exec(text);
  if (!field) throw new StoryError(line, `看不懂“${text}”：缩进的行应是“名称：值”、“| 表格 |”或“预期 …”`);
  step.fields.set((field[1] ?? '').trim(), (field[2] ?? '').trim());
}

function finish(draft: Draft): Step {
  const [verb = '', ...words] = draft.text.split(/\s+/);
  return {
    line: draft.line,
    text: draft.text,
    verb,
    words,
    fields: draft.fields,
    table: draft.columns ? { columns: draft.columns, rows: draft.rows } : undefined,
    expectations: draft.expectations,
  };
}
