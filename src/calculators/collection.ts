import type { Calculator } from './calculator.ts';

export const COLLECTION_CALCULATORS: readonly Calculator[] = [];
