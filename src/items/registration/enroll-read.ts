import type { Problem } from '../../kernel/errors.ts';
import type { Insurance } from '../../kernel/insurance.ts';
import { addCalendarMonths, type CivilDate } from '../../kernel/month.ts';
import type { Person } from '../../registry/index.ts';
import { findValue } from '../../rules/index.ts';
import { FieldReader } from '../fields.ts';
import type { ItemEnv, TypedRow } from '../model.ts';
import { ENROLL_FIELDS, ID_CARD, type IdType } from './enroll-form.ts';

/** A row as typed, with what is wrong with it so far. */
export type Typed = {
  readonly row: TypedRow;
  readonly problems: Problem[];
  readonly person?: Omit<Person, 'personNo'>;
  readonly entryDate?: CivilDate;
  readonly wageFen?: number;
  readonly insurances?: readonly Insurance[];
};

const field = (name: string) => {
  const found = ENROLL_FIELDS.find((one) => one.name === name);
  if (!found) throw new Error(`no such field: ${name}`);
  return found;
};

/** What can be said of a row without looking at anything else (D-IMP-02). */
export function readRow(env: ItemEnv, row: TypedRow, today: CivilDate): Typed {
  const reader = new FieldReader(row.values);
  const idType = reader.select<IdType>(field('idType'), ID_CARD);
  const name = reader.personName(field('name'));
  const entryDate = reader.date(field('entryDate'));
  const firstWorkDate = reader.optional('firstWorkDate') ? reader.date(field('firstWorkDate')) : entryDate;
  const wageFen = reader.money(field('wage'));
  const insurances = reader.insurances('insurances');
  const mobile = reader.mobile(field('mobile'));
  const identity = idType === ID_CARD ? reader.idNo(field('idNo')) : readForeignIdentity(reader);
  if (identity && idType === ID_CARD) checkAgainstIdentity(reader, identity);
  if (entryDate && entryDate > today) {
    reader.fail('entryDate', {
      code: 'REG-002',
      message: '本次参工时间不得晚于今天',
      why: `今天是 ${today}。`,
      next: '请按建立劳动关系的日期如实填写。',
    });
  }
  if (entryDate && firstWorkDate && firstWorkDate > entryDate) {
    reader.fail('firstWorkDate', {
      code: 'REG-012',
      message: '首次参工时间晚于本次参工时间',
      next: '新参加工作的，两个日期相同。',
    });
  }
  if (identity && entryDate) checkAge(env, reader, identity.birthDate, 'entryDate', entryDate, '本次参工时间');
  if (identity && firstWorkDate && firstWorkDate !== entryDate) {
    checkAge(env, reader, identity.birthDate, 'firstWorkDate', firstWorkDate, '首次参工时间');
  }
  const complete = identity && name && entryDate && wageFen !== undefined && insurances && reader.problems.length === 0;
  if (!complete) return { row, problems: reader.problems };
  return {
    row,
    problems: reader.problems,
    person: {
      idType: idType ?? ID_CARD,
      idNo: identity.idNo,
      name,
      sex: identity.sex,
      birthDate: identity.birthDate,
      firstWorkDate: firstWorkDate ?? null,
      mobile: mobile ?? null,
    },
    entryDate,
    wageFen,
    insurances,
  };
}

/** Nobody works before birth, nor below the lowest age of employment that was law on the day (劳动法第十五条). */
function checkAge(
  env: ItemEnv,
  reader: FieldReader,
  birthDate: CivilDate,
  name: 'entryDate' | 'firstWorkDate',
  day: CivilDate,
  label: string,
): void {
  const lowest = findValue(env.law.book, env.ctx.region, 'employment.minAge', day);
  if (birthDate >= day) {
    reader.fail(name, {
      code: 'REG-018',
      message: `${label}早于出生日期`,
      why: `出生日期是 ${birthDate}。`,
      next: '请核对证件号码和日期。',
    });
  } else if (lowest && addCalendarMonths(birthDate, Number(lowest.value) * 12) > day) {
    reader.fail(name, {
      code: 'REG-019',
      message: `${label}未满 ${lowest.value} 周岁`,
      why: `${lowest.source.title}${lowest.source.article ?? ''}；出生日期是 ${birthDate}。`,
      next: '请核对证件号码和日期；依法批准招用的，请到经办大厅办理。',
    });
  }
}

type Identity = { readonly idNo: string; readonly birthDate: CivilDate; readonly sex: 'male' | 'female' };

function readForeignIdentity(reader: FieldReader): Identity | undefined {
  const idNo = reader.required(field('idNo'));
  const sex = reader.select<'male' | 'female'>(field('sex'));
  const birthDate = reader.date(field('birthDate'));
  return idNo && sex && birthDate ? { idNo: idNo.toUpperCase(), sex, birthDate } : undefined;
}

/** Sex and birth date are in an identity number; when typed as well they must agree. */
function checkAgainstIdentity(reader: FieldReader, identity: Identity): void {
  if (reader.optional('sex')) {
    const sex = reader.select<'male' | 'female'>(field('sex'));
    if (sex && sex !== identity.sex) {
      reader.fail('sex', { code: 'REG-013', message: '性别与证件号码不一致', next: '请对照身份证改正；也可留空。' });
    }
  }
  if (reader.optional('birthDate')) {
    const birthDate = reader.date(field('birthDate'));
    if (birthDate && birthDate !== identity.birthDate) {
      reader.fail('birthDate', {
        code: 'REG-014',
        message: '出生日期与证件号码不一致',
        why: `证件号码上是 ${identity.birthDate}。`,
        next: '请对照身份证改正；也可留空。',
      });
    }
  }
}

/** The same number twice in one list. */
export function markRepeated(rows: readonly Typed[]): void {
  const seen = new Map<string, number>();
  for (const typed of rows) {
    if (!typed.person) continue;
    const before = seen.get(typed.person.idNo);
    if (before === undefined) seen.set(typed.person.idNo, typed.row.row);
    else {
      typed.problems.push({
        code: 'REG-015',
        message: `与第 ${before} 行重复`,
        why: '同一个人只能填一行。',
        next: '这一行不用提交；要给另一个人办，请改正证件号码。',
        field: 'idNo',
      });
    }
  }
}
