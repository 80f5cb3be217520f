import { answerLine, CALCULATORS, type Calculator, TOPICS } from '../../src/calculators/index.ts';
import { workCalendar } from '../../src/kernel/calendar.ts';
import { civilDate } from '../../src/kernel/month.ts';
import { calendarSeedRows } from '../../src/rules/calendar-seed.ts';
import { createBook } from '../../src/rules/index.ts';
import type { Generated } from '../generate.ts';

/** Examples that name no day are answered as of this one, so that the page stands still. */
const AS_OF = civilDate('2026-11-21');

const INTRODUCTION = `# 计算器

本页由程序生成（\`npm run check -- --fix\`），内容就是声明本身（\`src/calculators/\`）。

\`npx tongzheng calc 名称 [--explain] < 输入.jsonl > 输出.jsonl\`：每行一个 JSON 对象，逐行回答，次序不变。

- 金额是元的小数文字 \`"204.93"\`，比例是小数文字 \`"0.007"\`，月份 \`"2023-04"\`，日期 \`"2023-04-10"\`，地区六位代码 \`"420500"\`。
- 没写的参数按地区和日期取政策数据；写了的以写的为准。政策数据没有的就报 \`POL-001\`，不推算。
- 某行写错，该行回答 \`{"error":{"code","message","field"}}\`，其余照算。没有的字段列在 \`ignored\` 里。
- 加 \`--explain\`，每个结果带 \`trace\`：输入、步骤、取整、出处。

例子中没写日期的，按 ${AS_OF} 的政策。
`;

/** A text in one cell of a table. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

/** What a field says of itself when it is given something unreadable: «须为…» without the «须为». */
function expectation(schema: Calculator['fields']['shape'][string]): string {
  const read = schema.safeParse(Symbol('unreadable'));
  return read.success ? '' : (read.error.issues[0]?.message ?? '');
}

function section(calculator: Calculator): string {
  const { name, title, fields, example } = calculator;
  const env = { book: createBook(), calendar: workCalendar(calendarSeedRows()), asOf: AS_OF };
  const question = JSON.stringify(example);
  const rows = Object.entries(fields.shape).map(([field, schema]) => {
    const needed = (schema as { safeParse(value: unknown): { success: boolean } }).safeParse(undefined).success;
    const described = (schema as { description?: string }).description ?? '';
    return `| \`${field}\` | ${needed ? '' : '必填'} | ${cell(described)} | ${cell(expectation(schema))} |`;
  });
  return [
    `### \`${name}\` ${title}`,
    '',
    '| 字段 | | 含义 | 写法 |',
    '|---|---|---|---|',
    ...rows,
    '',
    '```json',
    question,
    answerLine(calculator, question, env),
    '```',
  ].join('\n');
}

/** docs/how-to/calculators.md: every calculator with its fields and one example with its answer. */
export function calculatorPages(): Generated {
  const topics = Object.entries(TOPICS).map(([topic, title]) => {
    const own = CALCULATORS.filter((each) => each.topic === topic);
    return [`## ${title}`, ...own.map(section)].join('\n\n');
  });
  return new Map([['docs/how-to/calculators.md', `${[INTRODUCTION, ...topics].join('\n')}\n`]]);
}
