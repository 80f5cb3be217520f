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
      '月结在只做这件事的进程里跑，每次之后量下限：同样多的明细（每人每险种一行）用二进制 COPY 写进一张没有主键的普通表。月结用四个连接，与作业一样，下限只用一个连接写；' +
      '随后两个连接与一个连接轮流各做几个月（P8）。造城市时不检查外键，不建参保关系的排他约束。' +
      '“若压缩”一行是把一个月的块抄进另一张表、让服务器用 pglz 压缩后的大小：产品不会自己压缩关账的月份，所以不论达到与否。',
    load: () => import('./month-close.ts'),
  },
  {
    key: 'rules',
    title: '按规则计算',
    about:
      '一个月三个险种的应缴额，类型数组进、类型数组出；下限是同样的输入、同样的结果、用 C 写的循环（`rules.c`，运行时用 cc -O2 编译）。' +
      '同类软件 OpenFisca 不在可用的软件源里，没有量。',
    load: () => import('./rules.ts'),
  },
  {
    key: 'agreement',
    title: '两套算法对照',
    about:
      '规则与照条文直写的整数算法逐人、逐月、逐险种比较基数和两部分，每八人一个在舍入或上下限的边上。“下限”一栏是第二套算法的用时。',
    load: () => import('./agreement.ts'),
  },
  {
    key: 'portal',
    title: '网厅',
    about:
      '真的服务进程（`TONGZHENG_MODE=test`：没有夜间核对、作业的心跳和进程的度量），10 个连接一直发请求（autocannon），轮流换单位：增员一人并补收一个月（会话、权限、校验、防重、参保、核定、应缴款、凭证、办件、审计，' +
      '一次落盘提交）。下限是另一个进程里的裸 fastify，一条落盘的 insert；读的下限是一条查询。旁边的月结与作业一样用四个连接。数据库、服务和发请求的在同一台机器上。',
    load: () => import('./portal/case.ts'),
  },
  {
    key: 'allocation',
    title: '登账与配账',
    about:
      '月结之后每个单位一张缴齐的单据（三笔应缴款、一笔到账）：社保登账与实收分配各做一遍，都是正式的作业（锁单据、核对到账、改单据一行（应缴款与到账由它推出）、记凭证、审计、落盘提交）。' +
      '下限是每人每险种一行用二进制 COPY 写进一张没有主键的普通表。',
    load: () => import('./allocation.ts'),
  },
  {
    key: 'certificates',
    title: '参保证明',
    about:
      '单位参保证明，带章、二维码和签名，每份的单位和人都不同，存进档案并提交；下限是把同样的字节写进一张普通表并提交。',
    load: () => import('./certificates.ts'),
  },
  {
    key: 'start',
    title: '启动',
    about:
      '依赖已装好、页面已生成的目录里运行 npm start，到首页和演示账号都答复为止；先在空的数据目录里（建库、迁移、造演示城市），停下后再来一次。' +
      '下限是 npm 自己运行一个空的 Node 程序。',
    load: () => import('./start.ts'),
  },
  {
    key: 'workbook',
    title: '导盘',
    about:
      '一个单位 5,000 行的增员工作簿，通过 HTTP 上传、校验、提交，再申报当月；下限是同一个文件用同一个库读出来，COPY 进一张普通表。',
    load: () => import('./workbook.ts'),
  },
  {
    key: 'back-dated',
    title: '往期重算',
    about:
      '十二个月已经月结，全单位的工资从第一个月起更正：每单位一个事务，逐人逐险种逐月过差额；下限是同样多的明细用二进制 COPY 写进一张没有主键的普通表。',
    load: () => import('./back-dated.ts'),
  },
  {
    key: 'interest',
    title: '年度计息',
    about:
      '每个单位 20 人的城市九个月的缴费全部结清，给每个个人账户计一年的利息：一次快照里读结清的养老明细与账户分录，按计算器的同一条规则算，按人员段写入、审计、落盘提交，' +
      '结果再由数据库从长表逐人复算。下限是把必须读的列逐表 COPY 出来，再把每人一条分录用二进制 COPY 写进一张没有主键的普通表。' +
      '内存是计息时进程的峰值，城市是同一个进程造的；目标与月结的同为 256 MiB。',
    load: () => import('./interest.ts'),
  },
  {
    key: 'integrity',
    title: '完整性核对',
    about:
      '生成的城市（`npx tongzheng generate`）期初载入一年的缴费，没有单据：一次快照里核对八条承诺，与夜间作业一样；内存是核对时进程的峰值，载入城市的也在内。没有下限，也没有目标。',
    load: () => import('./integrity.ts'),
  },
];
