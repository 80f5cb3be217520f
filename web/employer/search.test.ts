import { describe, expect, it } from 'vitest';
import { find, loadInitials } from './search.ts';

const ITEMS = [
  { code: 'q.cases', name: '单位办件记录', group: '查询统计服务', aliases: [] },
  { code: 'bp.unit', name: '单位社会保险补缴申报', group: '社会保险缴费申报', aliases: ['社会保险欠费补缴申报'] },
  { code: 'emp.suspend', name: '单位职工社会保险暂停', group: '社会保险缴费申报', aliases: ['停保'] },
];

describe('menu search (HB-MENU-01, HB-MENU-03)', () => {
  it('finds by name and says what to mark', () => {
    expect(find(ITEMS, '补缴')).toEqual([{ item: ITEMS[1], rank: 6, mark: [6, 2] }]);
  });

  it('finds by pinyin initials once they are loaded', async () => {
    await loadInitials();
    expect(find(ITEMS, 'bj').map((hit) => hit.item.code)).toEqual(['q.cases', 'bp.unit']);
  });

  it('finds by the initials of an alias too, after those of names', async () => {
    await loadInitials();
    expect(find(ITEMS, 'tb').map((hit) => hit.item.code)).toEqual(['emp.suspend']);
  });

  it('finds by alias, after names', () => {
    expect(find(ITEMS, '停保').map((hit) => hit.item.code)).toEqual(['emp.suspend']);
  });

  it('finds nothing for blank text', () => {
    expect(find(ITEMS, '  ')).toEqual([]);
  });
});
