/** 险种 insurance（LD/T 92 AAE140：110 企业职工基本养老、210 失业、410 工伤）。 */
export const INSURANCES = ['pension', 'unemployment', 'injury'] as const;
export type Insurance = (typeof INSURANCES)[number];

export const INSURANCE_NAMES: Readonly<Record<Insurance, string>> = {
  pension: '企业职工基本养老保险',
  unemployment: '失业保险',
  injury: '工伤保险',
};

export const INSURANCE_SHORT_NAMES: Readonly<Record<Insurance, string>> = {
  pension: '养老',
  unemployment: '失业',
  injury: '工伤',
};

export function isInsurance(text: string): text is Insurance {
  return (INSURANCES as readonly string[]).includes(text);
}

/** 单位部分 / 个人部分. */
export type Part = 'employer' | 'person';
