import type { CellValue } from 'hucre/xlsx';
import { isCivilDate, parseMonth } from '../../kernel/month.ts';
import type { WorkbookColumn } from './spec.ts';

export type CellProblem = {
  readonly key: string;
  /** XLS-003 not a date as text; XLS-005 number or error where text is needed; XLS-006 missing; XLS-007 not one of the options. */
  readonly code: 'XLS-003' | 'XLS-005' | 'XLS-006' | 'XLS-007';
  readonly message: string;
  /** What to do in the cell. */
  readonly next: string;
  /** What was probably meant; the user decides. */
  readonly suggestion?: string;
};

const NEXT: Readonly<Record<CellProblem['code'], (column: WorkbookColumn) => string>> = {
  'XLS-003': () => '请写成 2023-04-03 这样的文本。',
  'XLS-005': ({ type }) => (type === 'money' ? '请改成数字，单位是元。' : '请把单元格设为文本格式，重新填写。'),
  'XLS-006': () => '请补上。',
  'XLS-007': () => '请改成下拉框里的一项。',
};

export type Reading = { readonly text: string; readonly problem?: CellProblem };

export function readValue(column: WorkbookColumn, raw: CellValue, line: number, isError: boolean): Reading {
  const where = `第${line}行“${column.header}”列：`;
  const fault = (code: CellProblem['code'], message: string, suggestion?: string): Reading => ({
    // What was typed stays to be corrected; a number or a date in the wrong cell has lost digits.
    text: typeof raw === 'string' ? clean(raw) : '',
    problem: {
      ...{ key: column.key, code, message: where + message },
      next: suggestion ? `可能是 ${suggestion}，请核对后改正。` : NEXT[code](column),
      ...(suggestion ? { suggestion } : {}),
    },
  });
  if (isError) return fault('XLS-005', '单元格是公式错误，请填写内容');
  if (raw === null || (typeof raw === 'string' && clean(raw) === '')) {
    return column.required ? fault('XLS-006', '必填，不能为空') : { text: '' };
  }
  switch (column.type) {
    case 'date':
      return typeof raw === 'string'
        ? textDate(clean(raw), (suggestion) => fault('XLS-003', '应为文本格式的日期', suggestion))
        : fault('XLS-003', '应为文本格式的日期', dateOf(raw));
    case 'month': {
      if (raw instanceof Date) return fault('XLS-003', '应为文本格式的年月', dateOf(raw)?.slice(0, 7));
      const found = parseMonth(
        clean(String(raw))
          .replace(/[/.年]/g, '-')
          .replace(/月$/, '')
          .replace(/^(\d{4})-(\d)$/, '$1-0$2'),
      );
      return found ? { text: found } : fault('XLS-003', '应为文本格式的年月，如 2023-04');
    }
    case 'money':
      return money(raw, (message) => fault('XLS-005', message));
    case 'idNo':
      // A number of 18 digits has lost its last ones by the time we see it.
      return typeof raw === 'string'
        ? { text: clean(raw).replaceAll(' ', '').toUpperCase() }
        : fault('XLS-005', '应为文本格式，数字格式会丢失末几位');
    case 'select': {
      const text = clean(String(raw));
      return column.options?.includes(text)
        ? { text }
        : fault('XLS-007', `请从下拉框中选择：${column.options?.join('、') ?? ''}`);
    }
    case 'text':
    case 'phone':
      if (raw instanceof Date) return fault('XLS-005', '应为文本格式');
      if (typeof raw === 'number' && !Number.isSafeInteger(raw)) return fault('XLS-005', '应为文本格式');
      return { text: clean(String(raw)) };
    default:
      return column.type satisfies never;
  }
}

/** Full-width digits and letters become ordinary ones, invisible characters go. */
function clean(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\p{Cc}\p{Cf}]/gu, '')
    .trim();
}

/** 2021-3-25, 2021/03/25, 2021.3.25, 2021年3月25日 and 20210325 as text are clear. */
function textDate(text: string, fault: (suggestion?: string) => Reading): Reading {
  const match = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/.exec(text) ?? /^(\d{4})(\d{2})(\d{2})$/.exec(text);
  const iso = match ? `${match[1]}-${match[2]!.padStart(2, '0')}-${match[3]!.padStart(2, '0')}` : text;
  return isCivilDate(iso) ? { text: iso } : fault();
}

const EXCEL_EPOCH = Date.UTC(1899, 11, 30);
const DAY_MS = 86_400_000;

/** Date cells arrive at midnight UTC; a serial number or 20230403 typed as a number is only a guess. */
function dateOf(raw: CellValue): string | undefined {
  if (raw instanceof Date) return Number.isNaN(raw.getTime()) ? undefined : raw.toISOString().slice(0, 10);
  if (typeof raw !== 'number' || !Number.isFinite(raw)) return undefined;
  const digits = /^(\d{4})(\d{2})(\d{2})$/.exec(String(raw));
  if (digits) {
    const iso = `${digits[1]}-${digits[2]}-${digits[3]}`;
    if (isCivilDate(iso)) return iso;
  }
  const serial = Math.floor(raw);
  return serial > 0 && serial < 80_000 ? new Date(EXCEL_EPOCH + serial * DAY_MS).toISOString().slice(0, 10) : undefined;
}

/** Yuan as text with at most two decimals. A sheet computes in binary fractions, so 3410.8599999999997 is read as 3410.86. */
function money(raw: CellValue, fault: (message: string) => Reading): Reading {
  if (typeof raw === 'number') {
    const text = raw.toFixed(2);
    if (!Number.isFinite(raw) || Math.abs(raw - Number(text)) > 1e-6) return fault('金额最多两位小数');
    return { text };
  }
  if (typeof raw !== 'string') return fault('应为金额');
  const text = clean(raw)
    .replace(/[,\s]/g, '')
    .replace(/^[¥￥]/, '')
    .replace(/元$/, '');
  return /^-?\d{1,12}(\.\d{1,2})?$/.test(text) ? { text } : fault('应为金额，最多两位小数');
}
