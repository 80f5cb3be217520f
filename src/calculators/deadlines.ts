import type { Calculator } from './calculator.ts';

export const DEADLINES_CALCULATORS: readonly Calculator[] = [];
