import { parseYuan } from '../../kernel/fen.ts';
import type { Observed } from './observed.ts';

export type Verdict = { readonly ok: boolean; readonly came: string };

/** «安静 是» is a value, so equality has no word of its own. */
const COMPARE = ['含', '不含', '开头', '长度', '不是'] as const;
type Comparison = (typeof COMPARE)[number];

/** Texts compare without white space and thousands separators; two amounts compare as amounts. */
function plain(text: string): string {
  return text.replace(/[\s,【】]/g, '');
}

function equal(expected: string, came: string): boolean {
  const [wanted, got] = [parseYuan(expected), parseYuan(came)];
  if (wanted !== undefined && got !== undefined) return wanted === got;
  return plain(expected) === plain(came);
}

function compare(how: Comparison | undefined, expected: string, came: string): boolean {
  switch (how) {
    case '含':
      return plain(came).includes(plain(expected));
    case '不含':
      return !plain(came).includes(plain(expected));
    case '开头':
      return plain(came).startsWith(plain(expected));
    case '长度':
      return [...plain(came)].length === Number(expected);
    case '不是':
      return !equal(expected, came);
    case undefined:
      return equal(expected, came);
  }
}

/** Judges one `预期 …` against what came. An unknown name is not fulfilled; `came` then lists the names there are. */
export function judge(text: string, seen: Observed): Verdict {
  const [kind = '', ...words] = text.split(/\s+/);
  const rest = words.join(' ');
  switch (kind) {
    case '拒绝':
      return judgeRefusal(words, seen);
    case '通过':
      return { ok: !seen.refused, came: seen.refused ? refusalText(seen) : '通过' };
    case '提示':
      return { ok: seen.notices.some((notice) => compare('含', rest, notice)), came: list(seen.notices) };
    case '没有提示':
      return { ok: !seen.notices.some((notice) => compare('含', rest, notice)), came: list(seen.notices) };
    case '文字':
      return {
        ok: compare('含', rest, seen.text ?? ''),
        came: seen.text === undefined ? '没有文件' : around(seen.text, rest),
      };
    case '没有文字':
      return {
        ok: seen.text !== undefined && compare('不含', rest, seen.text),
        came: seen.text ? '文件中有' : '没有文件',
      };
    case '行':
      return judgeRow(words, seen);
    case '没有行':
      return { ok: !seen.rows.some((row) => row.label === words[0]), came: list(seen.rows.map((row) => row.label)) };
    case '字段':
      return judgeValue(words.slice(1), at(seen.raw, words[0] ?? ''));
    default:
      return judgeValue(words, seen.facts[kind], `没有“${kind}”；有：${Object.keys(seen.facts).join('、') || '无'}`);
  }
}

function judgeValue(words: readonly string[], came: string | undefined, absent = '没有这个字段'): Verdict {
  if (came === undefined) return { ok: false, came: absent };
  const how = COMPARE.find((each) => each === words[0]);
  return { ok: compare(how, words.slice(how ? 1 : 0).join(' '), came), came: came || '（空）' };
}

function judgeRefusal(words: readonly string[], seen: Observed): Verdict {
  const problems = seen.refused ?? [];
  if (problems.length === 0) return { ok: false, came: '没有被拒绝' };
  const code = /^[A-Z]+(-[A-Z0-9]+)+$/.test(words[0] ?? '') ? words[0] : undefined;
  const text = words.slice(code ? 1 : 0).join(' ');
  const ok = problems.some(
    (problem) =>
      (!code || problem.code === code) &&
      compare('含', text, `${problem.message} ${problem.why ?? ''} ${problem.next ?? ''}`),
  );
  return { ok, came: refusalText(seen) };
}

/** `行 养老 单位 101940.80 个人 50970.40`: the first row of that label whose named columns all agree. */
function judgeRow(words: readonly string[], seen: Observed): Verdict {
  const [label = '', ...pairs] = words;
  const rows = seen.rows.filter((row) => plain(row.label) === plain(label));
  if (rows.length === 0) return { ok: false, came: `没有这一行；有：${list(seen.rows.map((row) => row.label))}` };
  const agrees = (values: Readonly<Record<string, string>>) =>
    pairs.every((word, index) => index % 2 === 1 || equal(pairs[index + 1] ?? '', values[word] ?? '—'));
  const show = (values: Readonly<Record<string, string>>) =>
    Object.entries(values)
      .map(([name, value]) => `${name} ${value}`)
      .join(' ');
  const found = rows.find((row) => agrees(row.values));
  return { ok: found !== undefined, came: found ? show(found.values) : rows.map((row) => show(row.values)).join('；') };
}

export function refusalText(seen: Observed): string {
  return (seen.refused ?? []).map((problem) => `${problem.code} ${problem.message}`).join('；');
}

function list(texts: readonly string[]): string {
  return texts.join('；') || '无';
}

function around(text: string, wanted: string): string {
  return compare('含', wanted, text) ? wanted : `${text.replace(/\s+/g, ' ').slice(0, 400)}…`;
}

/** `rows.0.name` in an answer. */
function at(raw: unknown, path: string): string | undefined {
  let value: unknown = raw;
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  if (value === undefined) return undefined;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
