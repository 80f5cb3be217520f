/** Every calculator by name. Adding one: declare it in its topic's file; the command line, the help and the fuzz test find it here. */
import { ACCOUNT_CALCULATORS } from './account.ts';
import { ADJUSTMENT_CALCULATORS } from './adjustment.ts';
import type { Calculator } from './calculator.ts';
import { COLLECTION_CALCULATORS } from './collection.ts';
import { DEADLINES_CALCULATORS } from './deadlines.ts';
import { IDENTITY_CALCULATORS } from './identity.ts';
import { INJURY_CALCULATORS } from './injury.ts';
import { LATE_FEE_CALCULATORS } from './late-fee.ts';
import { PENSION_CALCULATORS } from './pension.ts';
import { RESIDENT_CALCULATORS } from './resident.ts';
import { RETIREMENT_CALCULATORS } from './retirement.ts';
import { SUBSIDY_CALCULATORS } from './subsidy.ts';
import { SURVIVORS_CALCULATORS } from './survivors.ts';
import { TRACKING_CALCULATORS } from './tracking.ts';
import { TRANSFER_CALCULATORS } from './transfer.ts';
import { UNEMPLOYMENT_CALCULATORS } from './unemployment.ts';

export {
  type Answer,
  type Calculated,
  type Calculator,
  calculate,
  type Env,
  type Output,
  TOPICS,
  type Topic,
  traceOf,
} from './calculator.ts';
export { answerLine } from './lines.ts';

export const CALCULATORS: readonly Calculator[] = [
  ...COLLECTION_CALCULATORS,
  ...LATE_FEE_CALCULATORS,
  ...DEADLINES_CALCULATORS,
  ...TRACKING_CALCULATORS,
  ...ACCOUNT_CALCULATORS,
  ...PENSION_CALCULATORS,
  ...RETIREMENT_CALCULATORS,
  ...UNEMPLOYMENT_CALCULATORS,
  ...INJURY_CALCULATORS,
  ...SURVIVORS_CALCULATORS,
  ...ADJUSTMENT_CALCULATORS,
  ...RESIDENT_CALCULATORS,
  ...SUBSIDY_CALCULATORS,
  ...TRANSFER_CALCULATORS,
  ...IDENTITY_CALCULATORS,
];

export function findCalculator(name: string): Calculator | undefined {
  return CALCULATORS.find((calculator) => calculator.name === name);
}
