import { issueBillItem } from './bills/issue.ts';
import { revokeBillItem } from './bills/revoke.ts';
import { backUnitItem } from './declaration/back-unit.ts';
import { declareItem } from './declaration/declare.ts';
import { suspendItem } from './declaration/suspend.ts';
import { undeclareItem } from './declaration/undeclare.ts';
import type { AnyItem, Item, QueryLeaf } from './model.ts';
import { QUERY_LEAVES } from './queries/leaves.ts';
import { refundItem } from './refunds/refund.ts';
import { enrollItem } from './registration/enroll.ts';

/** 一级菜单 in the seed's order and spelling (HB-MENU-02); a group appears when it has a leaf. */
export const MENU_GROUPS = [
  '社会保险登记',
  '社会保险参保信息维护',
  '社会保险缴费申报',
  '养老保险服务',
  '养老保险待遇申领',
  '社会保险参保缴费记录查询',
  '社会保险关系转移接续',
  '行政审批',
  '失业保险待遇',
  '查询统计服务',
] as const;

/** Forgets the form's own type: from here on an item is handled by its declaration alone. */
function entry<F, R>(item: Item<F, R>): AnyItem {
  return item as unknown as AnyItem;
}

/** Adding an item is adding one file and one line here. */
export const ITEMS: readonly AnyItem[] = [
  entry(enrollItem),
  entry(suspendItem),
  entry(declareItem),
  entry(issueBillItem),
  entry(revokeBillItem),
  entry(undeclareItem),
  entry(backUnitItem),
  entry(refundItem),
];

export const LEAVES: readonly (AnyItem | QueryLeaf)[] = [...ITEMS, ...QUERY_LEAVES];

export function findItem(code: string): AnyItem | undefined {
  return ITEMS.find((item) => item.code === code);
}
