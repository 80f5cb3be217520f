import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CellValue } from 'hucre/xlsx';
import { openXlsx, readXlsx, saveXlsx } from 'hucre/xlsx';
import { afterAll, describe, expect, test } from 'vitest';
import { DomainError } from '../../kernel/errors.ts';
import { buildTemplate, markErrors, readWorkbook, type WorkbookSpec, writeTable } from './index.ts';
import { DEFAULT_ROW_LIMIT } from './spec.ts';

const spec: WorkbookSpec = {
  itemCode: 'emp.enroll',
  title: '参保登记/续保',
  version: 1,
  columns: [
    {
      key: 'idNo',
      header: '证件号码',
      type: 'idNo',
      required: true,
      width: 22,
      help: '18 位身份证号。',
      example: '429999199001010015',
    },
    { key: 'name', header: '姓名', type: 'text', required: true, width: 10, help: '与证件一致。', example: '王样' },
    {
      key: 'start',
      header: '本次参工时间',
      type: 'date',
      required: true,
      width: 14,
      help: '文本日期。',
      example: '2023-04-03',
    },
    {
      key: 'month',
      header: '起始年月',
      type: 'month',
      required: false,
      width: 10,
      help: '文本年月。',
      example: '2023-04',
    },
    {
      key: 'wage',
      header: '申报工资',
      type: 'money',
      required: true,
      width: 12,
      help: '月工资，元。',
      example: '5000.00',
    },
    {
      key: 'sex',
      header: '性别',
      type: 'select',
      required: false,
      width: 8,
      options: ['男', '女'],
      help: '请选择。',
      example: '男',
    },
    {
      key: 'phone',
      header: '联系电话',
      type: 'phone',
      required: false,
      width: 14,
      help: '手机号。',
      example: '13900000000',
    },
  ],
};

const ID_1 = '429999199001010015';
const ID_2 = '429999199001010023';
const good: readonly CellValue[] = [ID_1, '王样', '2023-04-03', '202304', 2987.65, '男', '13900000000'];

/** What a user's script does: opens the template, types into the rows, saves. */
async function fill(rows: readonly (readonly CellValue[])[], change?: (sheet: { rows: CellValue[][] }) => void) {
  const workbook = await openXlsx(await buildTemplate(spec), { readStyles: true });
  const sheet = workbook.sheets[0]!;
  rows.forEach((row, index) => {
    row.forEach((value, column) => {
      sheet.rows[index + 1]![column] = value;
      sheet.cells?.delete(`${index + 1},${column}`);
    });
  });
  change?.(sheet);
  return await saveXlsx(workbook);
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  return await work.then(
    () => 'no error',
    (error: unknown) => (error instanceof DomainError ? error.code : String(error)),
  );
}

describe('导盘模板 (HB-XLS-01, HB-XLS-02)', () => {
  test('an empty template reads as no rows', async () => {
    expect(await readWorkbook(await buildTemplate(spec), spec)).toEqual({ rows: [] });
  });

  test('filled rows come back as text, with the row number the user sees', async () => {
    const { rows } = await readWorkbook(
      await fill([good, [], [ID_2, '李样', '2021-3-25', null, '１,000.5', null, null]]),
      spec,
    );
    expect(rows).toEqual([
      {
        line: 2,
        values: {
          idNo: ID_1,
          name: '王样',
          start: '2023-04-03',
          month: '2023-04',
          wage: '2987.65',
          sex: '男',
          phone: '13900000000',
        },
        cellProblems: [],
      },
      {
        line: 4,
        values: { idNo: ID_2, name: '李样', start: '2021-03-25', month: '', wage: '1000.5', sex: '', phone: '' },
        cellProblems: [],
      },
    ]);
  });

  test('a date typed as a date is a fault of its row only, with what was probably meant (AT-02)', async () => {
    const date = new Date(Date.UTC(2023, 3, 3));
    const { rows } = await readWorkbook(
      await fill([
        good,
        [ID_2, '李样', date, null, 5000, null, null],
        [ID_2, '李样', 20230403, null, 5000, null, null],
      ]),
      spec,
    );
    expect(rows.map((row) => row.cellProblems.length)).toEqual([0, 1, 1]);
    for (const row of rows.slice(1)) {
      expect(row.cellProblems[0]).toEqual({
        key: 'start',
        code: 'XLS-003',
        message: `第${row.line}行“本次参工时间”列：应为文本格式的日期`,
        next: '可能是 2023-04-03，请核对后改正。',
        suggestion: '2023-04-03',
      });
    }
  });

  test.each([
    [
      'an identity number typed as a number has lost digits',
      [Number(ID_1), '王样', '2023-04-03', null, 1, null, null],
      'idNo',
      'XLS-005',
      '',
      '请把单元格设为文本格式，重新填写。',
    ],
    ['a missing field', [ID_1, ' ', '2023-04-03', null, 1, null, null], 'name', 'XLS-006', '', '请补上。'],
    [
      'a day that does not exist',
      [ID_1, '王样', '2023-02-30', null, 1, null, null],
      'start',
      'XLS-003',
      '2023-02-30',
      '请写成 2023-04-03 这样的文本。',
    ],
    [
      'a third of a fen',
      [ID_1, '王样', '2023-04-03', null, 1.234, null, null],
      'wage',
      'XLS-005',
      '',
      '请改成数字，单位是元。',
    ],
    [
      'text for an amount',
      [ID_1, '王样', '2023-04-03', null, '五千', null, null],
      'wage',
      'XLS-005',
      '五千',
      '请改成数字，单位是元。',
    ],
    [
      'not among the options',
      [ID_1, '王样', '2023-04-03', null, 1, '不详', null],
      'sex',
      'XLS-007',
      '不详',
      '请改成下拉框里的一项。',
    ],
  ] as const)('%s is found, says what to do, and keeps what was typed', async (_, row, key, code, kept, next) => {
    const { rows } = await readWorkbook(await fill([row]), spec);
    expect(rows[0]?.cellProblems.map((problem) => [problem.key, problem.code, problem.next])).toEqual([
      [key, code, next],
    ]);
    expect(rows[0]?.values[key]).toBe(kept);
  });

  test('another item, an older version, a self-made file and a broken file are refused', async () => {
    const bytes = await fill([good]);
    expect(await codeOf(readWorkbook(bytes, { ...spec, itemCode: 'emp.suspend' }))).toBe('XLS-001');
    expect(await codeOf(readWorkbook(bytes, { ...spec, version: 2 }))).toBe('XLS-001');
    expect(await codeOf(readWorkbook(await writeTable([{ key: 'a', header: '证件号码' }], [{ a: ID_1 }]), spec))).toBe(
      'XLS-001',
    );
    expect(await codeOf(readWorkbook(new TextEncoder().encode('no workbook'), spec))).toBe('XLS-001');
  });

  test('a changed header is refused', async () => {
    const bytes = await fill([good], (sheet) => {
      sheet.rows[0]![1] = '名字';
      (sheet as { cells?: Map<string, unknown> }).cells?.delete('0,1');
    });
    expect(await codeOf(readWorkbook(bytes, spec))).toBe('XLS-002');
  });

  test('more rows than allowed are refused as a whole', async () => {
    const bytes = await fill([good, good, good]);
    expect(await codeOf(readWorkbook(bytes, spec, 2))).toBe('JH-001');
    expect((await readWorkbook(bytes, spec, 3)).rows.length).toBe(3);
  });
});

describe('错误标记', () => {
  test('the same workbook comes back with red cells, comments and a result column, and can be sent again', async () => {
    const bytes = await fill([good, [ID_2, '李样', '2023-04-03', null, 5000, null, null]]);
    const marked = await markErrors(bytes, spec, [{ line: 3, key: 'idNo', message: '该人员在原单位尚未停保' }]);
    const sheet = (await readXlsx(marked, { readStyles: true })).sheets[0]!;
    expect(sheet.rows[0]?.[8]).toBe('校验结果');
    expect(sheet.rows[1]?.[8]).toBe('通过');
    expect(sheet.rows[2]?.[8]).toBe('该人员在原单位尚未停保');
    expect(sheet.cells?.get('2,0')?.comment?.text).toContain('该人员在原单位尚未停保');
    expect(JSON.stringify(sheet.cells?.get('2,0')?.style?.fill)).toContain('F8B4AE');
    expect(await readWorkbook(marked, spec)).toEqual(await readWorkbook(bytes, spec));
    const again = (await readXlsx(await markErrors(marked, spec, []), { readStyles: true })).sheets[0]!;
    expect(again.rows[2]?.[8]).toBe('通过');
    expect(again.cells?.get('2,0')?.comment).toBeUndefined();
    expect(JSON.stringify(again.cells?.get('2,0')?.style?.fill ?? null)).not.toContain('F8B4AE');
  });
});

test('错误报告 has what was mended since in its cells, and only that', async () => {
  const bytes = await fill([good, [ID_2, '李样', '2023-04-03', null, null, null, null]]);
  const before = (await readWorkbook(bytes, spec)).rows;
  const columns = spec.columns.map((column) => column.key);
  const wage = columns[4] as string;
  const mended = new Map(before.map(({ line, values }) => [line, line === 3 ? { ...values, [wage]: '5200' } : values]));
  const again = await readWorkbook(await markErrors(bytes, spec, [], mended), spec);
  expect(again.rows.map((row) => row.values)).toEqual([before[0]?.values, { ...before[1]?.values, [wage]: '5200' }]);
  expect(again.rows.flatMap((row) => row.cellProblems)).toEqual([]);
});

test('what was submitted before says so in the report and is not read again', async () => {
  const bytes = await fill([good, [ID_2, '李样', '2023-04-03', null, null, null, null]]);
  const [, second] = (await readWorkbook(bytes, spec)).rows;
  const marked = await markErrors(bytes, spec, [], new Map([[3, second?.values ?? {}]]));
  expect((await readWorkbook(marked, spec)).rows.map((row) => row.line)).toEqual([3]);
  const round = await markErrors(marked, spec, [], new Map([[3, second?.values ?? {}]]));
  expect((await readWorkbook(round, spec)).rows.map((row) => row.line)).toEqual([3]);
});

describe('导出 (D-IMP-03)', () => {
  test('amounts are numbers, identity numbers texts, and nothing is a formula', async () => {
    const bytes = await writeTable(
      [
        { key: 'id', header: '证件号码' },
        { key: 'name', header: '姓名' },
        { key: 'fen', header: '应缴金额', type: 'money' },
      ],
      [{ id: ID_1, name: '=HYPERLINK("http://example.invalid")', fen: 20493 }],
    );
    const sheet = (await readXlsx(bytes, { readStyles: true })).sheets[0]!;
    expect(sheet.rows[1]).toEqual([ID_1, '\'=HYPERLINK("http://example.invalid")', 204.93]);
    expect([...(sheet.cells?.values() ?? [])].filter((cell) => cell.formula !== undefined)).toEqual([]);
  });
});

describe('LibreOffice', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tongzheng-workbook-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const soffice = ['/usr/bin/soffice', '/usr/lib/libreoffice/program/soffice'].find((path) => existsSync(path));
  const convert = (file: string, format: string, out: string): Buffer => {
    const profile = `-env:UserInstallation=file://${join(folder, 'profile')}`;
    execFileSync(soffice!, [profile, '--headless', '--convert-to', format, '--outdir', join(folder, 'out'), file], {
      stdio: 'pipe',
    });
    return readFileSync(join(folder, 'out', out));
  };

  test.skipIf(!soffice)(
    'a workbook saved by it reads the same; its own dates are found; its check column works',
    async () => {
      const date = new Date(Date.UTC(2023, 3, 3));
      const bytes = await fill([
        good,
        [ID_2, '李样', date, null, 5000, null, null],
        [ID_2, null, '2023-04-03', null, 5000, null, null],
      ]);
      const file = join(folder, 'filled.xlsx');
      writeFileSync(file, bytes);
      const saved = convert(file, 'xlsx:Calc MS Excel 2007 XML', 'filled.xlsx');
      const reading = await readWorkbook(saved, spec);
      expect(reading).toEqual(await readWorkbook(bytes, spec));
      expect(reading.rows.map((row) => row.cellProblems.map((problem) => problem.code))).toEqual([
        [],
        ['XLS-003'],
        ['XLS-006'],
      ]);
      const lines = convert(file, 'csv:Text - txt - csv (StarCalc):44,34,76', 'filled.csv')
        .toString('utf8')
        .split('\n');
      expect(lines[1]).toMatch(/,$/);
      expect(lines[2]).toContain('本次参工时间须为文本');
      expect(lines[3]).toContain('缺：姓名');
      const marked = await markErrors(saved, spec, [{ line: 3, key: 'start', message: '应为文本格式的日期' }]);
      writeFileSync(file, marked);
      expect((await readWorkbook(convert(file, 'xlsx:Calc MS Excel 2007 XML', 'filled.xlsx'), spec)).rows.length).toBe(
        3,
      );
    },
    120_000,
  );
});

test('the hint of a number’s length spares the papers that have another one', async () => {
  const [idNo, ...others] = spec.columns;
  if (!idNo) throw new Error('no column');
  const type = { ...idNo, key: 'idType', header: '证件类型', type: 'select', options: ['身份证', '护照'] } as const;
  const length = { places: 18, when: { key: 'idType', says: '身份证' } };
  const hint = async (columns: typeof spec.columns) => {
    const book = await readXlsx(await buildTemplate({ ...spec, columns }));
    const sheet = book.sheets[0];
    return sheet?.cells?.get(`1,${columns.length}`)?.formula;
  };
  expect(await hint([type, { ...idNo, length }, ...others])).toContain(
    'IF(AND(B2<>"",LEN(B2)<>18,OR(A2="",A2="身份证")),"证件号码应为18位 ","")',
  );
  expect(await hint(spec.columns)).not.toContain('应为18位');
});

test('every line that may be filled has its hint, and the file stays small', async () => {
  const bytes = await buildTemplate(spec);
  const cells = (await readXlsx(bytes)).sheets[0]?.cells;
  for (const row of [1, DEFAULT_ROW_LIMIT]) {
    expect(cells?.get(`${row},${spec.columns.length}`)?.formula).toContain(`A${row + 1}=""`);
  }
  expect(cells?.has(`${DEFAULT_ROW_LIMIT + 1},${spec.columns.length}`)).toBe(false);
  expect(bytes.length).toBeLessThan(300_000);
});

test('what has no example does not promise one', async () => {
  const columns = spec.columns.map((column) => ({ ...column, ...(column.key === 'name' ? { example: '' } : {}) }));
  const bare = columns.map((column) => ({ ...column, ...(column.key === 'name' ? { help: '' } : {}) }));
  const said = async (of: typeof columns) => {
    const sheet = (await readXlsx(await buildTemplate({ ...spec, columns: of }), { readStyles: true })).sheets[0];
    return [sheet?.dataValidations?.[1]?.inputMessage, sheet?.cells?.get('0,1')?.comment?.text];
  };
  expect(await said([...spec.columns])).toEqual(['与证件一致。 示例：王样', '与证件一致。\n示例：王样']);
  expect(await said(columns)).toEqual(['与证件一致。', '与证件一致。']);
  expect(await said(bare)).toEqual([undefined, undefined]);
});

test('a formula counts only with the value it shows', async () => {
  const bytes = await fill([good], (sheet) => {
    (sheet as { cells?: Map<string, unknown> }).cells?.set('1,4', {
      value: 5000.5,
      type: 'formula',
      formula: '10001/2',
      formulaResult: 5000.5,
    });
  });
  expect((await readWorkbook(bytes, spec)).rows[0]?.values.wage).toBe('5000.50');
});
