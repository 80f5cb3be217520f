/**
 * The independent recomputation: from the list of what people typed (opening and cases that stand) to every month of every person, by the
 * plain evaluator of tests/plain, which shares no arithmetic with the product. What the tax side collected and when is taken as it happened.
 */
import type { OpeningInput } from '../src/control/index.ts';
import { rows, sql } from '../src/platform/db.ts';
import { clampedBase, type Insurance, partsOf, sharesOf } from '../tests/plain/contribution.ts';
import { nextMonth } from '../tests/plain/days.ts';
import { whole } from '../tests/plain/fraction.ts';
import { LIMITS, REGION } from './law.ts';
import { compareCharges } from './plain-charges.ts';
import { compareInterest } from './plain-interest.ts';
import { compareFunds, compareMoney } from './plain-money.ts';
import { compareOwed } from './plain-owed.ts';
import type { World } from './world.ts';

const THREE: readonly Insurance[] = ['pension', 'unemployment', 'injury'];
/** HB-REG-04. */
const BACK_MONTHS = 3;
/** Before it nobody of the town is insured. */
const FIRST_MONTH = '2022-07';
const ROUND_TO = 1_000n;

type Span = { employer: string; person: string; insurance: Insurance; from: string; to: string | null };
type Wage = { employer: string; person: string; from: string; fen: bigint };
type Amounts = { readonly base: bigint; readonly unit: bigint; readonly person: bigint };
type Cell = { value: Amounts; may: readonly Amounts[] };
type Event = {
  case_no: string;
  employer_no: string;
  item_code: string;
  at: string;
  form: Record<string, unknown>;
  refs: Record<string, string>;
};
type Row = { idNo?: string; entryDate?: string; wage?: string; insurances?: string; suspendDate?: string };

const NOTHING: Amounts = { base: 0n, unit: 0n, person: 0n };
const textOf = ({ base, unit, person }: Amounts): string => `基数 ${base}、单位 ${unit}、个人 ${person}`;
const same = (a: Amounts, b: Amounts): boolean => textOf(a) === textOf(b);
const monthOf = (day: string): string => day.slice(0, 7);
const count = (month: string): number => Number(month.slice(0, 4)) * 12 + Number(month.slice(5));
function months(from: string, to: string): string[] {
  const found: string[] = [];
  for (let month = from; month <= to; month = nextMonth(month)) found.push(month);
  return found;
}
const fenOf = (yuan: string): bigint => {
  const [units = '0', cents = ''] = yuan.split('.');
  return BigInt(units) * 100n + BigInt(cents.padEnd(2, '0'));
};

class Books {
  readonly spans: Span[] = [];
  readonly wages: Wage[] = [];
  readonly cells = new Map<string, Cell>();
  readonly booked = new Map<string, string>();
  readonly classes = new Map<string, number>();

  wageIn(employer: string, person: string, month: string): bigint | undefined {
    const own = this.wages.filter((one) => one.employer === employer && one.person === person && one.from <= month);
    return own.reduce<Wage | undefined>((last, one) => (last && last.from > one.from ? last : one), undefined)?.fen;
  }

  insured(employer: string, person: string, insurance: Insurance, month: string): boolean {
    return this.spans.some(
      (span) =>
        span.employer === employer &&
        span.person === person &&
        span.insurance === insurance &&
        span.from <= month &&
        (span.to === null || month <= span.to),
    );
  }

  owed(employer: string, person: string, insurance: Insurance, month: string): Amounts {
    if (!this.insured(employer, person, insurance, month)) return NOTHING;
    const wage = this.wageIn(employer, person, month);
    const limits = LIMITS.findLast((one) => one.from <= month);
    const shares = sharesOf(insurance, REGION, month, this.classes.get(employer) ?? 0, whole(1));
    if (wage === undefined || !limits || !shares) throw new Error(`plain: nothing known of ${person} in ${month}`);
    const base = clampedBase(wage, ROUND_TO, BigInt(limits.lower), BigInt(limits.upper));
    return { base, ...partsOf(base, shares) };
  }

  paidElsewhere(employer: string, person: string, insurance: Insurance): string[] {
    return [...this.cells]
      .filter(([, cell]) => !same(cell.value, NOTHING))
      .map(([key]) => key.split('/'))
      .filter(([at, who, what]) => at !== employer && who === person && what === insurance)
      .map(([, , , month = '']) => month)
      .sort();
  }

  assess(employer: string, person: string, insurance: Insurance, month: string): void {
    const key = `${employer}/${person}/${insurance}/${month}`;
    const value = this.owed(employer, person, insurance, month);
    if (!same(value, NOTHING) || this.cells.has(key)) this.cells.set(key, { value, may: [] });
  }

  assessMonth(employer: string, insurance: Insurance, month: string): void {
    const people = new Set(this.spans.filter((span) => span.employer === employer).map((span) => span.person));
    for (const person of people) this.assess(employer, person, insurance, month);
  }

  /** A month after the stop: money that came stays until a refund; what was not paid is taken back. Which of them the money decides. */
  stopped(employer: string, person: string, insurance: Insurance, month: string, paid: boolean): void {
    const key = `${employer}/${person}/${insurance}/${month}`;
    const cell = this.cells.get(key);
    if (!cell || same(cell.value, NOTHING)) return;
    if (paid) this.cells.set(key, { value: cell.value, may: [NOTHING] });
    else this.cells.set(key, { value: NOTHING, may: [cell.value] });
  }

  bookedThrough(employer: string, insurance: Insurance): string {
    return this.booked.get(`${employer}/${insurance}`) ?? '0000-00';
  }

  inUse(employer: string, insurance: Insurance, month: string): boolean {
    return this.spans.some(
      (span) =>
        span.employer === employer &&
        this.insured(employer, span.person, insurance, month) &&
        span.insurance === insurance,
    );
  }
}

function open(books: Books, city: OpeningInput['employers']): void {
  for (const employer of city) {
    const no = employer.employerNo ?? '';
    books.classes.set(no, employer.injuryClass);
    for (const one of employer.insurances) books.booked.set(`${no}/${one.insurance}`, one.bookedThrough ?? '');
    for (const person of employer.persons) {
      books.wages.push({ employer: no, person: person.idNo, from: person.from, fen: BigInt(person.wageFen ?? 0) });
      for (const insurance of THREE) {
        books.spans.push({ employer: no, person: person.idNo, insurance, from: person.from, to: null });
      }
      for (const month of months(person.paid?.from ?? '', person.paid?.to ?? '')) {
        for (const insurance of THREE) books.assess(no, person.idNo, insurance, month);
      }
    }
  }
}

function enrol(books: Books, event: Event): void {
  const employer = event.employer_no;
  const current = monthOf(event.at);
  for (const row of (event.form.people ?? []) as Row[]) {
    const person = row.idNo ?? '';
    const entry = monthOf(row.entryDate ?? '');
    const start = count(current) - count(entry) > BACK_MONTHS ? current : entry;
    const wanted = row.insurances ? THREE.filter((one) => row.insurances?.includes(one)) : THREE;
    const planned = wanted.map((insurance): Span => {
      let from = start < FIRST_MONTH ? FIRST_MONTH : start;
      const held = books.spans.filter(
        (span) =>
          span.person === person &&
          span.insurance === insurance &&
          (insurance !== 'injury' || span.employer === employer),
      );
      for (const span of held.sort((a, b) => (a.from < b.from ? -1 : 1))) {
        if (span.to !== null && span.to >= from) from = nextMonth(span.to);
      }
      // A month that another employer has paid stays there until it is refunded (HB-REG-07).
      if (insurance !== 'injury') {
        for (const month of books.paidElsewhere(employer, person, insurance))
          if (month >= from) from = nextMonth(month);
      }
      return { employer, person, insurance, from, to: null };
    });
    books.spans.push(...planned);
    const from = planned.map((span) => span.from).sort()[0] ?? start;
    books.wages.push({ employer, person, from, fen: fenOf(row.wage ?? '0') });
    for (const span of planned) {
      for (const month of months(span.from, books.bookedThrough(employer, span.insurance))) {
        books.assess(employer, person, span.insurance, month);
      }
    }
  }
}

function suspend(books: Books, event: Event, wasPaid: (key: string, at: string) => boolean): void {
  const employer = event.employer_no;
  for (const row of (event.form.people ?? []) as Row[]) {
    const to = monthOf(row.suspendDate ?? '');
    for (const span of books.spans) {
      if (span.employer !== employer || span.person !== row.idNo || span.to !== null) continue;
      if (row.insurances && !row.insurances.includes(span.insurance)) continue;
      span.to = to;
      for (const month of months(nextMonth(to), books.bookedThrough(employer, span.insurance))) {
        const key = `${employer}/${span.person}/${span.insurance}/${month}`;
        books.stopped(employer, span.person, span.insurance, month, wasPaid(key, event.at));
      }
    }
  }
}

function declare(books: Books, event: Event): void {
  const month = String(event.form.month);
  for (const insurance of THREE) {
    const through = books.bookedThrough(event.employer_no, insurance);
    // Declared a second time, and the first was taken back later: this one had nothing to do, and did not move the month.
    const moved = (event.refs.moved ?? '').split(',').some((one) => one.startsWith(insurance));
    if (through > month || (through < month && !moved)) continue;
    books.assessMonth(event.employer_no, insurance, month);
    books.booked.set(`${event.employer_no}/${insurance}`, month);
  }
}

/** 自动月结: of those it booked, everyone who is insured that month. */
function close(books: Books, done: World['closes'][number] | undefined): void {
  for (const key of done?.booked ?? []) {
    const [employer = '', insurance = ''] = key.split('/');
    const month = done?.month ?? '';
    if (nextMonth(books.bookedThrough(employer, insurance as Insurance)) !== month) continue;
    books.assessMonth(employer, insurance as Insurance, month);
    books.booked.set(key, month);
  }
}

function backUnit(books: Books, event: Event): void {
  const to = event.refs.to ?? '';
  for (const insurance of THREE) {
    const from = nextMonth(books.bookedThrough(event.employer_no, insurance));
    if (from > to) continue;
    if (!months(from, to).some((month) => books.inUse(event.employer_no, insurance, month))) continue;
    for (const month of months(from, to)) books.assessMonth(event.employer_no, insurance, month);
    books.booked.set(`${event.employer_no}/${insurance}`, to);
  }
}

function refund(books: Books, event: Event): void {
  const wanted = String(event.form.months).split(',');
  for (const insurance of THREE) {
    for (const month of wanted) {
      const key = `${event.employer_no}/${String(event.form.idNo)}/${insurance}/${month}`;
      const cell = books.cells.get(key);
      if (cell && !books.insured(event.employer_no, String(event.form.idNo), insurance, month)) {
        books.cells.set(key, { value: NOTHING, may: cell.may });
      }
    }
  }
}

/** Compares every month of every person, every pivot, every charge of every bill, and the money of both sides, to the cent. */
export async function recompute(
  world: World,
  city: OpeningInput['employers'],
  count: (what: string, n: number) => void,
): Promise<string[]> {
  const db = world.services.db;
  const events = await rows(
    db,
    sql<Event>`
      select c.case_no, c.employer_no, c.item_code, c.submitted_at as at, c.form, c.refs
      from casework_case c
      -- Within a moment of the standing clock: as they were written. The number of a refused act is given to a later one.
      left join lateral (
        select min(a.real_at) as real_at from platform_audit a
        where a.region = c.region and a.object = 'case:' || c.case_no and a.action like 'item.submit %') w on true
      where c.region = ${REGION} and c.state = 'AUTO_DONE' order by c.submitted_at, w.real_at, c.case_no`,
  );
  const paid = await rows(
    db,
    sql<{ key: string; since: string; until: string | null }>`
      select concat_ws('/', b.employer_no, r.id_no, p.insurance, p.month) as key, c.received_at as since,
             -- Money that went back counted until that was told; of what was too late or not the whole it is not known any more.
             case when c.state = 'REVERSED' then
               (select min(i.at) from wire_inbox i
                where i.region = c.region and i.type = 'payment.reversed' and i.entity = 'receipt:' || c.receipt_no) end as until
      from collection_bill_person p
      join collection_bill b on b.region = p.region and b.bill_no = p.bill_no
      join collection_receipt c on c.region = b.region and c.bill_no = b.bill_no
      join registry_person r on r.region = p.region and r.person_no = p.person_no
      where p.region = ${REGION}
        and (c.state = 'MATCHED' or c.state = 'REVERSED' and c.total_fen = b.total_fen and c.paid_at < b.deadline + 1)`,
  );
  const windows = Map.groupBy(paid, (one) => one.key);
  const openedThrough = new Map(
    city.flatMap((one) =>
      one.persons.map((person) => [`${one.employerNo}/${person.idNo}`, person.paid?.to ?? ''] as const),
    ),
  );
  const wasPaid = (key: string, at: string): boolean => {
    const [employer, person, , month = ''] = key.split('/');
    if (month <= (openedThrough.get(`${employer}/${person}`) ?? '')) return true;
    return (windows.get(key) ?? []).some(({ since, until }) => since <= at && (until === null || at < until));
  };
  const books = new Books();
  open(books, city);
  const closes = [...world.closes];
  for (const event of events) {
    while (closes[0] && closes[0].at <= event.at) close(books, closes.shift());
    if (event.item_code === 'emp.enroll') enrol(books, event);
    if (event.item_code === 'emp.suspend') suspend(books, event, wasPaid);
    if (event.item_code === 'unit.declare') declare(books, event);
    if (event.item_code === 'bp.unit') backUnit(books, event);
    if (event.item_code === 'refund.emp') refund(books, event);
  }
  for (const one of closes) close(books, one);
  return [
    ...(await compareCells(world, books)),
    ...(await compareOwed(world, (...cell) => books.owed(...cell), FIRST_MONTH)),
    ...(await compareCharges(world)),
    ...(await compareMoney(world)),
    ...(await compareFunds(world)),
    ...(await compareInterest(world, count)),
  ];
}

async function compareCells(world: World, books: Books): Promise<string[]> {
  const posted = await rows(
    world.services.db,
    sql<{ key: string; base: number; unit: number; person: number }>`
      select l.employer_no || '/' || r.id_no || '/' || l.insurance || '/' || l.month as key,
             sum(l.base_fen)::bigint as base, sum(l.employer_fen)::bigint as unit, sum(l.person_fen)::bigint as person
      from collection_line l join registry_person r on r.region = l.region and r.person_no = l.person_no
      where l.region = ${REGION} group by 1`,
  );
  const found: string[] = [];
  const stored = new Map(
    posted.map(({ key, base, unit, person }): [string, Amounts] => [
      key,
      { base: BigInt(base), unit: BigInt(unit), person: BigInt(person) },
    ]),
  );
  for (const key of new Set([...stored.keys(), ...books.cells.keys()])) {
    const cell = books.cells.get(key) ?? { value: NOTHING, may: [] };
    const has = stored.get(key) ?? NOTHING;
    if (![cell.value, ...cell.may].some((one) => same(one, has))) {
      found.push(`重算：${key} 应为${textOf(cell.value)}，账上${textOf(has)}（分）`);
    }
  }
  const pivots = await rows(
    world.services.db,
    sql<{ key: string; booked: string }>`
      select employer_no || '/' || insurance as key, booked_through as booked from collection_pivot where region = ${REGION}`,
  );
  for (const { key, booked } of pivots) {
    if (books.booked.get(key) !== booked) found.push(`重算：${key} 应做账到 ${books.booked.get(key)}，实为 ${booked}`);
  }
  return found;
}
