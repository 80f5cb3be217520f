import type { z } from 'zod';
import { type EmployerFacts, listPaidCells, listPivots, loadFacts, obligation } from '../../collection/index.ts';
import type { peopleSort, personEndpoint, personRowSchema } from '../../enrolment/contract.ts';
import { covers, listSpanHistory, listStanding, type Span, SUSPEND_REASONS } from '../../enrolment/index.ts';
import { refuse } from '../../kernel/errors.ts';
import { maskIdNo } from '../../kernel/id-number.ts';
import { INSURANCE_SHORT_NAMES, INSURANCES, type Insurance } from '../../kernel/insurance.ts';
import { dateOf, type Month, monthOf, monthRange } from '../../kernel/month.ts';
import { inOrder, type SortValues } from '../../kernel/sort.ts';
import type { SortKey } from '../../platform/schemas.ts';
import { EXEMPTION_WORDS, findPersons, listExemptions, type Person } from '../../registry/index.ts';
import { baseOf } from '../../rules/index.ts';
import { wageInForce } from '../../wages/index.ts';
import type { ItemEnv } from '../model.ts';

type PersonRow = z.infer<typeof personRowSchema>;
type PersonView = z.infer<(typeof personEndpoint)['response']>;

export type PeopleFilter = {
  readonly q?: string | undefined;
  readonly insurance?: Insurance | undefined;
  readonly state?: PersonRow['state'] | undefined;
  readonly sort?: z.infer<typeof peopleSort>;
};

const STATES: readonly PersonRow['state'][] = ['PAYING', 'STOPPED', 'EXEMPT'];
const ORDERS: SortValues<PersonRow, SortKey<typeof peopleSort>> = {
  name: (row) => row.name,
  personNo: (row) => row.personNo,
  birth: (row) => row.birthDate,
  state: (row) => STATES.indexOf(row.state),
  base: (row) => row.baseFen,
  monthly: (row) => row.monthlyFen,
  retired: (row) => row.retired,
};

const inMonth = (spans: readonly Span[], insurance: Insurance, month: Month): boolean =>
  spans.some((span) => span.insurance === insurance && covers(span, month));

function rowOf(env: ItemEnv, facts: EmployerFacts, person: Person, month: Month): PersonRow {
  const own = facts.persons.get(person.personNo) ?? { spans: [], wages: [], exemptions: [] };
  const exemption = own.exemptions.find((one) => one.from <= month && (one.to === null || month <= one.to));
  // A suspension takes effect for lists at once: the person is no longer open, though the month is still owed.
  const open = own.spans.filter((span) => span.to === null || (span.to >= month && span.suspendDate === null));
  const state = open.length === 0 ? 'STOPPED' : exemption ? 'EXEMPT' : 'PAYING';
  const wage = wageInForce(own.wages, month) ?? own.wages.at(-1);
  const words = (insurance: Insurance) => {
    if (exemption && state === 'EXEMPT') return '—';
    return open.some((span) => span.insurance === insurance) ? '在缴' : '—';
  };
  const base = baseWithMark(env, wage, month);
  const monthly = INSURANCES.filter((insurance) => inMonth(own.spans, insurance, month)).reduce((sum, insurance) => {
    const amounts = amountsOrNothing(() =>
      obligation(env.law, env.ctx.region, facts, person.personNo, insurance, month),
    );
    return sum + (amounts ? amounts.employerFen + amounts.personFen : 0);
  }, 0);
  return {
    personNo: person.personNo,
    name: person.name,
    idNoMasked: maskIdNo(person.idNo),
    sex: person.sex,
    birthDate: person.birthDate,
    state,
    stateName:
      state === 'PAYING'
        ? '参保缴费'
        : state === 'STOPPED'
          ? '已停保'
          : EXEMPTION_WORDS[exemption?.reason ?? 'TREATY'].name,
    insurances: { pension: words('pension'), unemployment: words('unemployment'), injury: words('injury') },
    baseFen: base?.fen ?? null,
    clamped: base?.clamped ?? null,
    monthlyFen: state === 'PAYING' ? monthly : null,
    retired: exemption?.reason === 'RETIREMENT_APPROVED' ? '退休审批通过' : '非离退休',
  };
}

/** A missing policy value leaves the cell blank here; where money is decided it is an error that names it. */
function amountsOrNothing<T>(compute: () => T): T | undefined {
  try {
    return compute();
  } catch {
    return undefined;
  }
}

function baseWithMark(
  env: ItemEnv,
  wage: { readonly basis: 'DECLARED' | 'APPROVED'; readonly wageFen: number } | undefined,
  month: Month,
): { fen: number; clamped: 'lower' | 'upper' | null } | undefined {
  if (!wage) return undefined;
  return amountsOrNothing(() => {
    const rules = env.law.rules(env.ctx.region, month);
    const fen = baseOf(rules, 'pension', wage.basis, wage.wageFen);
    const { lowerFen, upperFen } = rules.tables.pension;
    return { fen, clamped: fen === lowerFen ? 'lower' : fen === upperFen ? 'upper' : null } as const;
  });
}

type Standing = { readonly personNo: string; readonly open: readonly Insurance[]; readonly state: PersonRow['state'] };

async function standingOf(env: ItemEnv, month: Month): Promise<Standing[]> {
  const { tx, region } = env.ctx;
  const everybody = await listStanding(tx, region, env.employer.employerNo, month);
  const exempt = new Set(
    (
      await listExemptions(
        tx,
        region,
        everybody.map((one) => one.personNo),
      )
    )
      .filter((one) => one.from <= month && (one.to === null || month <= one.to))
      .map((one) => one.personNo),
  );
  return everybody.map(({ personNo, open }) => ({
    personNo,
    open,
    state: open.length === 0 ? 'STOPPED' : exempt.has(personNo) ? 'EXEMPT' : 'PAYING',
  }));
}

/** In which order these people stand: by number as they come, or by what the register says and each one costs. */
async function orderedNos(env: ItemEnv, personNos: readonly string[], sort: PeopleFilter['sort'], month: Month) {
  if (!sort || sort === 'personNo') return personNos;
  if (sort === '-personNo') return personNos.toReversed();
  return inOrder(await rowsOf(env, personNos, month), ORDERS, sort).map((row) => row.personNo);
}

async function rowsOf(env: ItemEnv, personNos: readonly string[], month: Month): Promise<PersonRow[]> {
  const { tx, region } = env.ctx;
  const [facts, persons] = await Promise.all([
    loadFacts(tx, region, env.employer.employerNo, personNos),
    findPersons(tx, region, personNos),
  ]);
  return personNos.flatMap((personNo) => {
    const person = persons.get(personNo);
    return person ? [rowOf(env, facts, person, month)] : [];
  });
}

/**
 * The people of the employer that match, in order of number or as asked (HB-QRY-10). With a page only its people are worked out;
 * without one all are (导出).
 */
export async function listPeople(
  env: ItemEnv,
  filter: PeopleFilter,
  page?: { readonly page: number; readonly size: number },
) {
  const month = monthOf(dateOf(env.ctx.now));
  const { insurance, state } = filter;
  const wanted = filter.q?.trim().toUpperCase();
  const fitting = (await standingOf(env, month)).filter(
    (one) => !insurance || (one.state === 'PAYING' && one.open.includes(insurance)),
  );
  const named =
    wanted &&
    new Set(
      await peopleLike(
        env,
        fitting.map((one) => one.personNo),
        wanted,
      ),
    );
  // The chips count what the rest of the search finds, whichever of them is pressed.
  const found = named ? fitting.filter((one) => named.has(one.personNo)) : fitting;
  const count = (of: PersonRow['state']) => found.filter((one) => one.state === of).length;
  const matching = found.filter((one) => !state || one.state === state).map((one) => one.personNo);
  const ordered = await orderedNos(env, matching, filter.sort, month);
  const shown = page ? ordered.slice((page.page - 1) * page.size, page.page * page.size) : ordered;
  return {
    total: ordered.length,
    rows: await rowsOf(env, shown, month),
    counts: { all: found.length, paying: count('PAYING'), stopped: count('STOPPED'), exempt: count('EXEMPT') },
  };
}

async function peopleLike(env: ItemEnv, personNos: readonly string[], wanted: string): Promise<string[]> {
  const persons = await findPersons(env.ctx.tx, env.ctx.region, personNos);
  const initials = /^[A-Z]+$/.test(wanted) ? await initialsReader() : undefined;
  return personNos.filter((personNo) => {
    const person = persons.get(personNo);
    if (!person) return false;
    if (person.name.toUpperCase().includes(wanted) || person.idNo.includes(wanted)) return true;
    return personNo.includes(wanted) || initials?.(person.name).includes(wanted) === true;
  });
}

/** 拼音首字母 of a name, a family name read as one (单 is S). The table is large: it is loaded when somebody first types letters. */
async function initialsReader(): Promise<(name: string) => string> {
  const { pinyin } = await import('pinyin-pro');
  return (name) =>
    pinyin(name, { pattern: 'first', toneType: 'none', type: 'array', surname: 'head' }).join('').toUpperCase();
}

const RIBBON_YEARS = 3;

export async function getPerson(env: ItemEnv, personNo: string): Promise<PersonView> {
  const { ctx, employer } = env;
  const month = monthOf(dateOf(ctx.now));
  const facts = await loadFacts(ctx.tx, ctx.region, employer.employerNo, [personNo]);
  const person = (await findPersons(ctx.tx, ctx.region, [personNo])).get(personNo);
  const own = facts.persons.get(personNo);
  if (!person || !own)
    refuse({ code: 'SYS-404', message: '本单位没有这个人员', next: '请在单位参保人员查询里选择。' }, 404);
  const cells = new Map(
    (await listPaidCells(ctx.tx, ctx.region, employer.employerNo, dateOf(ctx.now), { personNos: [personNo] })).map(
      (cell) => [`${cell.insurance}/${cell.month}`, cell],
    ),
  );
  const firstMonth = `${Number(month.slice(0, 4)) - RIBBON_YEARS + 1}-01` as Month;
  const months = monthRange(firstMonth, `${month.slice(0, 4)}-12` as Month);
  const wage = wageInForce(own.wages, month) ?? own.wages.at(-1);
  const pivots = new Map(
    (await listPivots(ctx.tx, ctx.region, employer.employerNo)).map((pivot) => [pivot.insurance, pivot.bookedThrough]),
  );
  // Insured, only the month is not assessed yet: it is still to come, not somebody else's.
  const insuredUnbooked = (insurance: Insurance, at: Month): boolean =>
    inMonth(own.spans, insurance, at) && at > (pivots.get(insurance) ?? at);
  const history = await listSpanHistory(ctx.tx, ctx.region, employer.employerNo, personNo);
  return {
    ...rowOf(env, facts, person, month),
    firstWorkDate: person.firstWorkDate,
    entryDate: own.spans.findLast((span) => span.entryDate !== null)?.entryDate ?? null,
    wageFen: wage?.basis === 'DECLARED' ? wage.wageFen : null,
    spans: own.spans.map((span) => ({ insurance: span.insurance, from: span.from, to: span.to })),
    ribbon: INSURANCES.filter((insurance) => own.spans.some((span) => span.insurance === insurance)).map(
      (insurance) => ({
        insurance,
        months: months.map((at) => {
          const cell = cells.get(`${insurance}/${at}`);
          const state =
            at > month || (!cell && insuredUnbooked(insurance, at))
              ? 'FUTURE'
              : !cell
                ? 'NONE'
                : cell.paid
                  ? 'PAID'
                  : cell.overdue
                    ? 'ARREARS'
                    : 'ASSESSED';
          return {
            month: at,
            state,
            label: `${INSURANCE_SHORT_NAMES[insurance]} ${at} ${RIBBON_WORDS[state]}`,
          } as const;
        }),
      }),
    ),
    events: eventsOf(history),
  };
}

const RIBBON_WORDS = {
  PAID: '实缴到账',
  ASSESSED: '已核定未缴',
  ARREARS: '欠费',
  NONE: '不在本单位缴',
  FUTURE: '还没到',
} as const;

type History = Awaited<ReturnType<typeof listSpanHistory>>;

/** One event per case: enrolled, suspended, taken back. */
function eventsOf(history: History) {
  const byCase = Map.groupBy(history, (span) => `${span.caseNo}/${span.recordedAt}`);
  return [...byCase.values()].map((spans) => {
    const [head] = spans as [History[number], ...History];
    const names = spans.map((span) => INSURANCE_SHORT_NAMES[span.insurance]).join('、');
    const text =
      head.to !== null && head.suspendDate
        ? `停保 ${head.suspendDate}，${SUSPEND_REASONS[head.suspendReason as keyof typeof SUSPEND_REASONS] ?? '原因未登记'}（${names}）`
        : `参保，从 ${head.from} 起（${names}）`;
    return {
      at: head.recordedAt,
      text: head.supersededAt && head.to === null ? `${text}，后有变更` : text,
      caseNo: head.caseNo || null,
    };
  });
}
