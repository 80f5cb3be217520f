import type { Problem } from '../kernel/errors.ts';
import { type Fen, parseYuan } from '../kernel/fen.ts';
import { checkIdNumber } from '../kernel/id-number.ts';
import { INSURANCE_SHORT_NAMES, INSURANCES, type Insurance } from '../kernel/insurance.ts';
import { type CivilDate, isCivilDate, type Month, parseMonth } from '../kernel/month.ts';
import type { Field } from './contract.ts';

/** What a required field says when it was left empty. */
export function missingProblem(field: Pick<Field, 'name' | 'label'>): Problem {
  return {
    code: 'GEN-006',
    message: `请填写${field.label}`,
    why: '这一项必填，还空着。',
    next: `补上${field.label}后再试。`,
    field: field.name,
  };
}

export function isBlank(value: unknown): boolean {
  return Array.isArray(value) ? value.length === 0 : String(value ?? '').trim() === '';
}

/** A name as it is compared: its separator is typed in several ways, and short names are widened with blanks to stand under long ones. */
export function plainName(typed: string): string {
  return typed
    .trim()
    .replaceAll(/\s*[·‧・．•]\s*/g, '·')
    .replaceAll(/(?<=\p{Script=Han})\s+(?=\p{Script=Han})/gu, '')
    .replaceAll(/\s+/g, ' ');
}

/** Readers of typed values: each returns the value, or adds what is wrong and how to mend it. */
export class FieldReader {
  readonly problems: Problem[] = [];
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #prefix: string;

  constructor(values: Readonly<Record<string, unknown>>, prefix = '') {
    this.#values = values;
    this.#prefix = prefix;
  }

  #text(name: string): string {
    const value = this.#values[name];
    return typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : '';
  }

  fail(name: string, problem: Problem): undefined {
    this.problems.push({ ...problem, field: `${this.#prefix}${name}` });
    return undefined;
  }

  optional(name: string): string | undefined {
    return this.#text(name) || undefined;
  }

  required(field: Pick<Field, 'name' | 'label'>): string | undefined {
    const text = this.#text(field.name);
    if (text) return text;
    return this.fail(field.name, missingProblem(field));
  }

  /** As a document of identity writes it: characters or letters, with spaces, dots and hyphens. */
  personName(field: Pick<Field, 'name' | 'label'>): string | undefined {
    const typed = this.required(field);
    const text = typed && plainName(typed);
    if (text === undefined || /^[\p{L}\p{M}\p{N}][\p{L}\p{M}\p{N}·.'’ -]{0,49}$/u.test(text)) return text;
    return this.fail(field.name, {
      code: 'REG-020',
      message: `${field.label}里有不能用的字符`,
      why: '姓名只用文字、间隔号、空格和连字符，最多 50 个字。',
      next: '请对照身份证件改正。',
    });
  }

  /** Empty, or a mobile number of the mainland. */
  mobile(field: Pick<Field, 'name' | 'label'>): string | undefined {
    const text = this.#text(field.name)
      .replaceAll(/[\s-]/g, '')
      .replace(/^\+?86(?=1\d{10}$)/, '');
    if (text === '' || /^1\d{10}$/.test(text)) return text || undefined;
    return this.fail(field.name, {
      code: 'REG-021',
      message: `${field.label}应为 1 开头的 11 位数字`,
      why: '座机和境外号码收不到通知。',
      next: '请改正；也可以不填。',
    });
  }

  date(field: Pick<Field, 'name' | 'label'>): CivilDate | undefined {
    const text = this.required(field);
    if (text === undefined) return undefined;
    const normal = normalDate(text);
    if (normal) return normal;
    return this.fail(field.name, {
      code: 'GEN-007',
      message: `${field.label}不是日期：${text}`,
      why: '日期写成 2023-04-03 这样的文本。',
      next: '请改正日期。',
    });
  }

  month(field: Pick<Field, 'name' | 'label'>): Month | undefined {
    const text = this.required(field);
    if (text === undefined) return undefined;
    return (
      parseMonth(text) ??
      this.fail(field.name, { code: 'GEN-007', message: `${field.label}不是月份：${text}`, next: '请写成 2023-04。' })
    );
  }

  money(field: Pick<Field, 'name' | 'label'>): Fen | undefined {
    const text = this.required(field);
    if (text === undefined) return undefined;
    const fen = parseYuan(text);
    if (fen === undefined || fen <= 0) {
      return this.fail(field.name, {
        code: 'GEN-008',
        message: `${field.label}不是金额：${text}`,
        why: '金额应大于 0，最多两位小数。',
        next: '请改正金额。',
      });
    }
    return fen;
  }

  idNo(
    field: Pick<Field, 'name' | 'label'>,
  ): { idNo: string; birthDate: CivilDate; sex: 'male' | 'female' } | undefined {
    const text = this.required(field);
    if (text === undefined) return undefined;
    const checked = checkIdNumber(text);
    if (checked.ok) return { idNo: checked.idNo, birthDate: checked.birthDate, sex: checked.sex };
    return this.fail(field.name, {
      code: 'REG-001',
      message: '证件号码校验位不正确',
      // Never the digit that would fit: typed in unseen it would make a wrong number look right (D-DATA-02).
      why: checked.expectedCheckDigit ? '号码里至少有一位写错了。' : checked.reason,
      next: '请对照身份证原件改正。',
    });
  }

  select<V extends string>(field: Field, otherwise?: V): V | undefined {
    const text = this.#text(field.name);
    if (!text && otherwise !== undefined) return otherwise;
    if (!text && field.required) return this.fail(field.name, missingProblem(field));
    const found = field.options?.find((option) => option.value === text || option.label === text);
    if (found) return found.value as V;
    return this.fail(field.name, {
      code: 'GEN-009',
      message: `${field.label}不在可选项内：${text || '空'}`,
      next: `可选：${field.options?.map((option) => option.label).join('、')}。`,
    });
  }

  /** 养老、失业、工伤 as list or text; all three when left out. */
  insurances(name: string): readonly Insurance[] | undefined {
    const value = this.#values[name];
    const parts = Array.isArray(value) ? value.map(String) : this.#text(name).split(/[,，、;；\s]+/);
    const wanted = parts.map((part) => part.trim()).filter(Boolean);
    if (wanted.length === 0) return INSURANCES;
    const found: Insurance[] = [];
    for (const part of wanted) {
      const insurance = INSURANCES.find((one) => one === part || part.includes(INSURANCE_SHORT_NAMES[one]));
      if (!insurance) {
        return this.fail(name, { code: 'GEN-009', message: `不认识的险种：${part}`, next: '可选：养老、失业、工伤。' });
      }
      if (!found.includes(insurance)) found.push(insurance);
    }
    return INSURANCES.filter((insurance) => found.includes(insurance));
  }
}

/** 2023-4-3, 2023/04/03 and 20230403 are meant as 2023-04-03 when typed as text. */
function normalDate(text: string): CivilDate | undefined {
  const match = /^(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?$/.exec(text.trim());
  if (!match) return undefined;
  const [, year = '', month = '', day = ''] = match;
  const normal = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return isCivilDate(normal) ? normal : undefined;
}
