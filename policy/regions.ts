/** 统筹区 and their inheritance: county → city → (基数档) → province → country (GB/T 2260). */
import type { Office, Region } from './types.ts';

const COUNTRY = '100000';

/** 经办机构, where its name is known. */
const OFFICE_NAMES: Readonly<Record<string, string>> = {
  '140100': '太原市社会保险管理服务中心',
  '420500': '宜昌市社会保险基金征收稽查局',
};

/** 注 1 of every bill. */
const PAY_UNTIL = '1.此单据缴费截止日期至{deadline},过期作废。请在截止日期前到税务征收机构及时缴纳。';

/** What stands on bills and certificates; for the regions below too. */
const PAPERS: Readonly<Record<string, Omit<Office, 'officeName'>>> = {
  [COUNTRY]: {
    certificateTitle: '社会保险参保证明（单位专用）',
    verificationPlatform: '社会保险证明验证页面',
    billNotes: [PAY_UNTIL, '2.此单据失效后,可重新生成缴费单据：{reissue}。'],
  },
  '420000': {
    certificateTitle: '湖北省社会保险参保证明（单位专用）',
    verificationPlatform: '湖北省社保证明验证平台',
    // Word for word, commas included (HB-BILL-01, appendix C).
    billNotes: [
      PAY_UNTIL,
      '2.此单据失效后,参保单位可在网上或社保大厅重新生成缴费单据。重新生成缴费单据时间超出当月的,从次月1日起加收利息和滞纳金。',
      '3.2020年2-12月享受减免政策的单位,当期单位缴纳金额应为0,如社会保险费应缴认定单中有单位缴费金额,属补缴费款所属期2020年2月以前的单位缴费部分,具体情况请登录“湖北省政务服务网”查询人员缴费明细。',
    ],
  },
};

const PROVINCES: readonly (readonly [string, string])[] = [
  ['110000', '北京市'],
  ['120000', '天津市'],
  ['130000', '河北省'],
  ['140000', '山西省'],
  ['150000', '内蒙古自治区'],
  ['210000', '辽宁省'],
  ['220000', '吉林省'],
  ['230000', '黑龙江省'],
  ['310000', '上海市'],
  ['320000', '江苏省'],
  ['330000', '浙江省'],
  ['340000', '安徽省'],
  ['350000', '福建省'],
  ['360000', '江西省'],
  ['370000', '山东省'],
  ['410000', '河南省'],
  ['420000', '湖北省'],
  ['430000', '湖南省'],
  ['440000', '广东省'],
  ['450000', '广西壮族自治区'],
  ['460000', '海南省'],
  ['500000', '重庆市'],
  ['510000', '四川省'],
  ['520000', '贵州省'],
  ['530000', '云南省'],
  ['540000', '西藏自治区'],
  ['610000', '陕西省'],
  ['620000', '甘肃省'],
  ['630000', '青海省'],
  ['640000', '宁夏回族自治区'],
  ['650000', '新疆维吾尔自治区'],
];

/** Cities and counties for which the policy files hold values of their own: code, name, parent. */
const PLACES: readonly (readonly [string, string, string])[] = [
  ['140100', '太原市', '140000'],
  ['150100', '呼和浩特市', '150000'],
  ['150200', '包头市', '150000'],
  ['320800', '淮安市', '320000'],
  ['320831', '金湖县', '320800'],
  ['370100', '济南市', '370000'],
  ['371000', '威海市', '370000'],
  ['371003', '威海市文登区', '371000'],
  ['440300', '深圳市', '440000'],
];

/** 湖北 holds its base limits in three tiers of cities (鄂人社发〔2025〕28号); a tier is a step of the inheritance between city and province. */
const HUBEI_TIERS: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  '420000.1': [
    ['420100', '武汉市'],
  ],
  '420000.2': [
    ['420500', '宜昌市'],
    ['420200', '黄石市'],
    ['420300', '十堰市'],
    ['420600', '襄阳市'],
    ['422800', '恩施州'],
    ['420800', '荆门市'],
    ['421300', '随州市'],
  ],
  '420000.3': [
    ['421000', '荆州市'],
    ['420900', '孝感市'],
    ['421100', '黄冈市'],
    ['421200', '咸宁市'],
    ['420700', '鄂州市'],
    ['429004', '仙桃市'],
    ['429005', '潜江市'],
    ['429006', '天门市'],
    ['429021', '神农架林区'],
  ],
};

const TIER_NAMES = ['一档', '二档', '三档'];

function region(code: string, name: string, parent: string | null): Region {
  return { code, name, parent };
}

export const REGIONS: readonly Region[] = [
  region(COUNTRY, '全国', null),
  ...PROVINCES.map(([code, name]) => region(code, name, COUNTRY)),
  ...PLACES.map(([code, name, parent]) => region(code, name, parent)),
  ...Object.entries(HUBEI_TIERS).flatMap(([tier, cities], index) => [
    region(tier, `湖北省${TIER_NAMES[index]}地区`, '420000'),
    ...cities.map(([code, name]) => region(code, name, tier)),
  ]),
];

const BY_CODE: ReadonlyMap<string, Region> = new Map(REGIONS.map((each) => [each.code, each]));

export function findRegion(code: string): Region | undefined {
  return BY_CODE.get(code);
}

const papersOf = (code: string): Omit<Office, 'officeName'> =>
  PAPERS[code] ?? papersOf(findRegion(code)?.parent ?? COUNTRY);

/** The agency of a region; one that nobody told us of is called by the region's name (or code). */
export function officeOf(code: string): Office {
  const officeName = OFFICE_NAMES[code] ?? `${findRegion(code)?.name ?? code}社会保险经办机构`;
  return { officeName, ...papersOf(code) };
}
