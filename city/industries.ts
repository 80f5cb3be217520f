/** What the city lives from. Shares, wages and fluctuation are made up; risk classes follow the list of 人社部发〔2015〕71号 roughly. */
import type { Weighted } from './random.ts';

export type Industry = {
  readonly code: string;
  /** What stands before 有限公司. */
  readonly word: string;
  /** 工伤行业风险类别 1…8. */
  readonly injuryClass: number;
  /** Monthly wage of an ordinary worker in the first year, fen. */
  readonly wageFen: number;
  /** Who leaves in a month, of ten thousand. */
  readonly leaving: number;
  /** 按项目参加工伤保险: some of the people are insured for work injury only. */
  readonly projects: boolean;
};

const industry = (
  code: string,
  word: string,
  injuryClass: number,
  yuan: number,
  leaving: number,
  projects = false,
): Industry => ({ code, word, injuryClass, wageFen: yuan * 100, leaving, projects });

/** By share of employers. */
export const INDUSTRIES: readonly [Weighted<Industry>, ...Weighted<Industry>[]] = [
  [18, industry('RETAIL', '商贸', 2, 4300, 180)],
  [10, industry('CATERING', '餐饮管理', 2, 3700, 320)],
  [9, industry('SOFTWARE', '软件', 1, 9200, 150)],
  [9, industry('SERVICES', '商务服务', 1, 5200, 170)],
  [6, industry('EDUCATION', '教育咨询', 1, 5600, 120)],
  [3, industry('FINANCE', '投资管理', 1, 10_500, 90)],
  [4, industry('PROPERTY', '物业服务', 2, 3600, 210)],
  [7, industry('FOOD', '食品', 3, 4600, 190)],
  [6, industry('TEXTILE', '纺织', 4, 4400, 230)],
  [5, industry('MEDICINE', '医药', 4, 6900, 100)],
  [6, industry('MACHINERY', '机械制造', 4, 6200, 120)],
  [5, industry('LOGISTICS', '物流', 5, 5900, 240)],
  [3, industry('FURNITURE', '家居', 5, 4900, 210)],
  [5, industry('BUILDING', '建筑工程', 6, 5800, 260, true)],
  [2, industry('CHEMICALS', '化工', 6, 7100, 90)],
  [1, industry('REFINING', '能源', 7, 8800, 60)],
  [1, industry('MINING', '矿业', 8, 7600, 110)],
];

type Sizes = readonly [from: number, to: number];

/** Heavy tail: most have fewer than twenty people, a few have thousands; twenty on average. */
export const SIZES: readonly [Weighted<Sizes>, ...Weighted<Sizes>[]] = [
  [2600, [1, 2]],
  [2900, [3, 5]],
  [1900, [6, 10]],
  [1200, [11, 19]],
  [860, [20, 49]],
  [300, [50, 99]],
  [165, [100, 299]],
  [60, [300, 999]],
  [13, [1000, 2999]],
  [2, [3000, 5000]],
];
