/** `npx tongzheng calc NAME [--explain]`: JSON lines in, JSON lines out, as a stream of constant memory. */
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { answerLine, type Calculator, findCalculator } from '../../calculators/index.ts';
import { workCalendar } from '../../kernel/calendar.ts';
import { isCivilDate } from '../../kernel/month.ts';
import { calendarSeedRows } from '../../rules/calendar-seed.ts';
import { createBook } from '../../rules/index.ts';

import { CALC_HELP } from './calc-help.ts';
import { todayInChina } from './today.ts';

/** Lines are answered and written in blocks of this many characters. */
const BLOCK = 65_536;

function fieldsOf({ name, title, fields, example }: Calculator): string {
  const lines = Object.entries(fields.shape).map(([field, schema]) => {
    const needed = schema.safeParse(undefined).success ? '可不写' : '必填';
    return `  ${field.padEnd(24)}${needed}  ${schema.description ?? ''}`;
  });
  return `${name}  ${title}\n${lines.join('\n')}\n例：${JSON.stringify(example)}\n`;
}

/** 0: every line was answered (errors of lines are answers too); 64: the words of the call are off. */
export async function calcCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { explain: { type: 'boolean' }, fields: { type: 'boolean' }, 'as-of': { type: 'string' } },
  });
  const calculator = findCalculator(positionals[0] ?? '');
  if (!calculator) {
    process.stderr.write(positionals[0] ? `没有计算器“${positionals[0]}”。\n\n${CALC_HELP}` : CALC_HELP);
    return 64;
  }
  if (values.fields) {
    process.stdout.write(fieldsOf(calculator));
    return 0;
  }
  const asOf = values['as-of'] ?? todayInChina();
  if (!isCivilDate(asOf)) {
    process.stderr.write(`--as-of 不是日期：${asOf}\n`);
    return 64;
  }
  const env = { book: createBook(), calendar: workCalendar(calendarSeedRows()), asOf };
  await eachLine(process.stdin, process.stdout, (line) => answerLine(calculator, line, env, values.explain));
  return 0;
}

/** Blank lines are passed over. Waits for the reader, so that memory stays constant. */
async function eachLine(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  answer: (line: string) => string,
): Promise<void> {
  input.setEncoding('utf8');
  let rest = '';
  let block = '';
  const flush = async (limit: number): Promise<void> => {
    if (block.length <= limit) return;
    const ready = output.write(block);
    block = '';
    if (!ready) await once(output, 'drain');
  };
  for await (const chunk of input) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line.trim() !== '') block += `${answer(line)}\n`;
      await flush(BLOCK);
    }
  }
  if (rest.trim() !== '') block += `${answer(rest)}\n`;
  await flush(0);
}
