/** 待遇调整: what a year's adjustment adds to a pension already drawn. */
import { fenOf } from '../desk.ts';
import type { Figure, Tab } from '../kinds.ts';
import { regionField } from './common.ts';

const JIANGSU = '320000';

const PARTS = [
  ['fixed', '定额调整'],
  ['byYears', '按缴费年限'],
  ['byPension', '按养老金水平'],
  ['ageExtra', '高龄倾斜'],
  ['floorTopUp', '补足到最低增加额'],
] as const;

export const adjustmentTab: Tab = {
  name: 'adjustment',
  title: '待遇调整',
  heading: '养老金调整加多少',
  fields: [
    regionField('adjust.fixed', JIANGSU),
    { name: 'year', label: '哪年的调整', kind: 'whole', min: 1990, max: 2100, initial: '2024' },
    { name: 'pensionBefore', label: '调整前每月养老金（元）', kind: 'yuan', initial: '3560' },
    { name: 'years', label: '缴费年限（年）', kind: 'decimal', max: 80, initial: '32' },
    { name: 'age', label: '上年末的周岁', kind: 'whole', max: 150, initial: '76' },
  ],
  show: (values, desk) => {
    const answer = desk.ask('pension-adjustment', values);
    if (!answer) return {};
    const { result } = answer;
    const parts: Figure[] = PARTS.flatMap(([name, label]) =>
      result[name] === undefined ? [] : [{ label, fen: fenOf(result[name]) }],
    );
    return {
      headline: { label: '每月增加', fen: fenOf(result.total) },
      shares: [{ label: '调整后每月', fen: fenOf(result.pensionAfter) }],
      table: {
        label: '由哪几项加成',
        head: [{ text: '项目' }, { text: '元', num: true }],
        rows: parts.map(({ label, fen = 0 }) => [label, { fen }]),
        sum: ['合计', { fen: fenOf(result.total) }],
      },
      ...(result.backPay === undefined
        ? {}
        : { facts: [{ label: `补发 ${String(result.backPayMonths)} 个月`, fen: fenOf(result.backPay) }] }),
    };
  },
};
