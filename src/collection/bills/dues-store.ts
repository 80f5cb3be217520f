import type { Insurance } from '../../kernel/insurance.ts';
import type { CivilDate, Month } from '../../kernel/month.ts';
import { type Executor, first, one, rows, run, sql } from '../../platform/db.ts';
import { dueIs, linesOfDue, netOfDue } from '../dues.ts';
import type { DueKind } from '../model.ts';
import type { FreeDue } from './model.ts';

export async function listFreeDues(on: Executor, region: string, employerNo: string): Promise<FreeDue[]> {
  const found = await rows(
    on,
    sql<{
      due_id: string;
      insurance: Insurance;
      month: Month;
      kind: DueKind;
      persons: number;
      base_fen: number;
      employer_fen: number;
      person_fen: number;
      late_from: CivilDate;
      waited_days: number;
    }>`
      select d.due_id, d.insurance, d.month, d.kind, d.persons, d.base_fen, d.late_from,
             n.employer_fen, n.person_fen, coalesce(r.days, 0)::int as waited_days
      from collection_due d
      cross join lateral ${netOfDue(region)}
      left join lateral (
        select sum(greatest(0, (b.revoked_at at time zone 'Asia/Shanghai')::date
                               - greatest((b.revoke_asked_at at time zone 'Asia/Shanghai')::date, d.late_from - 1))) as days
        from collection_bill_due x join collection_bill b on b.region = x.region and b.bill_no = x.bill_no
        where x.region = ${region} and x.due_id = d.due_id and not x.live and b.state = 'REVOKED'
      ) r on true
      where d.region = ${region} and d.employer_no = ${employerNo} and d.kind <> 'REFUND'
        and d.employer_fen + d.person_fen >= 0
        and not exists (select 1 from collection_settlement_unbilled s where s.region = d.region and s.due_id = d.due_id)
        and not exists (select 1 from collection_bill_due x where x.region = d.region and x.due_id = d.due_id and x.live)
      order by d.month, d.insurance, d.due_id`,
  );
  return found.map((row) => ({
    dueId: row.due_id,
    insurance: row.insurance,
    month: row.month,
    kind: row.kind,
    persons: row.persons,
    baseFen: row.base_fen,
    employerFen: row.employer_fen,
    personFen: row.person_fen,
    lateFrom: row.late_from,
    waitedDays: row.waited_days,
  }));
}

/**
 * How many people have something to pay in each group of an employer's dues, and on what base: what was offset is taken off person by
 * person. `groups[i]` is the group of `dueIds[i]`.
 */
export async function countPersons(
  on: Executor,
  region: string,
  employerNo: string,
  dueIds: readonly string[],
  groups: readonly number[],
): Promise<Map<number, { readonly persons: number; readonly baseFen: number }>> {
  const found = await rows(
    on,
    sql<{ group_no: number; persons: number; base_fen: number }>`
      with own as (select * from unnest(${dueIds}::text[], ${groups}::int[]) as t (due_id, group_no)),
      ends as (
        select due_id, group_no from own
        union all
        select f.credit_due_id, own.group_no from own join collection_offset f on f.region = ${region} and f.debit_due_id = own.due_id
        union all
        select f.debit_due_id, own.group_no from own join collection_offset f on f.region = ${region} and f.credit_due_id = own.due_id
      ),
      persons as (
        select e.group_no, p.person_no, sum(p.base_fen) as base_fen
        from ends e
        join collection_due d on d.region = ${region} and d.employer_no = ${employerNo} and ${dueIs(sql`e.due_id`)} ${linesOfDue}
        group by e.group_no, p.person_no
        having sum(p.base_fen) <> 0 or sum(p.employer_fen) <> 0 or sum(p.person_fen) <> 0
      )
      select group_no, count(*)::int as persons, sum(base_fen)::bigint as base_fen from persons group by group_no`,
  );
  return new Map(found.map((row) => [row.group_no, { persons: row.persons, baseFen: row.base_fen }]));
}

/** 重开自: the newest bill before this one that carried any of these dues and counts no more. */
export async function findReplacedBillNo(
  on: Executor,
  region: string,
  dueIds: readonly string[],
): Promise<string | null> {
  const row = await first(
    on,
    sql<{ bill_no: string }>`
      select b.bill_no from collection_bill_due x join collection_bill b on b.region = x.region and b.bill_no = x.bill_no
      where x.region = ${region} and x.due_id = any(${dueIds}::text[]) and not x.live and b.released
      order by b.issued_at desc, b.bill_no desc limit 1`,
  );
  return row?.bill_no ?? null;
}

/** True when every due of the bill is unsettled and still worth what the bill says: it may be bound again. */
export async function duesUnchanged(on: Executor, region: string, billNo: string): Promise<boolean> {
  const row = await one(
    on,
    sql<{ unchanged: boolean }>`
      select coalesce(bool_and(d.settled_how is null
        and x.employer_fen = n.employer_fen and x.person_fen = n.person_fen), false) as unchanged
      from collection_bill_due x
      join collection_due_state d on d.region = x.region and ${dueIs(sql`x.due_id`)}
      cross join lateral ${netOfDue(region)}
      where x.region = ${region} and x.bill_no = ${billNo}`,
  );
  return row.unchanged;
}

/** Lets the dues of a bill go, or takes them back; taking back fails where one of them is on another live bill. */
export async function setDuesLive(on: Executor, region: string, billNo: string, live: boolean): Promise<void> {
  await run(
    on,
    sql`update collection_bill_due set live = ${live} where region = ${region} and bill_no = ${billNo} and live <> ${live}`,
  );
}

/** An unsettled due with money left whose late fee already runs (design §9.1). */
export async function hasArrears(on: Executor, region: string, employerNo: string, today: CivilDate): Promise<boolean> {
  const row = await one(
    on,
    sql<{ found: boolean }>`
      select exists (
        select 1 from collection_due_state d cross join lateral ${netOfDue(region)}
        where d.region = ${region} and d.employer_no = ${employerNo} and d.late_from <= ${today}
          and d.employer_fen + d.person_fen > 0 and n.employer_fen + n.person_fen > 0 and d.settled_how is null) as found`,
  );
  return row.found;
}
