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
import hubeiResident from './hubei/resident.json' with { type: 'json' };
import hubeiSurvivors from './hubei/survivors.json' with { type: 'json' };
import jiangsuAdjustment from './jiangsu/adjustment.json' with { type: 'json' };
import jiangsuInjury from './jiangsu/injury.json' with { type: 'json' };
import jiangsuSurvivors from './jiangsu/survivors.json' with { type: 'json' };
import jinhuResident from './jiangsu-jinhu/resident.json' with { type: 'json' };
import nationalAdjustment from './national/adjustment.json' with { type: 'json' };
import nationalResident from './national/resident.json' with { type: 'json' };
import nationalSurvivors from './national/survivors.json' with { type: 'json' };
import nationalUnemployment from './national/unemployment.json' with { type: 'json' };
import neimengguSurvivors from './neimenggu/survivors.json' with { type: 'json' };
import shandongInjury from './shandong/injury.json' with { type: 'json' };
import shandongSurvivors from './shandong/survivors.json' with { type: 'json' };
import shanghaiUnemployment from './shanghai/unemployment.json' with { type: 'json' };
import shanxiSurvivors from './shanxi/survivors.json' with { type: 'json' };
import wendengSubsidy from './shandong-wendeng/subsidy.json' with { type: 'json' };
import wuhanResident from './hubei-wuhan/resident.json' with { type: 'json' };
import beijingPension from './beijing/pension.json' with { type: 'json' };
import fujianPension from './fujian/pension.json' with { type: 'json' };
import heilongjiangPension from './heilongjiang/pension.json' with { type: 'json' };
import hubeiPension from './hubei/pension.json' with { type: 'json' };
import hunanPension from './hunan/pension.json' with { type: 'json' };
import jiangsuPension from './jiangsu/pension.json' with { type: 'json' };
import jiangxiPension from './jiangxi/pension.json' with { type: 'json' };
import nationalPension from './national/pension.json' with { type: 'json' };
import nationalPensionIndex from './national/pension-index.json' with { type: 'json' };
import nationalRetirement from './national/retirement.json' with { type: 'json' };
import nationalTransfer from './national/transfer.json' with { type: 'json' };
import neimengguPension from './neimenggu/pension.json' with { type: 'json' };
import pensionBases from './pension-bases.json' with { type: 'json' };
import shandongPension from './shandong/pension.json' with { type: 'json' };
import shanxiPension from './shanxi/pension.json' with { type: 'json' };
import sichuanPension from './sichuan/pension.json' with { type: 'json' };
import tianjinPension from './tianjin/pension.json' with { type: 'json' };
import beijingAdjustment from './beijing/adjustment.json' with { type: 'json' };
import hunanInjury from './hunan/injury.json' with { type: 'json' };
import guizhouContribution from './guizhou/contribution.json' with { type: 'json' };
import hunanContribution from './hunan/contribution.json' with { type: 'json' };
import shanghaiAccount from './shanghai/account.json' with { type: 'json' };
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
  hubeiResident,
  hubeiSurvivors,
  jiangsuAdjustment,
  jiangsuInjury,
  jiangsuSurvivors,
  jinhuResident,
  nationalAdjustment,
  nationalResident,
  nationalSurvivors,
  nationalUnemployment,
  neimengguSurvivors,
  shandongInjury,
  shandongSurvivors,
  shanghaiUnemployment,
  shanxiSurvivors,
  wendengSubsidy,
  wuhanResident,
  beijingPension,
  fujianPension,
  heilongjiangPension,
  hubeiPension,
  hunanPension,
  jiangsuPension,
  jiangxiPension,
  nationalPension,
  nationalPensionIndex,
  nationalRetirement,
  nationalTransfer,
  neimengguPension,
  ...pensionBases,
  shandongPension,
  shanxiPension,
  sichuanPension,
  tianjinPension,
  beijingAdjustment,
  hunanInjury,
  guizhouContribution,
  hunanContribution,
  shanghaiAccount,
] as readonly unknown[] as readonly PolicyFile[];

export { findRegion, officeOf, REGIONS } from './regions.ts';
