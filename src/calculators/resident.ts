import type { Calculator } from './calculator.ts';

export const RESIDENT_CALCULATORS: readonly Calculator[] = [];
