import type { Insurance } from '../../kernel/insurance.ts';
import type { CivilDate, Month } from '../../kernel/month.ts';
import { type Executor, first, one, rows, run, sql } from '../../platform/db.ts';
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
             (d.employer_fen - coalesce(o.employer_fen, 0))::bigint as employer_fen,
             (d.person_fen - coalesce(o.person_fen, 0))::bigint as person_fen,
             coalesce(r.days, 0)::int as waited_days
      from collection_due d
      left join lateral (
        select sum(x.employer_fen) as employer_fen, sum(x.person_fen) as person_fen
        from collection_offset x where x.region = d.region and x.debit_due_id = d.due_id
      ) o on true
      left join lateral (
        select sum(greatest(0, (b.revoked_at at time zone 'Asia/Shanghai')::date
                               - greatest((b.revoke_asked_at at time zone 'Asia/Shanghai')::date, d.late_from - 1))) as days
        from collection_bill_due x join collection_bill b on b.region = x.region and b.bill_no = x.bill_no
        where x.region = d.region and x.due_id = d.due_id and b.state = 'REVOKED'
      ) r on true
      where d.region = ${region} and d.employer_no = ${employerNo} and d.kind <> 'REFUND'
        and d.employer_fen + d.person_fen >= 0
        and not exists (select 1 from collection_settlement s where s.region = d.region and s.due_id = d.due_id)
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
      where x.region = ${region} and x.due_id = any(${dueIds}::text[]) and b.released
      order by b.issued_at desc, b.bill_no desc limit 1`,
  );
  return row?.bill_no ?? null;
}

/** True when every due of the bill is unsettled and still worth what the bill says: it may be bound again. */
export async function duesUnchanged(on: Executor, region: string, billNo: string): Promise<boolean> {
  const row = await one(
    on,
    sql<{ unchanged: boolean }>`
      select coalesce(bool_and(s.due_id is null
        and x.employer_fen = d.employer_fen - coalesce(o.employer_fen, 0)
        and x.person_fen = d.person_fen - coalesce(o.person_fen, 0)), false) as unchanged
      from collection_bill_due x
      join collection_due d on d.region = x.region and d.due_id = x.due_id
      left join collection_settlement s on s.region = x.region and s.due_id = x.due_id
      left join lateral (
        select sum(f.employer_fen) as employer_fen, sum(f.person_fen) as person_fen
        from collection_offset f where f.region = x.region and f.debit_due_id = x.due_id
      ) o on true
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

export async function listDueIdsOfBill(on: Executor, region: string, billNo: string): Promise<string[]> {
  return (
    await rows(
      on,
      sql<{
        due_id: string;
      }>`select due_id from collection_bill_due where region = ${region} and bill_no = ${billNo} order by due_id`,
    )
  ).map((row) => row.due_id);
}

/** An unsettled due whose late fee already runs (design §9.1). */
export async function hasArrears(on: Executor, region: string, employerNo: string, today: CivilDate): Promise<boolean> {
  const row = await one(
    on,
    sql<{ found: boolean }>`
      select exists (
        select 1 from collection_due d where d.region = ${region} and d.employer_no = ${employerNo} and d.late_from <= ${today}
          and d.employer_fen + d.person_fen > 0
          and not exists (select 1 from collection_settlement s where s.region = d.region and s.due_id = d.due_id)) as found`,
  );
  return row.found;
}
