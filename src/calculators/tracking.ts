import type { Calculator } from './calculator.ts';

export const TRACKING_CALCULATORS: readonly Calculator[] = [];
