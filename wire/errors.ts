import type { Problem } from '../src/kernel/errors.ts';

/** R = the sender may retry as is, F = fix first, H = a human. */
export type Remedy = 'R' | 'F' | 'H';
export type WireError = {
  readonly code: string;
  readonly remedy: Remedy;
  /** 发生了什么. */
  readonly message: string;
  /** 怎么办. */
  readonly next: string;
  /** 去哪里办. */
  readonly place: string;
};

const QUEUE = '运行 › 交换：税务';
const BILLS = '业务单据查询';
const KEYS = '运行 › 交换：税务 › 待人处理';
const RECON = '运行 › 交换：税务 › 日终对账';

const rows: readonly (readonly [number, Remedy, string, string, string])[] = [
  [101, 'F', '对方不认识该报文版本或类型', '请核对双方协议版本后改用共同支持的类型', QUEUE],
  [102, 'F', '内容不是完整的报文，或条数与报文头不符', '请重新生成报文', QUEUE],
  [103, 'R', '报文内容与摘要不一致', '系统将自动重发同一报文', QUEUE],
  [104, 'R', '报文时间超前 5 分钟以上', '请校准发送方时钟，系统随后自动重发', QUEUE],
  [105, 'F', '报文超过 1,000 条或 4 MiB', '请分成几份发送', QUEUE],
  [106, 'F', '报文内容不符合格式', '请按提示的字段改正后重新报送', QUEUE],
  [107, 'R', '对方暂时收不下更多报文', '请等候，系统稍后自动重发', QUEUE],
  [108, 'R', '对方正在维护', '请等候，维护结束后系统自动重发', QUEUE],
  [201, 'H', '发送方未登记，或报文不是发给本方的', '请核对双方的参与方代码', KEYS],
  [202, 'H', '同一报文号出现了不同的内容', '已报警，请双方核对原始报文', QUEUE],
  [203, 'H', '同一对象的同一版本出现了不同的内容', '请双方核对该对象的最新内容', QUEUE],
  [204, 'H', '报文签名不正确', '请核对签名密钥', KEYS],
  [205, 'H', '签名密钥未登记、已过期或已吊销', '请更换为有效的密钥', KEYS],
  [206, 'H', '报文与前一份报文衔接不上', '请双方核对该流的收发位置', QUEUE],
  [207, 'H', '报文不能解密', '请核对加密密钥', KEYS],
  [208, 'H', '签名算法与密钥登记的算法不同', '请按密钥登记的算法签名', KEYS],
  [209, 'H', '报文已超过 400 天', '请由双方人员核实后另行补发', QUEUE],
  [210, 'H', '该参与方不能发送此类报文', '请核对参与方的权限', KEYS],
  [301, 'F', '对方没有该单位或人员的登记', '请先同步登记信息，再重新报送', QUEUE],
  [302, 'F', '合计与明细之和不一致', '请核对金额后重新开单', BILLS],
  [303, 'F', '该内容不允许变更', '请撤销原单后重新开单', BILLS],
  [304, 'F', '该征集通知单据号已使用过', '请用新的单据号重新开单', BILLS],
  [305, 'F', '缴费截止日期已过或不是有效日期', '请重新开单', BILLS],
  [306, 'F', '代码没有对应关系', '请补充代码对照表', QUEUE],
  [307, 'F', '该单位未参加此险种', '请核对参保险种后重新报送', QUEUE],
  [308, 'F', '费款所属期超出允许的范围', '请核对费款所属期', BILLS],
  [309, 'F', '明细重复', '请合并重复的明细后重新报送', BILLS],
  [401, 'F', '对方没有该单据', '请先报送该单据', BILLS],
  [402, 'F', '该单据已在税务开票', '请先在税务端作废开票', BILLS],
  [403, 'F', '该单据已缴费', '不需要再办理', BILLS],
  [404, 'F', '该单据已撤销', '请重新开单', BILLS],
  [405, 'F', '该单据已过期', '请重新开单', BILLS],
  [406, 'F', '该事项不由本方办理', '请由对方办理', BILLS],
  [407, 'F', '退费金额超过到账金额', '请核对退费金额', RECON],
  [408, 'F', '没有该到账记录', '请核对到账流水号', RECON],
  [409, 'F', '该档次不存在或已停用', '请按公布的档次选择', BILLS],
  [410, 'F', '该缴费业务须先由社保（医保）经办机构核定应缴费额', '请先到社保经办机构办理核定', BILLS],
  [411, 'F', '没有签订三方协议', '请先签订三方协议或换一种缴费方式', BILLS],
  [412, 'F', '缴费时间晚于缴费截止日期', '请重新开单后缴费', BILLS],
  [501, 'R', '凭证还不能提供', '请在提示的时间以后再取', BILLS],
  [502, 'F', '没有写明查询用途', '请填写办件编号后再查询', QUEUE],
  [503, 'R', '该日对账还没有结束', '请等候当日对账结束', RECON],
  [601, 'H', '发放文件的合计与明细不一致', '请核对文件，未付款', RECON],
  [602, 'H', '批次号已使用过且内容不同', '请核对批次', RECON],
  [603, 'H', '付款编号已使用过', '请核对付款编号', RECON],
  [604, 'F', '收款账户信息不正确', '请更正账户', RECON],
  [901, 'R', '对方系统内部出错', '系统稍后自动重试', QUEUE],
];

/** 差错目录 (wire.md §9): the one place of these sentences. */
export const WIRE_ERRORS: Readonly<Record<string, WireError>> = Object.fromEntries(
  rows.map(([number, remedy, message, next, place]) => {
    const code = `TZ-WIR-${number}`;
    return [code, { code, remedy, message, next, place }];
  }),
);

/** Falls back to 901 for a code of a newer version. */
export function wireError(code: string): WireError {
  const known = WIRE_ERRORS[code];
  if (known) return known;
  return { code, remedy: 'H', message: '对方返回了未知的差错代码', next: '请联系对方核实', place: QUEUE };
}

export function isWireCode(code: string): boolean {
  return code in WIRE_ERRORS;
}

/** The four parts a user sees (HB-GEN-07). */
export function wireProblem(code: string, detail?: string): Problem {
  const error = wireError(code);
  return {
    code,
    message: error.message,
    ...(detail ? { why: detail } : {}),
    next: error.next,
    link: { label: error.place, to: error.place === BILLS ? '/bills' : '/office/operations' },
  };
}
