/**
 * A sample of loaded people against the plain evaluator: facts and lines are read from the tables by statements of their own, and every
 * person × insurance × month of the history is computed once more in fractions (contribution.ts).
 */
import { type Executor, rows, sql } from '../../src/platform/db.ts';
import { clampedBase, type Insurance, LIMITS, partsOf, sharesOf } from './contribution.ts';
import { nextMonth } from './days.ts';
import type { Fraction } from './fraction.ts';

export type SampleCheck = {
  readonly people: number;
  /** Person × insurance × month × employer. */
  readonly cells: number;
  /** What does not agree, the first hundred in words. */
  readonly different: number;
  readonly words: readonly string[];
};

type Overlay = { key: string; valid_from: string; valid_to: string | null; value: number };
type Span = {
  employer_no: string;
  person_no: string;
  insurance: Insurance;
  month_from: string;
  month_to: string | null;
  injury_class: number;
  booked_through: string;
};
type Wage = { employer_no: string; person_no: string; month_from: string; wage_fen: number };
type Exempt = { person_no: string; month_from: string; month_to: string | null };
type Line = {
  employer_no: string;
  person_no: string;
  insurance: Insurance;
  month: string;
  base_fen: number;
  employer_fen: number;
  person_fen: number;
};

const WORDS_MAX = 100;
const STEP = 1000n;
const PPM = 1_000_000n;

/** @param salt another one chooses other people. */
export async function checkLoadedSample(
  on: Executor,
  region: string,
  options: { readonly people: number; readonly from: string; readonly through: string; readonly salt?: string },
): Promise<SampleCheck> {
  const salt = options.salt ?? '';
  const chosen = (
    await rows(
      on,
      sql<{ person_no: string }>`select person_no from registry_person where region = ${region}
                                 order by md5(person_no || ${salt}) limit ${options.people}`,
    )
  ).map((row) => row.person_no);
  const overlays = await rows(
    on,
    sql<Overlay>`select key, valid_from, valid_to, value from parameters_overlay where region = ${region}`,
  );
  const spans = await rows(
    on,
    sql<Span>`select s.employer_no, s.person_no, s.insurance, s.month_from, s.month_to, c.injury_class, p.booked_through
              from enrolment_span s
              join registry_injury_class c on c.region = s.region and c.employer_no = s.employer_no
              join collection_pivot p on p.region = s.region and p.employer_no = s.employer_no and p.insurance = s.insurance
              where s.region = ${region} and s.person_no in (select unnest(${chosen}::text[]))`,
  );
  const wages = await rows(
    on,
    sql<Wage>`select employer_no, person_no, month_from, wage_fen from wages_declaration
              where region = ${region} and person_no in (select unnest(${chosen}::text[])) order by month_from`,
  );
  const exempts = await rows(
    on,
    sql<Exempt>`select person_no, month_from, month_to from registry_exemption
                where region = ${region} and person_no in (select unnest(${chosen}::text[]))`,
  );
  const lines = new Map(
    (await linesOf(on, region, chosen, spans)).map((line) => [keyOf(line.employer_no, line), line]),
  );

  const words: string[] = [];
  let different = 0;
  let cells = 0;
  const differ = (text: string): void => {
    different += 1;
    if (words.length < WORDS_MAX) words.push(text);
  };
  for (const span of spans) {
    const own = wages.filter((wage) => wage.employer_no === span.employer_no && wage.person_no === span.person_no);
    const away = exempts.filter((exempt) => exempt.person_no === span.person_no);
    for (let month = options.from; month <= options.through; month = nextMonth(month)) {
      if (month < span.month_from || (span.month_to !== null && month > span.month_to) || month > span.booked_through) {
        continue;
      }
      if (away.some(({ month_from, month_to }) => month_from <= month && (month_to === null || month <= month_to))) {
        continue;
      }
      cells += 1;
      const key = keyOf(span.employer_no, { ...span, month });
      const line = lines.get(key);
      lines.delete(key);
      const wage = own.filter((one) => one.month_from <= month).at(-1);
      const owed = wage && owedOf(region, month, span, BigInt(wage.wage_fen), overlays);
      if (!owed) differ(`${key}：条文推不出应缴`);
      else if (!line) differ(`${key}：没有明细`);
      else if (`${line.base_fen} ${line.employer_fen} ${line.person_fen}` !== owed) {
        differ(`${key}：明细 ${line.base_fen} ${line.employer_fen} ${line.person_fen}，条文 ${owed}`);
      }
    }
  }
  for (const key of lines.keys()) differ(`${key}：有明细，不该有`);
  return { people: chosen.length, cells, different, words };
}

const keyOf = (employerNo: string, one: { person_no: string; insurance: string; month: string }): string =>
  `${employerNo}/${one.person_no}/${one.insurance}/${one.month}`;

/**
 * The long form, asked employer by employer: the lines of a person are found by where they were insured. Long lists are joined, not
 * compared one by one: a million people have some million lines at these employers.
 */
function linesOf(on: Executor, region: string, personNos: readonly string[], spans: readonly Span[]): Promise<Line[]> {
  const employers = [...new Set(spans.map((span) => span.employer_no))];
  return rows(
    on,
    sql<Line>`select employer_no, person_no, insurance, month, sum(base_fen)::bigint as base_fen, sum(employer_fen)::bigint as employer_fen,
                     sum(person_fen)::bigint as person_fen
              from collection_line
              where region = ${region} and employer_no in (select unnest(${employers}::text[]))
                and person_no in (select unnest(${personNos}::text[]))
              group by 1, 2, 3, 4`,
  );
}

/** «base employer person», fen; undefined where no source and no 测试参数 gives a figure. */
function owedOf(
  region: string,
  month: string,
  span: Span,
  wageFen: bigint,
  overlays: readonly Overlay[],
): string | undefined {
  const laid = (key: string): bigint | undefined => {
    const found = overlays.find(
      (one) =>
        one.key === key &&
        one.valid_from.slice(0, 7) <= month &&
        (one.valid_to === null || month <= one.valid_to.slice(0, 7)),
    );
    return found && BigInt(found.value);
  };
  const published = LIMITS.find((one) => one.region === region && one.from <= month && month <= one.to);
  const lower = laid('base.lower') ?? published?.lower;
  const upper = laid('base.upper') ?? published?.upper;
  const stage = laid('rate.injury.stageFactor');
  const factor: Fraction | undefined = stage === undefined ? undefined : [stage, PPM];
  const shares = sharesOf(span.insurance, region, month, span.injury_class, factor);
  if (lower === undefined || upper === undefined || !shares) return undefined;
  const base = clampedBase(wageFen, published?.step ?? STEP, lower, upper);
  const { unit, person } = partsOf(base, shares);
  return `${base} ${unit} ${person}`;
}
