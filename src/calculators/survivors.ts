import type { Calculator } from './calculator.ts';

export const SURVIVORS_CALCULATORS: readonly Calculator[] = [];
