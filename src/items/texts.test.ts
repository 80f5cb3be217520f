import { describe, expect, test } from 'vitest';
import { ERROR_PAGES } from '../../web/public/manual-errors.ts';
import { GUIDES } from '../../web/public/manual-guides.ts';
import { civilDate } from '../kernel/month.ts';
import { createBook, fillAll, officeWords } from '../rules/index.ts';
import { LEAVES } from './catalogue.ts';

/** A number of a region's law, written out. */
const LAW_NUMBER =
  /[两三四五六]个月|\d+ 个月内|\d+ 个工作日|约 ?\d+ ?分钟|每 \d+ 小时|次日 \d|\d+ 日内|万分之|滞纳金和利息/;

const texts: readonly [string, unknown][] = [
  ...LEAVES.map((leaf): [string, unknown] => [
    leaf.code,
    leaf.kind === 'item'
      ? { guide: leaf.guide, form: leaf.form, effect: leaf.effect }
      : { guide: leaf.guide, note: leaf.note },
  ]),
  ['码上知', GUIDES],
  ['错误编号手册', ERROR_PAGES],
];

describe('what an item, a guide and the manual say', () => {
  test.each(texts)('%s takes numbers from the region’s parameters, and every word it names exists', (_, value) => {
    expect(LAW_NUMBER.exec(JSON.stringify(value))?.[0]).toBeUndefined();
    for (const region of ['420500', '140100']) {
      expect(() => fillAll(value, officeWords(createBook(), region, civilDate('2023-04-10')))).not.toThrow();
    }
  });
});
