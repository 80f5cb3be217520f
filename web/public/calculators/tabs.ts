import type { Tab } from './kinds.ts';
import { adjustmentTab } from './tabs/adjustment.ts';
import { injuryTab, unemploymentTab } from './tabs/benefits.ts';
import { baseTab, contributionTab } from './tabs/collection.ts';
import { backPayTab, expiryTab, lateFeeTab } from './tabs/deadlines.ts';
import { pensionTab } from './tabs/pension.ts';
import { retirementTab } from './tabs/retirement.ts';

/** The questions of the page, in its order. Adding one: declare it and list it here. */
export const TABS: readonly Tab[] = [
  contributionTab,
  baseTab,
  lateFeeTab,
  expiryTab,
  retirementTab,
  pensionTab,
  unemploymentTab,
  injuryTab,
  backPayTab,
  adjustmentTab,
];

export function findTab(name: string): Tab | undefined {
  return TABS.find((tab) => tab.name === name);
}
