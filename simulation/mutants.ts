/**
 * `node scripts/run.cjs simulation/mutants.ts [--only name] [--seeds 20] [--months 4]`: plants one bug at a time in a copy of the tree and
 * says which seed of the simulation catches it. A simulation that misses one does not prove what it claims.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

type Mutant = { readonly name: string; readonly file: string; readonly from: string; readonly to: string };

const MUTANTS: readonly Mutant[] = [
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
    file: 'tax/commands/pay.ts',
    from: '  if (post) await postReceipt(ctx, receiptNo);',
    to: "  if (post && !receiptNo.endsWith('3')) await postReceipt(ctx, receiptNo);",
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
    file: 'src/collection/bills/life.ts',
    from: '  await setDuesLive(ctx.tx, ctx.region, billNo, false);\n  await changeBill(ctx.tx, ctx.region, billNo, undefined, { released: true',
    to: '  await changeBill(ctx.tx, ctx.region, billNo, undefined, { released: true',
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
    to: "    case 'RECEIPT_POSTED':\n      if (fact.billNos.some((billNo) => billNo.endsWith('2'))) return [];",
  },
  {
    name: '对账来晚的明细不再认',
    file: 'src/exchange/recon.ts',
    from: '  if (groups.length === 0) {',
    to: '  if (groups.length < 0) {',
  },
];

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const COPIED = ['src', 'tax', 'wire', 'policy', 'tests', 'simulation', 'scripts', 'package.json', 'tsconfig.json'];

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    seeds: { type: 'string', default: '20' },
    months: { type: 'string', default: '4' },
  },
});

function plant(mutant: Mutant): string {
  const copy = mkdtempSync(join(tmpdir(), 'tongzheng-mutant-'));
  for (const name of COPIED) cpSync(join(ROOT, name), join(copy, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  const path = join(copy, mutant.file);
  const text = readFileSync(path, 'utf8');
  if (text.split(mutant.from).length !== 2)
    throw new Error(`${mutant.name}: ${mutant.file} has no single place for it`);
  writeFileSync(
    path,
    text.replace(mutant.from, () => mutant.to),
  );
  return copy;
}

let missed = 0;
for (const mutant of MUTANTS.filter((one) => !values.only || one.name === values.only)) {
  const copy = plant(mutant);
  try {
    const args = ['simulation/main.ts', '--seed', '1', '--seeds', values.seeds, '--months', values.months];
    const ran = spawnSync(process.execPath, [...args, '--no-shrink', '--until-failure'], {
      cwd: copy,
      encoding: 'utf8',
    });
    const caught = /^种子 (\S+)：第 .* 步后违反\n(.*)$/m.exec(ran.stdout);
    if (!caught) missed += 1;
    const words = caught
      ? `种子 ${caught[1]} 抓到：${(caught[2] ?? '').slice(0, 160)}`
      : `漏过 ${ran.stderr.slice(0, 300)}`;
    process.stdout.write(`${mutant.name}（${mutant.file}）：${words}\n`);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
process.exitCode = missed > 0 ? 1 : 0;
