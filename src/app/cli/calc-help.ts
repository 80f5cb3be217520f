import { CALCULATORS, TOPICS } from '../../calculators/index.ts';

function list(): string {
  const width = Math.max(...CALCULATORS.map(({ name }) => name.length));
  const topics = Object.entries(TOPICS).map(([topic, title]) => {
    const lines = CALCULATORS.filter((each) => each.topic === topic).map(
      ({ name, title: about }) => `  ${name.padEnd(width)}  ${about}`,
    );
    return [title, ...lines].join('\n');
  });
  return topics.join('\n');
}

export const CALC_HELP = `用法：npx tongzheng calc <名称> [--explain] [--as-of 2026-01-01] < 输入.jsonl > 输出.jsonl

每行一个 JSON 对象，逐行回答，次序不变。金额写成元的小数文字（"204.93"），比例写成小数文字（"0.007"），
月份 "2023-04"，日期 "2023-04-10"，地区六位代码 "420500"。没写的参数按地区和日期取政策数据；写了的以写的为准。
  --explain  每个结果带 trace（输入、步骤、取整、出处）
  --as-of    没写日期的问题按哪天的政策（默认今天）
某行写错时，该行回答 {"error":{"code","message","field"}}，其余照算。
看一个计算器的字段和例子：npx tongzheng calc <名称> --fields

${list()}
`;
