/**
 * 年度计息 once more by the plain evaluator: what was settled in each month of the year and what stood before it, from the bills and the
 * opening. People whose money went back or was offset are left to promise 8: what counted when the year was closed is not told by the bills.
 */
import { dateOf } from '../src/kernel/month.ts';
import { one, rows, sql } from '../src/platform/db.ts';
import { byMonths, RATES } from '../tests/plain/account.ts';
import { decimal } from '../tests/plain/fraction.ts';
import { REGION } from './law.ts';
import type { World } from './world.ts';

type Credit = { person_no: string; booked: string; fen: number };
type Entry = { person_no: string; year: string; fen: number };

export async function compareInterest(world: World, count: (what: string, n: number) => void): Promise<string[]> {
  const { db } = world.services;
  const credits = await rows(
    db,
    sql<Credit>`
      with money as (
        select p.person_no, to_char(b.settled_at, 'YYYY-MM') as booked, p.person_fen as fen
        from collection_bill_person p join collection_bill b on b.region = p.region and b.bill_no = p.bill_no
        where p.region = ${REGION} and p.insurance = 'pension' and b.settled_at is not null
        union all
        select l.person_no, l.month, l.person_fen
        from collection_settlement_unbilled s
        join collection_line l on l.region = s.region and l.due_id = s.due_id
        where s.region = ${REGION} and s.how = 'OPENING' and l.insurance = 'pension')
      select person_no, booked, sum(fen)::bigint as fen from money group by person_no, booked`,
  );
  const unclear = await rows(
    db,
    sql<{ person_no: string }>`
      select p.person_no from collection_bill_person p
      join collection_receipt c on c.region = p.region and c.bill_no = p.bill_no
      where p.region = ${REGION} and c.state = 'REVERSED'
      union
      select l.person_no from collection_offset o
      join collection_line l on l.region = o.region and l.due_id in (o.debit_due_id, o.credit_due_id)
      where o.region = ${REGION} and l.insurance = 'pension'`,
  );
  const entries = await rows(
    db,
    sql<Entry>`select person_no, ref as year, fen from account_all_entries where region = ${REGION} and kind = 'INTEREST'`,
  );
  const earned = new Map(entries.map(({ person_no, year, fen }) => [`${person_no}/${year}`, BigInt(fen)]));
  const due = dueInterest(credits, await yearsClosed(world));
  const left = new Set(unclear.map((one) => one.person_no));
  const compared = new Set([...due.keys()].map((key) => key.split('/')[0] ?? ''));
  count('计息重算的人', compared.difference(left).size);
  return differences(due, earned, left);
}

/** By person and year, of everybody who has credits. */
function dueInterest(credits: readonly Credit[], years: readonly number[]): Map<string, bigint> {
  const due = new Map<string, bigint>();
  for (const [person, own] of Map.groupBy(credits, (credit) => credit.person_no)) {
    let interestBefore = 0n;
    for (const year of years) {
      const sum = (of: (booked: string) => boolean): bigint =>
        own.reduce((total, credit) => total + (of(credit.booked) ? BigInt(credit.fen) : 0n), 0n);
      const { openingInterest, interest } = byMonths({
        opening: sum((booked) => booked < `${year}-01`) + interestBefore,
        rate: decimal(RATES[year] ?? ''),
        credits: Array.from({ length: 12 }, (_, n) =>
          sum((booked) => booked === `${year}-${`${n + 1}`.padStart(2, '0')}`),
        ),
      });
      due.set(`${person}/${year}`, openingInterest + interest);
      interestBefore += openingInterest + interest;
    }
  }
  return due;
}

/** Of everybody in either: who has no credits earns nothing, nor does a year that was not closed. */
export function differences(
  due: ReadonlyMap<string, bigint>,
  earned: ReadonlyMap<string, bigint>,
  left: ReadonlySet<string>,
): string[] {
  return [...new Set([...due.keys(), ...earned.keys()])].sort().flatMap((key) => {
    const [person = '', year] = key.split('/');
    const [should, is] = [due.get(key) ?? 0n, earned.get(key) ?? 0n];
    return should === is || left.has(person)
      ? []
      : [`重算：${person} 的 ${year} 年利息应为 ${should} 分，账上 ${is} 分`];
  });
}

/** Years whose interest was due: from the one in which the books were opened to the one closed by the last July. */
async function yearsClosed(world: World): Promise<number[]> {
  const { opened } = await one(
    world.services.db,
    sql<{
      opened: number;
    }>`select extract(year from min(at))::int as opened from collection_assessment where region = ${REGION}`,
  );
  const now = dateOf(world.now());
  const last = Number(now.slice(0, 4)) - (now.slice(5) > '07-01' ? 1 : 2);
  return Array.from({ length: Math.max(0, last - opened + 1) }, (_, n) => opened + n);
}
