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
import beijingContribution from './beijing/contribution.json' with { type: 'json' };
import guangdongContribution from './guangdong/contribution.json' with { type: 'json' };
import hubeiBasesTier1 from './hubei/bases-tier1.json' with { type: 'json' };
import hubeiBasesTier2 from './hubei/bases-tier2.json' with { type: 'json' };
import hubeiBasesTier3 from './hubei/bases-tier3.json' with { type: 'json' };
import jiangsuContribution from './jiangsu/contribution.json' with { type: 'json' };
import jiangsuWages from './jiangsu/wages.json' with { type: 'json' };
import nationalAccount from './national/account.json' with { type: 'json' };
import neimengguContribution from './neimenggu/contribution.json' with { type: 'json' };
import neimengguWages from './neimenggu/wages.json' with { type: 'json' };
import shandongContribution from './shandong/contribution.json' with { type: 'json' };
import shandongWages from './shandong/wages.json' with { type: 'json' };
import shanghaiContribution from './shanghai/contribution.json' with { type: 'json' };
import shanxiWages from './shanxi/wages.json' with { type: 'json' };
import sichuanContribution from './sichuan/contribution.json' with { type: 'json' };
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
  beijingContribution,
  guangdongContribution,
  hubeiBasesTier1,
  hubeiBasesTier2,
  hubeiBasesTier3,
  jiangsuContribution,
  jiangsuWages,
  nationalAccount,
  neimengguContribution,
  neimengguWages,
  shandongContribution,
  shandongWages,
  shanghaiContribution,
  shanxiWages,
  sichuanContribution,
] as readonly unknown[] as readonly PolicyFile[];

export { findRegion, REGIONS } from './regions.ts';
