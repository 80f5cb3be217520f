import type { Calculator } from './calculator.ts';

export const ADJUSTMENT_CALCULATORS: readonly Calculator[] = [];
