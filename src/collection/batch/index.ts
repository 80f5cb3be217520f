export { BLOCK_COLUMNS, writeBlockRow } from './block-row.ts';
export {
  CLOSE_WORKERS,
  type MonthCloseOptions,
  type MonthCloseProgress,
  type MonthCloseResult,
  monthClose,
} from './month-close.ts';
export type { Skipped } from './plan.ts';
