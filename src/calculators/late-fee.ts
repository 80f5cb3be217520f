import type { Calculator } from './calculator.ts';

export const LATE_FEE_CALCULATORS: readonly Calculator[] = [];
