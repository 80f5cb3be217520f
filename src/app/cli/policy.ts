/** `npx tongzheng policy show|diff|expiring|check`: the policy book, readable without a database. */
import { parseArgs } from 'node:util';
import { type CivilDate, isCivilDate, isMonth } from '../../kernel/month.ts';
import {
  createBook,
  type Expiring,
  expiringValues,
  findRegion,
  lapsedValues,
  POLICY_FILES,
  type PolicyBook,
  type PolicyValue,
  type PolicyView,
  policyDifferences,
  policyFaults,
  policyWords,
  valuesInForce,
} from '../../rules/index.ts';
import { POLICY_HELP } from './policy-help.ts';
import { todayInChina } from './today.ts';

const STATUS = { verified: '', unverified: '（原文待核）' } as const;

class Usage extends Error {}

type Options = {
  readonly region?: string | undefined;
  readonly on?: string | undefined;
  readonly from?: string | undefined;
  readonly key?: string | undefined;
  readonly months?: string | undefined;
  readonly json?: boolean | undefined;
};

/** 0: answered (check: nothing wrong); 1: check found something; 64: the words of the call are off. */
export async function policyCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      region: { type: 'string' },
      on: { type: 'string' },
      from: { type: 'string' },
      key: { type: 'string' },
      months: { type: 'string' },
      json: { type: 'boolean' },
    },
  });
  const [name = '', ...words] = positionals;
  const command = SUBCOMMANDS[name];
  try {
    if (!command) throw new Usage(name ? `没有子命令“${name}”` : '要写子命令');
    return command(values, words);
  } catch (error) {
    if (!(error instanceof Usage)) throw error;
    process.stderr.write(`${error.message}\n\n${POLICY_HELP}`);
    return 64;
  }
}

const SUBCOMMANDS: Readonly<Record<string, (options: Options, words: readonly string[]) => number>> = {
  show,
  diff,
  expiring,
  check,
};

function print(options: Options, data: unknown, lines: () => readonly string[]): void {
  process.stdout.write(
    options.json
      ? `${JSON.stringify(data)}\n`
      : lines()
          .map((line) => `${line}\n`)
          .join(''),
  );
}

function regionOf(code: string): string {
  if (!findRegion(code)) throw new Usage(`没有登记的地区：${code}`);
  return code;
}

function dayOf(text: string): string {
  if (!isCivilDate(text) && !isMonth(text)) throw new Usage(`不是日期或年月：${text}`);
  return text;
}

function regionName(code: string): string {
  return findRegion(code)?.name ?? code;
}

function sourceText({ source }: PolicyValue): string {
  const { title, docNo, article, status } = source;
  return [title, docNo, article].filter(Boolean).join(' ') + STATUS[status];
}

function show(options: Options): number {
  const region = regionOf(options.region ?? '100000');
  const on = dayOf(options.on ?? todayInChina());
  const wanted = options.key ?? '';
  const found = valuesInForce(createBook(), region, on).filter(
    ({ key, name }) => key.includes(wanted) || name.includes(wanted),
  );
  print(options, found, () => [
    `${regionName(region)} ${on}，${found.length} 项`,
    ...found.flatMap((value) => {
      const { key, name, source } = value;
      const inherited = value.region === region ? '' : `　承自${regionName(value.region)}`;
      const validity = `${source.from} 至 ${source.to ?? '今'}`;
      return [`${name}  ${policyWords(value)}`, `    ${key}　${validity}　${sourceText(value)}${inherited}`];
    }),
  ]);
  return 0;
}

function viewOf(word: string): PolicyView {
  const [region = '', on = todayInChina()] = word.split('@');
  return { region: regionOf(region), on: dayOf(on) };
}

function diff(options: Options, words: readonly string[]): number {
  const [left, right] = words;
  if (!left || !right) throw new Usage('要写两个：地区@日期');
  const [a, b] = [viewOf(left), viewOf(right)];
  const found = policyDifferences(createBook(), a, b);
  const text = (value: PolicyValue | undefined): string =>
    value ? `${policyWords(value)}　${sourceText(value)}` : '没有';
  print(options, found, () => [
    `${regionName(a.region)} ${a.on} 与 ${regionName(b.region)} ${b.on}：${found.length} 项不同`,
    ...found.flatMap((each) => [each.name, `    甲 ${text(each.left)}`, `    乙 ${text(each.right)}`]),
  ]);
  return 0;
}

function expiring(options: Options): number {
  const months = Number(options.months ?? '12');
  if (!Number.isInteger(months) || months < 0 || months > 1200) throw new Usage('--months 要写月数');
  const from = dayOf(options.from ?? todayInChina());
  const region = options.region === undefined ? undefined : regionOf(options.region);
  const book: PolicyBook = createBook();
  const day = (from.length === 7 ? `${from}-01` : from) as CivilDate;
  const found = expiringValues(book, day, months, region);
  const lapsed = lapsedValues(book, day, region);
  const line = ({ value, lastDay }: Expiring): string =>
    `${lastDay}  ${regionName(value.region)}  ${value.name}  ${policyWords(value)}`;
  print(options, { expiring: found, lapsed }, () => [
    `${day} 起 ${months} 个月内到期 ${found.length} 项`,
    ...found.map((each) => `${line(each)}，${each.next ? `之后 ${policyWords(each.next)}` : '之后没有接续的数值'}`),
    `${day} 以前已到期、没有接续 ${lapsed.length} 项（问到时报缺政策参数）`,
    ...lapsed.map(line),
  ]);
  return 0;
}

function check(options: Options): number {
  const faults = policyFaults();
  const values = POLICY_FILES.reduce((sum, file) => sum + file.values.length, 0);
  const unverified = POLICY_FILES.flatMap((file) => file.values).filter(({ status }) => status === 'unverified').length;
  print(options, { files: POLICY_FILES.length, values, unverified, faults }, () => [
    ...faults,
    `${POLICY_FILES.length} 个文件，${values} 个数值，其中 ${unverified} 个原文待核；不对的 ${faults.length} 处`,
  ]);
  return faults.length === 0 ? 0 : 1;
}
