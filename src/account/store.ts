import { dueIs } from '../collection/index.ts';
import type { CivilDate, Moment, Month } from '../kernel/month.ts';
import { type Executor, one, rows, run, sql } from '../platform/db.ts';
import type { AccountEntry } from './model.ts';

/**
 * Dues whose pension lines count as credited: settled by money, and what was offset against those without money (冲抵), however often.
 * An offset pair without money on either end adds up to nothing and is left out; so is a due that is not settled at all.
 * When a receipt is reversed its settlement goes, and the rights with it.
 */
const creditedDues = (region: string, of: ReturnType<typeof sql>) => sql`
  with recursive credited (due_id) as (
    select d.due_id from collection_due_state d
    where d.region = ${region} and d.settled_how in ('RECEIPT', 'OPENING', 'REFUND') and ${of}
    union
    select s.due_id
    from credited c
    join collection_offset o on o.region = ${region} and (o.debit_due_id = c.due_id or o.credit_due_id = c.due_id)
    join collection_settlement_unbilled s on s.region = ${region} and s.how = 'OFFSET'
      and s.due_id = case when o.debit_due_id = c.due_id then o.credit_due_id else o.debit_due_id end
  )`;

export async function listPaidPensionMonths(
  on: Executor,
  region: string,
  personNo: string,
): Promise<{ month: Month; employerNo: string; baseFen: number; personFen: number }[]> {
  // Lines come from having been insured with an employer: a person's are found by way of his spans, whether they still count or not.
  const employers = sql`select e.employer_no from enrolment_span e where e.region = ${region} and e.person_no = ${personNo}`;
  const ofPerson = sql`d.insurance = 'pension' and d.employer_no in (${employers})
    and d.person_nos @> array[${Number(personNo)}]::bigint[]`;
  const found = await rows(
    on,
    sql<{ month: Month; employer_no: string; base_fen: number; person_fen: number }>`
      ${creditedDues(region, ofPerson)}
      select d.month, d.employer_no, sum(d.base_fen)::bigint as base_fen, sum(d.person_fen)::bigint as person_fen
      from credited c join collection_line d on ${dueIs(sql`c.due_id`)}
      where d.region = ${region} and d.insurance = 'pension' and d.person_no = ${personNo}
      group by d.month, d.employer_no
      having sum(d.base_fen) <> 0 or sum(d.person_fen) <> 0
      order by d.month, d.employer_no`,
  );
  return found.map((row) => ({
    month: row.month,
    employerNo: row.employer_no,
    baseFen: row.base_fen,
    personFen: row.person_fen,
  }));
}

/** Σ person parts of all credited pension lines of the region, in fen. */
export async function sumCreditedPersonFen(on: Executor, region: string): Promise<number> {
  const row = await one(
    on,
    sql<{ fen: number }>`
      ${creditedDues(region, sql`true`)}
      select coalesce(sum(d.person_fen), 0)::bigint as fen
      from credited c join collection_line d on ${dueIs(sql`c.due_id`)}
      where d.region = ${region} and d.insurance = 'pension'`,
  );
  return row.fen;
}

export async function insertAccountEntries(
  on: Executor,
  region: string,
  entries: readonly AccountEntry[],
): Promise<void> {
  if (entries.length === 0) return;
  await run(
    on,
    sql`insert into account_entry (region, entry_id, person_no, kind, fen, day, ref, at, actor)
        select ${region}, t.* from unnest(
          ${entries.map((e) => e.entryId)}::text[], ${entries.map((e) => e.personNo)}::text[], ${entries.map((e) => e.kind)}::text[],
          ${entries.map((e) => e.fen)}::bigint[], ${entries.map((e) => e.day)}::date[], ${entries.map((e) => e.ref)}::text[],
          ${entries.map((e) => e.at)}::timestamptz[], ${entries.map((e) => e.actor)}::text[]) as t
        on conflict (region, person_no, kind, ref) do nothing`,
  );
}

export async function listAccountEntries(on: Executor, region: string, personNo: string): Promise<AccountEntry[]> {
  const found = await rows(
    on,
    sql<{
      entry_id: string;
      person_no: string;
      kind: AccountEntry['kind'];
      fen: number;
      day: CivilDate;
      ref: string;
      at: Moment;
      actor: string;
    }>`select entry_id, person_no, kind, fen, day, ref, at, actor from account_entry
       where region = ${region} and person_no = ${personNo}
       union all
       select i.year || '-' || ${personNo}, ${personNo}, 'INTEREST', i.interest_fen[x.at], make_date(i.year, 12, 31), i.year::text, i.at, i.actor
       from account_interest i cross join lateral (select array_position(i.person_nos, ${Number(personNo)}::bigint) as at) x
       where i.region = ${region} and i.first_no <= ${Number(personNo)} and i.last_no >= ${Number(personNo)} and x.at is not null
       order by day, entry_id`,
  );
  return found.map((row) => ({
    entryId: row.entry_id,
    personNo: row.person_no,
    kind: row.kind,
    fen: row.fen,
    day: row.day,
    ref: row.ref,
    at: row.at,
    actor: row.actor,
  }));
}
