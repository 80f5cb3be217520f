/** Bugs of different kinds, each the change of one place: what the simulation must be able to see (`mutants.ts` plants them). */
export type Mutant = {
  readonly name: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** Of each seed, when what it spoils comes later than the others' lives last. */
  readonly months?: number;
};

export const MUTANTS: readonly Mutant[] = [
  {
    name: '分位舍去不进位',
    file: 'src/kernel/fen.ts',
    from: 'return fen(Math.floor((product + 500_000) / 1_000_000));',
    to: 'return fen(Math.floor(product / 1_000_000));',
  },
  {
    name: '滞纳金少算一天',
    file: 'src/rules/late-charges.ts',
    from: 'Math.max(0, daysBetween(input.lateFrom, input.until) + 1)',
    to: 'Math.max(0, daysBetween(input.lateFrom, input.until))',
  },
  {
    name: '收款报文没有发出',
    file: 'tax/commands/receipt.ts',
    from: "  await ctx.tell({\n    stream: 'money',\n    type: 'payment.posted',",
    to: "  if (Number(receiptNo.slice(-2)) % 4 === 1) return;\n  await ctx.tell({\n    stream: 'money',\n    type: 'payment.posted',",
  },
  {
    name: '配账两次记收入',
    file: 'src/collection/receipts/post.ts',
    from: '  await announce(ctx, { type, ref, billNos, amounts });',
    to: "  await announce(ctx, { type, ref, billNos, amounts: type === 'ALLOCATED' ? [...amounts, ...amounts] : amounts });",
  },
  {
    name: '单位没有上锁',
    file: 'src/registry/store.ts',
    from: ' for update`',
    to: '`',
  },
  {
    name: '补收窗口少一个月',
    file: 'src/enrolment/commands/plan.ts',
    from: 'monthsBetween(entry, current) > autoBackMonths',
    to: 'monthsBetween(entry, current) >= autoBackMonths',
  },
  {
    name: '工资晚一个月生效',
    file: 'src/wages/model.ts',
    from: 'wages.findLast((wage) => wage.from <= month)',
    to: 'wages.findLast((wage) => wage.from < month) ?? wages[0]',
  },
  {
    name: '撤单后费用没有放开',
    file: 'src/collection/bills/release.ts',
    from: '  await setDuesLive(ctx.tx, ctx.region, billNo, false);\n',
    to: '',
  },
  {
    name: '撤销申报没有退期号',
    file: 'src/items/declaration/declare.ts',
    from: '  await moveBack(env, record.refs, month);',
    to: '  if (month.length === 0) await moveBack(env, record.refs, month);',
  },
  {
    name: '登账时账簿没有记',
    file: 'src/fund/vouchers.ts',
    from: "    case 'RECEIPT_POSTED':",
    to: "    case 'RECEIPT_POSTED':\n      if (fact.billNos.some((billNo) => Number(billNo.slice(12, 14)) % 3 === 0)) return [];",
  },
  {
    name: '对账相符的日子记成不平',
    file: 'src/exchange/recon.ts',
    from: '  if (differing.length === 0) return agree(ctx, day, send);',
    to: '',
  },
  {
    name: '撤销停保没有还回冲抵',
    file: 'src/collection/assess/undo.ts',
    from: '      for (const { debit, employerFen, personFen } of back) {',
    to: '      for (const { debit, employerFen, personFen } of back.slice(1)) {',
  },
  {
    name: '停保当月就停缴',
    file: 'src/enrolment/model.ts',
    from: 'return span.from <= month && (span.to === null || month <= span.to);',
    to: 'return span.from <= month && (span.to === null || month < span.to);',
  },
  {
    name: '缴费基数不封顶',
    file: 'src/rules/contribution.ts',
    from: 'rounded > upperFen ? upperFen : rounded) as Fen;',
    to: 'rounded) as Fen;',
  },
  {
    name: '补缴利息少算一天',
    file: 'src/rules/late-charges.ts',
    from: '    const days = daysBetween(from, to) + 1;',
    to: '    const days = daysBetween(from, to);',
  },
  {
    name: '等撤单的天数照样加收',
    file: 'src/collection/bills/issue.ts',
    from: 'return spared ? addDays(today, -due.waitedDays) : today;',
    to: 'return today;',
  },
  {
    name: '冲正后没有记欠费',
    file: 'src/collection/receipts/judge.ts',
    from: '      if (wentBack) await insertArrears(',
    to: '      if (!bill) await insertArrears(',
  },
  {
    name: '报文不按版本生效',
    file: 'wire/engine/apply.ts',
    from: 'item.version === last + 1 ||',
    to: 'item.version > last ||',
  },
  {
    name: '月结漏了一个单位',
    file: 'src/collection/batch/store.ts',
    from: 'order by e.employer_no for no key update`',
    to: 'order by e.employer_no offset 1 for no key update`',
  },
  {
    name: '撤销没有留痕',
    file: 'src/items/engine.ts',
    from: 'action: `item.undo ',
    to: 'action: `item.undone ',
  },
  {
    name: '存档摘要不是这份文件的',
    file: 'src/archive/commands/issue.ts',
    from: ".update(bytes).digest('hex')",
    to: ".update(bytes.subarray(1)).digest('hex')",
  },
  {
    name: '年度计息少积一个月',
    file: 'src/rules/account/account.ts',
    from: 'creditFen * (12 - month + 1);',
    to: 'creditFen * (12 - month);',
    // The first year in which the city pays is closed in July of the next.
    months: 20,
  },
];
