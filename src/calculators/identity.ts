import type { Calculator } from './calculator.ts';

export const IDENTITY_CALCULATORS: readonly Calculator[] = [];
