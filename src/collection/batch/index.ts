export { BLOCK_COLUMNS, writeBlockRow } from './block-row.ts';
export {
  MANY_EMPLOYERS,
  type MonthCloseOptions,
  type MonthCloseProgress,
  type MonthCloseResult,
  monthClose,
} from './month-close.ts';
export type { Skipped } from './plan.ts';
