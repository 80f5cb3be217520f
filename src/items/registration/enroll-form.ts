import type { Field } from '../contract.ts';

/** 证件类型 (LD/T 92 AAC058). */
const ID_TYPES = [
  { value: '01', label: '居民身份证(户口簿)' },
  { value: '07', label: '外国人永久居留证' },
  { value: '08', label: '外国人护照' },
] as const;
export type IdType = (typeof ID_TYPES)[number]['value'];
export const ID_CARD: IdType = '01';

export const ENROLL_FIELDS: readonly Field[] = [
  {
    name: 'idType',
    label: '证件类型',
    type: 'select',
    required: false,
    options: [...ID_TYPES],
    help: '不填按居民身份证',
  },
  { name: 'idNo', label: '证件号码', type: 'idNo', required: true, placeholder: '18 位公民身份号码' },
  { name: 'name', label: '姓名', type: 'text', required: true },
  {
    name: 'sex',
    label: '性别',
    type: 'select',
    required: false,
    options: [
      { value: 'male', label: '男' },
      { value: 'female', label: '女' },
    ],
    help: '身份证上已有，可不填',
  },
  { name: 'birthDate', label: '出生日期', type: 'date', required: false, help: '身份证上已有，可不填' },
  {
    name: 'firstWorkDate',
    label: '首次参工时间',
    type: 'date',
    required: false,
    help: '第一次申报缴费时填报；新参加工作的与本次参工时间相同，可不填',
  },
  {
    name: 'entryDate',
    label: '本次参工时间',
    type: 'date',
    required: true,
    help: '在本单位建立劳动关系的日期，请据实填写：{autoBack}以内的自动补收，更早的登记后另办劳动合同补缴',
  },
  { name: 'wage', label: '申报工资', type: 'money', required: true, help: '起薪当月工资，元' },
  { name: 'insurances', label: '参保险种', type: 'insurances', required: false, help: '不填按本单位已参加的全部险种' },
  { name: 'mobile', label: '手机号码', type: 'phone', required: false, help: '11 位，可不填' },
];
