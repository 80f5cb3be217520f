import type { Calculator } from './calculator.ts';

export const SUBSIDY_CALCULATORS: readonly Calculator[] = [];
