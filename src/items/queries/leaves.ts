import type { QueryLeaf } from '../model.ts';

const guide = (what: string) => ({
  what,
  who: '单位经办人',
  materials: [],
  duration: '随时可查',
  cost: '不收费',
  follows: [],
  basis: [],
});

/** Menu leaves that show something (查询统计、证明); each works. */
export const QUERY_LEAVES: readonly QueryLeaf[] = [
  {
    kind: 'query',
    code: 'cert.enroll',
    name: '单位参保证明',
    group: '社会保险参保缴费记录查询',
    subgroup: '单位参保证明查询打印',
    aliases: ['参保证明', '证明打印'],
    ends: '即时出具',
    route: '/certificates',
    note: '到账后可开，{verify}可验证',
    guide: guide('选险种和时间段，勾选人员，打印带授权码和签章的参保证明。'),
  },
  {
    kind: 'query',
    code: 'q.people',
    name: '单位参保人员查询',
    group: '查询统计服务',
    subgroup: '单位查询服务',
    aliases: ['人员查询', '参保人员', '花名册'],
    ends: '查询',
    route: '/people',
    note: '随时可查',
    guide: guide('查本单位参保人员、缴费基数和缴费月历。'),
  },
  {
    kind: 'query',
    code: 'q.bills',
    name: '业务单据查询',
    group: '查询统计服务',
    subgroup: '单位查询服务',
    aliases: ['单据查询', '到账查询', '放大镜', '到账进度'],
    ends: '查询',
    route: '/bills',
    note: '随时可查',
    guide: guide('查已开的认定单、到账进度和缴费明细。'),
  },
  {
    kind: 'query',
    code: 'q.cases',
    name: '单位办件记录',
    group: '查询统计服务',
    subgroup: '单位查询服务',
    aliases: ['办件查询', '撤销', '打印单据'],
    ends: '查询',
    route: '/cases',
    note: '随时可查',
    guide: guide('查办过的业务，在业务前点【X】撤销，重新打印单据。'),
  },
];
