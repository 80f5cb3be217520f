import type { Cell, CellStyle, ConditionalRule, DataValidation, WriteSheet } from 'hucre/xlsx';
import {
  CHECK_HEADER,
  columnLetter,
  columnSignature,
  DATA_SHEET,
  DEFAULT_ROW_LIMIT,
  FIRST_LINE,
  GUIDE_SHEET,
  headerText,
  MARK,
  MARK_SHEET,
  type WorkbookColumn,
  type WorkbookSpec,
} from './spec.ts';

const headerStyle: CellStyle = {
  font: { bold: true, color: { rgb: 'FFFFFF' } },
  fill: { type: 'pattern', pattern: 'solid', fgColor: { rgb: '1D4E9E' } },
  alignment: { horizontal: 'center', vertical: 'center', wrapText: true },
};
const textStyle: CellStyle = { numFmt: '@' };
const hintStyle: CellStyle = { font: { color: { rgb: 'B42318' } } };
const missingStyle: CellStyle = { fill: { type: 'pattern', pattern: 'solid', bgColor: { rgb: 'FDE7E5' } } };

/** The workbook users download: text format for dates and numbers with meaning, drop-downs, hints without macros, a guide. */
export async function buildTemplate(spec: WorkbookSpec): Promise<Uint8Array> {
  // Loaded with the first workbook, not at the start.
  const { writeXlsx } = await import('hucre/xlsx');
  return await writeXlsx({
    sheets: [dataSheet(spec), guideSheet(spec), markSheet(spec)],
    properties: { title: spec.title, creator: '统征' },
    activeSheet: 0,
  });
}

function dataSheet(spec: WorkbookSpec): WriteSheet {
  const { columns } = spec;
  const cells = new Map<string, Partial<Cell>>();
  columns.forEach((column, index) => {
    cells.set(`0,${index}`, {
      value: headerText(column),
      type: 'string',
      style: headerStyle,
      ...(prompt(column, '\n') ? { comment: { author: '统征', text: prompt(column, '\n') } } : {}),
    });
  });
  cells.set(`0,${columns.length}`, { value: CHECK_HEADER, type: 'string', style: headerStyle });
  const rows: (string | null)[][] = [[...columns.map(headerText), CHECK_HEADER]];
  for (let row = 1; row <= DEFAULT_ROW_LIMIT; row += 1) {
    // Empty cells carry their column's format: a line without them would take a typed date for a number.
    rows.push(new Array<null>(columns.length + 1).fill(null));
    cells.set(`${row},${columns.length}`, {
      value: null,
      type: 'formula',
      formula: checkFormula(columns, row + 1),
      formulaResult: '',
      style: hintStyle,
    });
  }
  return {
    name: DATA_SHEET,
    columns: [
      ...columns.map((column) => ({ width: column.width, ...(column.type === 'money' ? {} : { style: textStyle }) })),
      { width: 24 },
    ],
    rows,
    cells,
    rowDefs: new Map([[0, { height: 30 }]]),
    freezePane: { rows: 1 },
    dataValidations: columns.flatMap(validation),
    conditionalRules: columns.flatMap((column, index) => missingRule(columns, column, index)),
  };
}

/** 缺项 / 日期须为文本, seen while typing. The check that counts is done after the upload. */
function checkFormula(columns: readonly WorkbookColumn[], line: number): string {
  const last = columnLetter(columns.length - 1);
  const conditions: string[] = [];
  columns.forEach((column, index) => {
    const cell = `${columnLetter(index)}${line}`;
    if (column.required) conditions.push(`IF(${cell}="","缺：${column.header} ","")`);
    if (column.type === 'date') conditions.push(`IF(ISNUMBER(${cell}),"${column.header}须为文本 ","")`);
    if (column.length) {
      const { places, when } = column.length;
      const other = `${columnLetter(columns.findIndex(({ key }) => key === when.key))}${line}`;
      conditions.push(
        `IF(AND(${cell}<>"",LEN(${cell})<>${places},OR(${other}="",${other}="${when.says}")),"${column.header}应为${places}位 ","")`,
      );
    }
  });
  return `IF(COUNTA(A${line}:${last}${line})=0,"",${conditions.join('&') || '""'})`;
}

/** What is said of a column where it is filled in; empty when there is nothing to say. */
function prompt({ help, example }: WorkbookColumn, between: string): string {
  return [help, example === '' ? '' : `示例：${example}`].filter((text) => text !== '').join(between);
}

function range(index: number): string {
  const letter = columnLetter(index);
  return `${letter}${FIRST_LINE}:${letter}${DEFAULT_ROW_LIMIT + 1}`;
}

function validation(column: WorkbookColumn, index: number): DataValidation[] {
  const common = {
    range: range(index),
    allowBlank: true,
    ...(prompt(column, ' ')
      ? { showInputMessage: true, inputTitle: column.header, inputMessage: prompt(column, ' ') }
      : {}),
    showErrorMessage: true,
    errorTitle: column.header,
  };
  const first = `${columnLetter(index)}${FIRST_LINE}`;
  switch (column.type) {
    case 'select':
      return [{ ...common, type: 'list', values: [...(column.options ?? [])], errorMessage: '请从下拉框中选择。' }];
    case 'date':
    case 'month':
      return [
        {
          ...common,
          type: 'custom',
          formula1: `ISTEXT(${first})`,
          errorMessage: `应为文本格式，如 ${column.example}。`,
        },
      ];
    case 'idNo':
      return [{ ...common, type: 'custom', formula1: `ISTEXT(${first})`, errorMessage: '证件号码应为文本格式。' }];
    case 'money':
      return [
        {
          ...common,
          type: 'decimal',
          operator: 'greaterThanOrEqual',
          formula1: '0',
          errorMessage: '应为不小于 0 的金额。',
        },
      ];
    default:
      return [
        { ...common, type: 'textLength', operator: 'lessThanOrEqual', formula1: '200', errorMessage: '最多 200 字。' },
      ];
  }
}

function missingRule(columns: readonly WorkbookColumn[], column: WorkbookColumn, index: number): ConditionalRule[] {
  if (!column.required) return [];
  const last = columnLetter(columns.length - 1);
  const formula = `AND(COUNTA($A${FIRST_LINE}:$${last}${FIRST_LINE})>0,${columnLetter(index)}${FIRST_LINE}="")`;
  return [{ type: 'expression', priority: index + 1, formula, range: range(index), style: missingStyle }];
}

function guideSheet(spec: WorkbookSpec): WriteSheet {
  const rules = [
    [spec.title],
    ['1. 模板须从对应功能下载，不要自己绘制，不要改变表格形式。'],
    ['2. 日期、月份、证件号码均为文本格式，如 2023-04-03。'],
    ['3. 红底为缺项；“校验提示”列为空表示未发现问题。'],
    ['4. 上传后请点击【校验】，校验通过的行方可提交。'],
    [`5. 一次最多 ${DEFAULT_ROW_LIMIT} 行，每人一行，从第 ${FIRST_LINE} 行填起。`],
    [],
    ['栏目', '必填', '格式', '说明', '示例'],
  ];
  const formats: Readonly<Record<WorkbookColumn['type'], string>> = {
    text: '文本',
    date: '文本日期',
    month: '文本年月',
    money: '金额（元）',
    idNo: '文本',
    select: '下拉选择',
    phone: '文本',
  };
  const cells = new Map<string, Partial<Cell>>([
    ['0,0', { value: spec.title, type: 'string', style: { font: { bold: true, size: 14 } } }],
  ]);
  for (let index = 0; index < 5; index += 1) {
    cells.set(`${rules.length - 1},${index}`, { value: rules.at(-1)![index]!, type: 'string', style: headerStyle });
  }
  return {
    name: GUIDE_SHEET,
    columns: [18, 8, 12, 60, 24].map((width) => ({ width, style: textStyle })),
    rows: [
      ...rules,
      ...spec.columns.map((column) => [
        column.header,
        column.required ? '是' : '否',
        formats[column.type],
        column.options ? `${column.help}（${column.options.join('、')}）` : column.help,
        column.example,
      ]),
    ],
    cells,
  };
}

function markSheet(spec: WorkbookSpec): WriteSheet {
  return {
    name: MARK_SHEET,
    veryHidden: true,
    rows: [[MARK], [spec.itemCode], [String(spec.version)], [columnSignature(spec)]],
  };
}
