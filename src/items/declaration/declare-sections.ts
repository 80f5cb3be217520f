import { type EmployerFacts, type Line, listDueStatus } from '../../collection/index.ts';
import { DomainError } from '../../kernel/errors.ts';
import { formatYuanGrouped } from '../../kernel/fen.ts';
import { maskIdNo } from '../../kernel/id-number.ts';
import { INSURANCES, type Insurance } from '../../kernel/insurance.ts';
import { addMonths, type Month } from '../../kernel/month.ts';
import { EXEMPTION_WORDS, findPersons } from '../../registry/index.ts';
import type { Section } from '../contract.ts';
import type { ItemEnv } from '../model.ts';
import { amountsOf, firstOf, ROWS_SHOWN, totalOf } from '../sections.ts';
import { compareMonths } from './compare.ts';
import { obligationsOf } from './month-plan.ts';

/**
 * The consequence page: amounts beside last month, reasons that add up to the fen, who is not included and why (ui 04).
 * A month declared again posts only a difference, which is shown as one: it has nothing to do with the former month.
 */
export async function consequence(
  env: ItemEnv,
  facts: EmployerFacts,
  lines: readonly Line[],
  insurances: readonly Insurance[],
  month: Month,
): Promise<{ readonly sections: Section[]; readonly first: boolean }> {
  const before = await formerMonth(env, facts, insurances, addMonths(month, -1));
  const now = obligationsOf(env, facts, insurances, month);
  const beforeLines = [...(before?.values() ?? [])].flat();
  const previous = new Map(
    INSURANCES.map((insurance) => [insurance, totalOf(beforeLines.filter((line) => line.insurance === insurance))]),
  );
  const people = await findPersons(env.ctx.tx, env.ctx.region, [...facts.persons.keys()]);
  const nameOf = (personNo: string) => people.get(personNo)?.name ?? personNo;
  const comparison = before && compareMonths(env, facts, insurances, month, before, now, nameOf);
  const excluded = [...facts.persons].flatMap(([personNo, person]) => {
    if (now.has(personNo)) return [];
    const exemption = person.exemptions.find((one) => one.from <= month && (one.to === null || month <= one.to));
    const ended = person.spans.filter((span) => span.to === addMonths(month, -1));
    if (!exemption && ended.length === 0) return [];
    const words = exemption
      ? EXEMPTION_WORDS[exemption.reason]
      : { name: `已停保（${ended[0]?.suspendDate ?? ''}）`, todo: '不用做什么' };
    return [
      {
        name: nameOf(personNo),
        idNo: maskIdNo(people.get(personNo)?.idNo ?? ''),
        reason: words.name,
        todo: words.todo,
      },
    ];
  });
  const [wholeFen, linesFen] = [totalOf([...now.values()].flat()), totalOf(lines)];
  const first = wholeFen === linesFen;
  const sections: Section[] = [
    ...(first ? wholeMonth(lines, month, previous, comparison) : difference(lines, month, wholeFen - linesFen)),
    {
      type: 'table',
      title: `不参与 ${excluded.length} 人`,
      columns: [
        { key: 'name', label: '姓名' },
        { key: 'idNo', label: '证件号码' },
        { key: 'reason', label: '原因' },
        { key: 'todo', label: '您要做什么' },
      ],
      ...firstOf(excluded),
      empty: '没有不参与的人员',
    },
    {
      type: 'table',
      title: `参与 ${now.size} 人`,
      columns: [
        { key: 'name', label: '姓名' },
        { key: 'idNo', label: '证件号码' },
        { key: 'base', label: '缴费基数', align: 'end' },
        { key: 'total', label: '本月合计', align: 'end' },
      ],
      ...firstOf(
        [...now].slice(0, ROWS_SHOWN).map(([personNo, own]) => ({
          name: nameOf(personNo),
          idNo: maskIdNo(people.get(personNo)?.idNo ?? ''),
          base: yuan(own[0]?.baseFen ?? 0),
          total: yuan(totalOf(own)),
        })),
        now.size,
      ),
      empty: '没有参保人员',
    },
  ];
  return { sections, first };
}

function wholeMonth(
  lines: readonly Line[],
  month: Month,
  previous: ReadonlyMap<Insurance, number>,
  comparison: ReturnType<typeof compareMonths> | undefined,
): Section[] {
  return [
    amountsOf(`${Number(month.slice(5))}月要缴多少`, lines, {
      note: '不含补缴。补收、补缴在开认定单时一并列出。',
      previous,
    }),
    ...(comparison
      ? [
          {
            type: 'reasons' as const,
            title: '为什么和上月不一样',
            note: '逐项相加等于差额；上月不算后来补收的人',
            rows: comparison.rows,
            totalFen: comparison.totalFen,
          },
        ]
      : []),
  ];
}

function difference(lines: readonly Line[], month: Month, declaredFen: number): Section[] {
  const name = `${Number(month.slice(5))}月`;
  return [
    amountsOf(`${name}本次增减多少`, lines, { note: `${name}已经申报过，这里只有此后的增减。不含补缴。` }),
    {
      type: 'facts',
      title: `${name}前后`,
      rows: [
        { label: '原来申报', value: yuan(declaredFen) },
        { label: '本次增减', value: yuan(totalOf(lines)) },
        { label: '申报以后', value: yuan(declaredFen + totalOf(lines)) },
      ],
    },
  ];
}

const yuan = formatYuanGrouped;

/**
 * Last month by the rules of last month, without the people who were only collected back for it: to the clerk they are new this month.
 * Undefined where the book has no rules for it, and then nothing is compared.
 */
async function formerMonth(env: ItemEnv, facts: EmployerFacts, insurances: readonly Insurance[], month: Month) {
  try {
    const before = obligationsOf(env, facts, insurances, month);
    const dues = await listDueStatus(env.ctx.tx, env.ctx.region, {
      employerNo: env.employer.employerNo,
      months: [month],
    });
    const isBack = (kind: string): boolean => kind === 'AUTO_BACK' || kind === 'INJURY_ONLY';
    const ordinary = new Set(dues.filter((due) => !isBack(due.kind)).flatMap((due) => due.personNos));
    for (const due of dues.filter((one) => isBack(one.kind))) {
      for (const personNo of due.personNos) if (!ordinary.has(personNo)) before.delete(personNo);
    }
    return before;
  } catch (error) {
    if (error instanceof DomainError) return undefined;
    throw error;
  }
}
