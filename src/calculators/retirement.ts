import type { Calculator } from './calculator.ts';

export const RETIREMENT_CALCULATORS: readonly Calculator[] = [];
