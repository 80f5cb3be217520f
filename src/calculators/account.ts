import type { Calculator } from './calculator.ts';

export const ACCOUNT_CALCULATORS: readonly Calculator[] = [];
