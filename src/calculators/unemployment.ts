import type { Calculator } from './calculator.ts';

export const UNEMPLOYMENT_CALCULATORS: readonly Calculator[] = [];
