import { expect, test } from 'vitest';
import type { CivilDate } from '../../src/kernel/month.ts';
import { taxItem } from './tax-items.ts';

const day = '2023-04-12' as CivilDate;

test('employer and person parts are two tax items of one project (wire.md §1)', () => {
  expect(taxItem('pension', 'EMPLOYER', day)).toMatchObject({
    projectCode: '10201',
    itemName: '职工基本养老保险(单位缴纳)',
  });
  expect(taxItem('pension', 'PERSON', day)).toMatchObject({
    projectCode: '10201',
    itemName: '职工基本养老保险(个人缴纳)',
  });
});

test('a code without a row stops the item: no person part of injury, no unknown insurance', () => {
  expect(() => taxItem('injury', 'PERSON', day)).toThrow(expect.objectContaining({ code: 'TZ-WIR-306' }));
  expect(() => taxItem('annuity', 'EMPLOYER', day)).toThrow(expect.objectContaining({ code: 'TZ-WIR-306' }));
});
