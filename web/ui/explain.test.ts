import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { type Explanation, ExplanationView } from './Explain.tsx';

const sum = (matches: boolean): Explanation => ({
  title: '养老 · 单位部分',
  subtitle: '2023-04 · 单位整体核定',
  amountFen: 4_219_520,
  amountText: '42,195.20',
  steps: [],
  parts: [{ label: '样一', words: '基数 5,000.00', fen: 80_000, query: { personNo: '94200100001' } }],
  partsTotal: 1,
  matches,
  storedFen: 4_219_520,
  recomputedFen: matches ? 4_219_520 : 4_509_760,
});
const html = (explanation: Explanation) =>
  renderToStaticMarkup(createElement(ExplanationView, { explanation, onPart: () => undefined }));

test('a sum says whether it was recomputed right, in red when it was not', () => {
  expect(html(sum(true))).toContain('复算相符');
  const wrong = html(sum(false));
  expect(wrong).toMatch(/class="red" role="alert".*45,097\.60.*复算不符/s);
  expect(wrong.indexOf('复算不符')).toBeLessThan(wrong.indexOf('由 1 项加成'));
});

test('what moved since is told in place of the warning, once', () => {
  const moved = { kind: 'moved', label: '有变动', words: '差额会另行核定。', valueText: '2,902.40' };
  const text = html({ ...sum(false), steps: [moved] });
  expect(text).toMatch(/现在重算得 45,097\.60。差额会另行核定。.*有变动/);
  expect(text).not.toMatch(/请勿缴费|复算不符|role="alert"/);
  expect(text.split('差额会另行核定')).toHaveLength(2);
});

test('a trace says it once, at its end', () => {
  const step = { kind: 'rate', label: '费率', words: '16%', valueText: '800.00' };
  const traced = html({ ...sum(true), parts: [], steps: [step] });
  expect(traced.split('复算相符')).toHaveLength(2);
});
