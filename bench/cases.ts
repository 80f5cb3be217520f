/** Every case, in the order of the table. Its file is loaded when it is run: what one measures does not carry the others' libraries. */
import type { RunCase } from './harness.ts';

export type CaseEntry = {
  /** For --only. */
  readonly key: string;
  readonly title: string;
  /** What the floor is and how it is measured, for the README. */
  readonly about: string;
  load(): Promise<{ readonly run: RunCase }>;
};

export const CASES: readonly CaseEntry[] = [
  {
    key: 'month-close',
    title: '月结',
    about:
      '每个单位 20 人、每人三个险种的城市逐月月结（选出该缴的人、按规则计算、写核定明细与应缴款、移动做账期号、记应收台账凭证、落盘提交），' +
      '每次之后量下限：同样多的明细（每人每险种一行）用二进制 COPY 写进一张没有主键的普通表。造城市时不检查外键，不建参保关系的排他约束。',
    load: () => import('./month-close.ts'),
  },
];
