import { describe, expect, test } from 'vitest';
import { judge } from './expect.ts';
import { observed } from './observed.ts';
import { parseStory, StoryError } from './parse.ts';

describe('reading a story', () => {
  const story = parseStory(`故事 期号不符
地区 421300
# 备注
时钟 2023-04-12 09:00
办理 emp.enroll
    手机号码：13800000000
    | 姓名 | 申报工资 |
    | 样甲 | 3450.00 |
    | 样乙 | 4000 |
    预期 提示 存在补缴
预期 办件号 长度 12
`);

  test('knows title, region, steps, fields, table rows and expectations', () => {
    expect(story.title).toBe('期号不符');
    expect(story.region).toBe('421300');
    expect(story.steps.map((step) => [step.line, step.verb, step.words])).toEqual([
      [4, '时钟', ['2023-04-12', '09:00']],
      [5, '办理', ['emp.enroll']],
    ]);
    const act = story.steps[1];
    expect(act?.fields.get('手机号码')).toBe('13800000000');
    expect(act?.table?.rows.map((row) => row.cells)).toEqual([
      { 姓名: '样甲', 申报工资: '3450.00' },
      { 姓名: '样乙', 申报工资: '4000' },
    ]);
    expect(act?.expectations.map((each) => each.text)).toEqual(['提示 存在补缴', '办件号 长度 12']);
  });

  test.each([
    ['时钟 2023-04-12', /缺少标题/],
    ['故事 空', /没有步骤/],
    ['故事 甲\n预期 通过', /第 2 行.*还没有步骤/],
    ['故事 甲\n办理 x\n  说不清', /第 3 行.*看不懂/],
    ['故事 甲\n办理 x\n  | a | b |\n  | 1 |', /第 4 行.*1 格/],
  ])('says where and why it cannot read %j', (text, message) => {
    expect(() => parseStory(text)).toThrow(StoryError);
    expect(() => parseStory(text)).toThrow(message);
  });
});

describe('judging what came', () => {
  const seen = observed({
    facts: { 合计: '18881.52', 单据号: '2021111310244307', 状态: '实收分配' },
    notices: ['样甲：该人员还需申报劳动合同补缴业务'],
    rows: [
      { label: '养老', values: { 单位: '101940.80', 个人: '50970.40' } },
      { label: '养老', values: { 单位: '1.00', 个人: '2.00' } },
    ],
    raw: { rows: [{ name: '样甲' }] },
    text: '实际应缴金额合计大写 贰佰零肆元玖角叁分',
  });
  test.each([
    ['合计 18,881.52', true],
    ['合计 18881.53', false],
    ['单据号 开头 20211113102443', true],
    ['单据号 长度 16', true],
    ['状态 不是 已过期', true],
    ['没有的 1', false],
    ['提示 【该人员还需申报劳动合同补缴业务】', true],
    ['没有提示 存在补缴', true],
    ['行 养老 单位 101940.80 个人 50970.40', true],
    ['行 养老 单位 101940.80 个人 2.00', false],
    ['行 失业 单位 1.00', false],
    ['字段 rows.0.name 样甲', true],
    ['文字 贰佰零肆元玖角叁分', true],
    ['没有文字 已作废', true],
    ['通过', true],
    ['拒绝 DEC-004', false],
  ])('%s → %s', (text, ok) => {
    expect(judge(text, seen).ok).toBe(ok);
  });

  test('a refusal needs its code and its words', () => {
    const refused = observed({
      refused: [{ code: 'DEC-004', message: '该单位的最大做账期号不等于上一月或者当前月！' }],
    });
    expect(judge('拒绝 DEC-004 【该单位的最大做账期号不等于上一月或者当前月！】', refused).ok).toBe(true);
    expect(judge('拒绝 DEC-003', refused).ok).toBe(false);
    expect(judge('通过', refused).ok).toBe(false);
  });
});
