import type { Calculator } from './calculator.ts';

export const TRANSFER_CALCULATORS: readonly Calculator[] = [];
