/** 年度计息: the interest of a year on every personal account of a region (劳办发〔1997〕116号 月积数法; perf.md P6). */
import type { Pool } from 'pg';
import { type Fen, fen, mulPpm, type Ppm, ppm } from '../kernel/fen.ts';
import { addMonths, type Moment, type Month } from '../kernel/month.ts';
import type { Law } from '../parameters/index.ts';
import { audit } from '../platform/audit/index.ts';
import type { Actor, Ctx } from '../platform/context.ts';
import {
  type CopyReader,
  type CopySession,
  type CopyWriter,
  copyWriter,
  openCopySession,
} from '../platform/copy/index.ts';
import type { Executor } from '../platform/db.ts';
import {
  type AccountInterest,
  accountInterest,
  interestRatePpm,
  lookupNumber,
  monthProductOf,
  yearInterest,
} from '../rules/index.ts';
import {
  firstMonth,
  giveRoom,
  INTEREST_COPY,
  listBookedCredits,
  listInterestStarts,
  readBookedDues,
  readEntries,
  readFormerInterest,
} from './interest-store.ts';
import { listAccountEntries } from './store.ts';

export type AnnualInterestOptions = {
  readonly region: string;
  readonly year: number;
  readonly law: Law;
  /** The business moment everything is booked under. */
  readonly slot: Moment;
  /** After each committed range. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  /** Stops after the range in hand; what is committed stays, a later run goes on from there. */
  readonly signal?: AbortSignal;
};

export type AnnualInterestResult = {
  /** Persons who got an entry from this run. */
  readonly persons: number;
  readonly interestFen: number;
  /** False when the signal ended the run before the last range. */
  readonly complete: boolean;
};

/** Person numbers a row speaks for. */
const BLOCK = 1_000;
/** Rows of a transaction. */
const RANGE_BLOCKS = 200;
const FIELDS = 3;
const ACTOR: Actor = { kind: 'system', id: 'annual-interest', name: '系统' };

/**
 * Writes one INTEREST entry per person whose year bore any. Everything is read first, in one snapshot, into three numbers a person; then
 * ranges of persons are written, a transaction each. A range that is there already is left as it is: a second run writes nothing.
 * @throws DomainError POL-001 when the year has no 记账利率, before anything is written
 */
export async function annualInterest(pool: Pool, options: AnnualInterestOptions): Promise<AnnualInterestResult> {
  const { region, year, law, signal } = options;
  const ratePpm = interestRatePpm(law.book, region, year);
  const copy = await openCopySession(pool);
  try {
    const accounts = await readAccounts(copy, options);
    const blocks = [...accounts.keys()].sort((a, b) => a - b);
    const total = Math.ceil(blocks.length / RANGE_BLOCKS);
    const writer = copyWriter(1 << 20);
    const sum = { persons: 0, interestFen: 0 };
    let done = 0;
    options.onProgress?.({ done, total });
    for (; done < total && !signal?.aborted; options.onProgress?.({ done, total })) {
      const range = blocks.slice(done * RANGE_BLOCKS, (done + 1) * RANGE_BLOCKS);
      const written = await copy.db
        .transaction()
        .setIsolationLevel('read committed')
        .execute(async (tx) => {
          const starts = await listInterestStarts(
            tx,
            region,
            year,
            (range[0] ?? 0) * BLOCK,
            (range.at(-1) ?? 0) * BLOCK,
          );
          const part = encode(
            writer,
            accounts,
            range.filter((block) => !starts.has(block * BLOCK)),
            ratePpm,
            options,
          );
          if (part.persons === 0) return part;
          await copy.copyIn(INTEREST_COPY, writer.bytes());
          const ctx: Ctx = { tx, region, now: options.slot, actor: ACTOR };
          const detail = { ...part, ratePpm, first: range[0], last: range.at(-1) };
          await audit(ctx, { action: 'job.annual-interest', object: `interest:${year}`, detail });
          return part;
        });
      sum.persons += written.persons;
      sum.interestFen += written.interestFen;
      done += 1;
    }
    return { ...sum, interestFen: fen(sum.interestFen), complete: done === total };
  } finally {
    copy.release();
  }
}

/** Opening, principal and 月积数 of the numbers of a block, one after another; by block number (person number ÷ 1000). */
type Accounts = Map<number, Float64Array>;

async function readAccounts(copy: CopySession, { region, year, law }: AnnualInterestOptions): Promise<Accounts> {
  const accounts: Accounts = new Map();
  let lastBlock = -1;
  let page: Float64Array = new Float64Array(0);
  const add = (personNo: number, month: number, amountFen: number): void => {
    const block = Math.floor(personNo / BLOCK);
    if (block !== lastBlock) {
      lastBlock = block;
      page = accounts.get(block) ?? new Float64Array(BLOCK * FIELDS);
      accounts.set(block, page);
    }
    const at = (personNo - block * BLOCK) * FIELDS;
    if (month === 0) page[at] = (page[at] as number) + amountFen;
    else {
      page[at + 1] = (page[at + 1] as number) + amountFen;
      page[at + 2] = (page[at + 2] as number) + monthProductOf(month, amountFen);
    }
  };
  const monthIn = monthOfYear(year);
  const beyondOf = beyondPersonPart(law, region);
  const persons: number[] = [];
  const amounts: number[] = [];
  const bases: number[] = [];

  await copy.db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (tx) => {
      await giveRoom(tx);
      // Bases are read only where the law of some month credits more than the person part.
      const earliest = (await firstMonth(tx, region)) ?? (`${year}-12` as Month);
      let withBases = false;
      for (let of = earliest; of <= `${year}-12`; of = addMonths(of, 1)) withBases ||= beyondOf(of) > 0;
      await readBookedDues(copy, region, year, withBases, (reader: CopyReader) => {
        while (reader.next()) {
          const month = monthIn(reader.ascii());
          const beyond = beyondOf(reader.ascii() as Month);
          reader.integers(persons);
          const rate = reader.int4();
          reader.integers(amounts);
          reader.integers(bases);
          for (let i = 0; i < persons.length; i += 1) {
            const baseFen = (bases[i] ?? 0) as Fen;
            const personFen = rate < 0 ? (amounts[i] ?? 0) : mulPpm(baseFen, rate as Ppm);
            const creditFen = personFen + (beyond > 0 ? mulPpm(baseFen, beyond) : 0);
            if (creditFen !== 0) add(persons[i] as number, month, creditFen);
          }
        }
      });
      await readEntries(copy, region, year, (reader) => {
        while (reader.next()) {
          const month = monthIn(reader.ascii());
          add(reader.digits(), month, reader.int8());
        }
      });
      await readFormerInterest(copy, region, year, (reader) => {
        while (reader.next()) {
          reader.integers(persons);
          reader.integers(amounts);
          for (let i = 0; i < persons.length; i += 1) add(persons[i] as number, 0, amounts[i] as number);
        }
      });
    });
  return accounts;
}

/** 1 to 12 in the year, 0 before it. Rows come with few different months, often the same one after another. */
function monthOfYear(year: number): (month: string) => number {
  const head = `${year}-`;
  return (month) => (month.startsWith(head) ? Number(month.slice(5)) : 0);
}

/** What the law of a month credits beyond the person part (before 2006), as a rate; asked once per month. */
function beyondPersonPart(law: Law, region: string): (month: Month) => Ppm {
  const known = new Map<Month, Ppm>();
  return (month) => {
    const found = known.get(month);
    if (found !== undefined) return found;
    const beyond =
      lookupNumber(law.book, region, 'account.creditRatio', month) -
      lookupNumber(law.book, region, 'rate.pension.person', month);
    const rate = ppm(Math.max(0, beyond));
    known.set(month, rate);
    return rate;
  };
}

type Part = { readonly persons: number; readonly interestFen: number };

function encode(
  writer: CopyWriter,
  accounts: Accounts,
  blocks: readonly number[],
  ratePpm: Ppm,
  { region, year, slot }: AnnualInterestOptions,
): Part {
  writer.reset();
  const columns = Array.from({ length: 5 }, () => new Float64Array(BLOCK));
  const [numbers, opening, principal, product, interest] = columns as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  let persons = 0;
  let interestFen = 0;
  for (const block of blocks) {
    const page = accounts.get(block) as Float64Array;
    let count = 0;
    for (let i = 0; i < BLOCK; i += 1) {
      const openingFen = page[i * FIELDS] as number;
      const productFen = page[i * FIELDS + 2] as number;
      if (openingFen === 0 && productFen === 0) continue;
      const earned = yearInterest(ratePpm, openingFen as Fen, productFen);
      if (earned === 0) continue;
      numbers[count] = block * BLOCK + i;
      opening[count] = openingFen;
      principal[count] = page[i * FIELDS + 1] as number;
      product[count] = productFen;
      interest[count] = earned;
      interestFen += earned;
      count += 1;
    }
    if (count === 0) continue;
    persons += count;
    writer.row(12);
    writer.ascii(region);
    writer.int4(year);
    writer.int8(block * BLOCK);
    writer.int8((block + 1) * BLOCK - 1);
    for (const column of columns) writer.int8Array(column, 0, count);
    writer.int4(ratePpm);
    writer.timestamptz(slot);
    writer.ascii(`${ACTOR.kind}:${ACTOR.id}`);
  }
  return { persons, interestFen };
}

/**
 * The same year of one person with its steps, from the facts of now; the calculator's own rule. Money that went back since is not in it.
 * @throws DomainError POL-001 when the year has no 记账利率
 */
export async function explainInterest(
  on: Executor,
  region: string,
  law: Law,
  personNo: string,
  year: number,
): Promise<AccountInterest> {
  const monthIn = monthOfYear(year);
  const beyondOf = beyondPersonPart(law, region);
  const byMonth = new Map<number, number>();
  const add = (month: number, amountFen: number): void => {
    byMonth.set(month, (byMonth.get(month) ?? 0) + amountFen);
  };
  for (const { booked, month, baseFen, personFen } of await listBookedCredits(on, region, personNo, year)) {
    const beyond = beyondOf(month);
    add(monthIn(booked), personFen + (beyond > 0 ? mulPpm(fen(baseFen), beyond) : 0));
  }
  for (const entry of await listAccountEntries(on, region, personNo)) {
    if (entry.day > `${year}-12-31` || (entry.kind === 'INTEREST' && entry.ref === String(year))) continue;
    add(monthIn(entry.day.slice(0, 7)), entry.fen);
  }
  const openingFen = fen(byMonth.get(0) ?? 0);
  byMonth.delete(0);
  const creditsByMonth = new Map([...byMonth].sort(([a], [b]) => a - b).map(([month, amount]) => [month, fen(amount)]));
  return accountInterest(law.book, region, 'month_product', { year, openingFen, creditsByMonth });
}
