import type { Calculator } from './calculator.ts';

export const PENSION_CALCULATORS: readonly Calculator[] = [];
