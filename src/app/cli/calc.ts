/** `npx tongzheng calc NAME [--explain]`: JSON lines in, JSON lines out, as a stream of constant memory. */
import { parseArgs } from 'node:util';
import { answerLine, type Calculator, findCalculator } from '../../calculators/index.ts';
import { workCalendar } from '../../kernel/calendar.ts';
import { isCivilDate } from '../../kernel/month.ts';
import { calendarSeedRows } from '../../rules/calendar-seed.ts';
import { createBook } from '../../rules/index.ts';

import { CALC_HELP } from './calc-help.ts';
import { eachLine } from './each-line.ts';
import { todayInChina } from './today.ts';

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
