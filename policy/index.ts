/** The law as data: every file and region the program knows. A new region is a folder of JSON files and a line here. */
import hubeiContribution from './hubei/contribution.json' with { type: 'json' };
import hubeiOperations from './hubei/operations.json' with { type: 'json' };
import suizhouContribution from './hubei-suizhou/contribution.json' with { type: 'json' };
import yichangContribution from './hubei-yichang/contribution.json' with { type: 'json' };
import nationalContribution from './national/contribution.json' with { type: 'json' };
import nationalInjury from './national/injury.json' with { type: 'json' };
import nationalLateFee from './national/late-fee.json' with { type: 'json' };
import nationalOperations from './national/operations.json' with { type: 'json' };
import shanxiContribution from './shanxi/contribution.json' with { type: 'json' };
import taiyuanOperations from './taiyuan/operations.json' with { type: 'json' };
import type { PolicyFile } from './types.ts';

export type { PolicyBracket, PolicyByKey, PolicyData, PolicyEntry, PolicyFile, PolicySource, PolicyStatus, Region } from './types.ts';

// JSON imports widen unions to string; a test checks the files against the type.
export const POLICY_FILES = [
  nationalContribution,
  nationalInjury,
  nationalLateFee,
  nationalOperations,
  hubeiContribution,
  hubeiOperations,
  yichangContribution,
  suizhouContribution,
  shanxiContribution,
  taiyuanOperations,
] as readonly unknown[] as readonly PolicyFile[];

export { findRegion, REGIONS } from './regions.ts';
