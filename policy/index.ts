/** The law as data: every file and region the program knows. A new region is a folder of JSON files and a line here. */
import hubeiContribution from './hubei/contribution.json' with { type: 'json' };
import hubeiOperations from './hubei/operations.json' with { type: 'json' };
import suizhouContribution from './hubei-suizhou/contribution.json' with { type: 'json' };
import yichangContribution from './hubei-yichang/contribution.json' with { type: 'json' };
import nationalContribution from './national/contribution.json' with { type: 'json' };
import nationalLateFee from './national/late-fee.json' with { type: 'json' };
import nationalOperations from './national/operations.json' with { type: 'json' };
import shanxiContribution from './shanxi/contribution.json' with { type: 'json' };
import taiyuanOperations from './taiyuan/operations.json' with { type: 'json' };
import type { PolicyFile, Region } from './types.ts';

export type { PolicyEntry, PolicyFile, PolicySource, PolicyStatus, Region } from './types.ts';

// JSON imports widen unions to string; a test checks the files against the type.
export const POLICY_FILES = [
  nationalContribution,
  nationalLateFee,
  nationalOperations,
  hubeiContribution,
  hubeiOperations,
  yichangContribution,
  suizhouContribution,
  shanxiContribution,
  taiyuanOperations,
] as readonly unknown[] as readonly PolicyFile[];

const HUBEI_CERTIFICATE = {
  certificateTitle: '湖北省社会保险参保证明（单位专用）',
  verificationPlatform: '湖北省社保证明验证平台',
} as const;

export const REGIONS: readonly Region[] = [
  { code: '100000', name: '全国', parent: null },
  { code: '140000', name: '山西省', parent: '100000' },
  { code: '140100', name: '太原市', parent: '140000', officeName: '太原市社会保险管理服务中心' },
  { code: '420000', name: '湖北省', parent: '100000', ...HUBEI_CERTIFICATE },
  { code: '420500', name: '宜昌市', parent: '420000', officeName: '宜昌市社会保险基金征收稽查局', ...HUBEI_CERTIFICATE },
  { code: '421300', name: '随州市', parent: '420000', officeName: '随州市社会保险经办机构', ...HUBEI_CERTIFICATE },
];

export function findRegion(code: string): Region | undefined {
  return REGIONS.find((region) => region.code === code);
}
