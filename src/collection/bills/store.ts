import type { Insurance } from '../../kernel/insurance.ts';
import type { CivilDate, Moment, Month } from '../../kernel/month.ts';
import type { Sort } from '../../kernel/sort.ts';
import {
  byPlace,
  bySound,
  type Executor,
  first,
  type Orders,
  one,
  orderBy,
  rows,
  run,
  sql,
} from '../../platform/db.ts';
import type { SortKey } from '../../platform/schemas.ts';
import { type billSort, billStateSchema } from '../contract.ts';
import type { DueKind } from '../model.ts';
import type { Bill, BillDraft, BillLine, BillState } from './model.ts';

const BILLS_A_SECOND = 100;

/**
 * Takes a number of the second (HB-BILL-03): 00…99; undefined when the second is full. Nobody waits for another's bill to be printed and
 * signed: a number somebody else is about to use is passed over. Asked for after the lock, so that what its last holder did is seen.
 */
export async function takeBillNo(on: Executor, region: string, second: string): Promise<string | undefined> {
  const { used } = await one(
    on,
    sql<{ used: number }>`
      select coalesce(max(right(bill_no, 2)::int), -1) as used from collection_bill
      where region = ${region} and bill_no between ${`${second}00`} and ${`${second}99`}`,
  );
  for (let at = used + 1; at < BILLS_A_SECOND; at += 1) {
    const billNo = `${second}${String(at).padStart(2, '0')}`;
    const { got } = await one(
      on,
      sql<{
        got: boolean;
      }>`select pg_try_advisory_xact_lock(hashtext(${`billNo/${region}`}), hashtext(${billNo})) as got`,
    );
    if (!got) continue;
    const taken = await first(on, sql`select 1 from collection_bill where region = ${region} and bill_no = ${billNo}`);
    if (!taken) return billNo;
  }
  return undefined;
}

export async function insertBill(
  on: Executor,
  region: string,
  bill: BillDraft & {
    readonly billNo: string;
    readonly employerNo: string;
    readonly issuedAt: Moment;
    readonly replaces: string | null;
    readonly caseNo: string;
    readonly actorName: string;
  },
): Promise<void> {
  await run(
    on,
    sql`insert into collection_bill (region, bill_no, employer_no, state, issued_at, effective_from, deadline, employer_fen, person_fen,
                                     late_fen, interest_fen, total_fen, replaces, case_no, actor_name)
        values (${region}, ${bill.billNo}, ${bill.employerNo}, 'ISSUED', ${bill.issuedAt}, ${bill.effectiveFrom}, ${bill.deadline},
                ${bill.employerFen}, ${bill.personFen}, ${bill.lateFen}, ${bill.interestFen}, ${bill.totalFen}, ${bill.replaces},
                ${bill.caseNo}, ${bill.actorName})`,
  );
  const { lines, dues } = bill;
  await run(
    on,
    sql`insert into collection_bill_line (region, bill_no, line_no, insurance, kind, month, late_from, late_days, persons, base_fen,
                                          employer_fen, person_fen, late_fen, interest_fen, total_fen)
        select ${region}, ${bill.billNo}, t.* from unnest(
          ${lines.map((l) => l.lineNo)}::int[], ${lines.map((l) => l.insurance)}::text[], ${lines.map((l) => l.kind)}::text[],
          ${lines.map((l) => l.month)}::text[], ${lines.map((l) => l.lateFrom)}::date[], ${lines.map((l) => l.lateDays)}::int[],
          ${lines.map((l) => l.persons)}::int[], ${lines.map((l) => l.baseFen)}::bigint[], ${lines.map((l) => l.employerFen)}::bigint[],
          ${lines.map((l) => l.personFen)}::bigint[], ${lines.map((l) => l.lateFen)}::bigint[], ${lines.map((l) => l.interestFen)}::bigint[],
          ${lines.map((l) => l.totalFen)}::bigint[]) as t`,
  );
  await run(
    on,
    sql`insert into collection_bill_due (region, bill_no, line_no, due_id, employer_fen, person_fen)
        select ${region}, ${bill.billNo}, t.* from unnest(
          ${dues.map((d) => d.lineNo)}::int[], ${dues.map((d) => d.dueId)}::text[], ${dues.map((d) => d.employerFen)}::bigint[],
          ${dues.map((d) => d.personFen)}::bigint[]) as t`,
  );
  // What has been offset against them until now: later offsets change the dues, not the bill.
  await run(
    on,
    sql`insert into collection_bill_credit (region, bill_no, line_no, due_id)
        select m.region, m.bill_no, min(m.line_no), x.other
        from collection_bill_due m
        join lateral (
          select f.credit_due_id as other from collection_offset f where f.region = ${region} and f.debit_due_id = m.due_id
          union all
          select f.debit_due_id from collection_offset f where f.region = ${region} and f.credit_due_id = m.due_id
        ) x on true
        where m.region = ${region} and m.bill_no = ${bill.billNo}
        group by m.region, m.bill_no, x.other`,
  );
}

type BillRow = {
  bill_no: string;
  employer_no: string;
  state: BillState;
  released: boolean;
  issued_at: Moment;
  effective_from: CivilDate;
  deadline: CivilDate;
  employer_fen: number;
  person_fen: number;
  late_fen: number;
  interest_fen: number;
  total_fen: number;
  replaces: string | null;
  case_no: string;
  actor_name: string;
  pushed_at: Moment | null;
  accepted_at: Moment | null;
  push_problem: string | null;
  invoiced_at: Moment | null;
  ticket_no: string | null;
  tax_posted_at: Moment | null;
  paid_at: Moment | null;
  ss_posted_at: Moment | null;
  allocated_at: Moment | null;
  settled_at: Moment | null;
  expired_at: Moment | null;
  revoke_asked_at: Moment | null;
  revoked_at: Moment | null;
};
const toBill = (row: BillRow): Bill => ({
  billNo: row.bill_no,
  employerNo: row.employer_no,
  state: row.state,
  released: row.released,
  issuedAt: row.issued_at,
  effectiveFrom: row.effective_from,
  deadline: row.deadline,
  employerFen: row.employer_fen,
  personFen: row.person_fen,
  lateFen: row.late_fen,
  interestFen: row.interest_fen,
  totalFen: row.total_fen,
  replaces: row.replaces,
  caseNo: row.case_no,
  actorName: row.actor_name,
  pushedAt: row.pushed_at,
  acceptedAt: row.accepted_at,
  pushProblem: row.push_problem,
  invoicedAt: row.invoiced_at,
  ticketNo: row.ticket_no,
  taxPostedAt: row.tax_posted_at,
  paidAt: row.paid_at,
  ssPostedAt: row.ss_posted_at,
  allocatedAt: row.allocated_at,
  settledAt: row.settled_at,
  expiredAt: row.expired_at,
  revokeAskedAt: row.revoke_asked_at,
  revokedAt: row.revoked_at,
});
const COLUMNS = sql.raw(
  `bill_no, employer_no, state, released, issued_at, effective_from, deadline, employer_fen, person_fen, late_fen, interest_fen,
   total_fen, replaces, case_no, actor_name, pushed_at, accepted_at, push_problem, invoiced_at, ticket_no, tax_posted_at, paid_at,
   ss_posted_at, allocated_at, settled_at, expired_at, revoke_asked_at, revoked_at`,
);

export async function findBill(on: Executor, region: string, billNo: string): Promise<Bill | undefined> {
  const row = await first(
    on,
    sql<BillRow>`select ${COLUMNS} from collection_bill where region = ${region} and bill_no = ${billNo}`,
  );
  return row && toBill(row);
}

/** Everything that moves a bill holds its row. */
export async function lockBill(on: Executor, region: string, billNo: string): Promise<Bill | undefined> {
  const row = await first(
    on,
    sql<BillRow>`select ${COLUMNS} from collection_bill where region = ${region} and bill_no = ${billNo} for update`,
  );
  return row && toBill(row);
}

const BILL_ORDERS: Orders<SortKey<typeof billSort>> = {
  billNo: sql`b.bill_no`,
  state: byPlace(sql`b.state`, billStateSchema.options),
  months: sql`months`,
  total: sql`b.total_fen`,
  received: sql`received_fen`,
  deadline: sql`b.deadline`,
  issuedAt: sql`b.issued_at`,
  actor: bySound(sql`b.actor_name`),
};

export type BillFilter = {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly billNo?: string | undefined;
  readonly state?: string | undefined;
  readonly sort?: Sort<keyof typeof BILL_ORDERS> | undefined;
};

export async function listBills(
  on: Executor,
  region: string,
  employerNo: string,
  filter: BillFilter & { readonly page: number; readonly size: number },
): Promise<{ total: number; rows: (Bill & { readonly months: string; readonly receivedFen: number })[] }> {
  const where = sql`b.region = ${region} and b.employer_no = ${employerNo}
    ${filter.from ? sql`and b.issued_at >= ${filter.from}::date` : sql``}
    ${filter.to ? sql`and b.issued_at < ${filter.to}::date + 1` : sql``}
    ${filter.billNo ? sql`and b.bill_no like ${`%${filter.billNo.replaceAll(/[^0-9]/g, '')}%`}` : sql``}
    ${filter.state ? sql`and b.state = ${filter.state}` : sql``}`;
  const counting = one(on, sql<{ total: number }>`select count(*) as total from collection_bill b where ${where}`);
  const finding = rows(
    on,
    sql<BillRow & { months: string; received_fen: number }>`
      select ${COLUMNS},
        (select case when min(month) = max(month) then min(month) else min(month) || '–' || max(month) end
         from collection_bill_line l where l.region = b.region and l.bill_no = b.bill_no) as months,
        coalesce((select sum(r.total_fen) from collection_receipt r
                  where r.region = b.region and r.bill_no = b.bill_no and r.state = 'MATCHED'), 0)::bigint as received_fen
      from collection_bill b where ${where}
      order by ${orderBy(BILL_ORDERS, filter.sort, sql`b.issued_at desc, b.bill_no desc`)}
      limit ${filter.size} offset ${(filter.page - 1) * filter.size}`,
  );
  const [{ total }, found] = await Promise.all([counting, finding]);
  return { total, rows: found.map((row) => ({ ...toBill(row), months: row.months, receivedFen: row.received_fen })) };
}

export async function listBillLines(on: Executor, region: string, billNo: string): Promise<BillLine[]> {
  const found = await rows(
    on,
    sql<{
      line_no: number;
      insurance: Insurance;
      kind: DueKind;
      month: Month;
      late_from: CivilDate;
      late_days: number;
      persons: number;
      base_fen: number;
      employer_fen: number;
      person_fen: number;
      late_fen: number;
      interest_fen: number;
      total_fen: number;
    }>`select line_no, insurance, kind, month, late_from, late_days, persons, base_fen, employer_fen, person_fen, late_fen,
              interest_fen, total_fen
       from collection_bill_line where region = ${region} and bill_no = ${billNo} order by line_no`,
  );
  return found.map((row) => ({
    lineNo: row.line_no,
    insurance: row.insurance,
    kind: row.kind,
    month: row.month,
    lateFrom: row.late_from,
    lateDays: row.late_days,
    persons: row.persons,
    baseFen: row.base_fen,
    employerFen: row.employer_fen,
    personFen: row.person_fen,
    lateFen: row.late_fen,
    interestFen: row.interest_fen,
    totalFen: row.total_fen,
  }));
}

/** Columns a state change may set beside the state. */
export type BillChange = Partial<{
  pushed_at: Moment;
  accepted_at: Moment;
  push_problem: string | null;
  invoiced_at: Moment | null;
  ticket_no: string | null;
  tax_posted_at: Moment | null;
  paid_at: Moment | null;
  ss_posted_at: Moment | null;
  ss_posting: string | null;
  allocated_at: Moment | null;
  allocation: string | null;
  settled_at: Moment | null;
  expired_at: Moment | null;
  revoke_asked_at: Moment | null;
  revoked_at: Moment;
  released_at: Moment | null;
  released: boolean;
}>;

export async function changeBill(
  on: Executor,
  region: string,
  billNo: string,
  state: BillState | undefined,
  change: BillChange = {},
): Promise<void> {
  const sets = Object.entries(change)
    .filter(([, value]) => value !== undefined)
    .map(([column, value]) => sql`${sql.ref(column)} = ${value}`);
  if (state) sets.unshift(sql`state = ${state}`);
  if (sets.length === 0) return;
  await run(on, sql`update collection_bill set ${sql.join(sets)} where region = ${region} and bill_no = ${billNo}`);
}

/** The newest bill that carries any of this bill's dues and came after it. */
export async function findNewerBillOfDues(on: Executor, region: string, billNo: string): Promise<Bill | undefined> {
  const row = await first(
    on,
    sql<BillRow>`
      select ${COLUMNS} from collection_bill b
      where b.region = ${region} and b.bill_no <> ${billNo} and b.bill_no in (
        select o.bill_no from collection_bill_due o
        where o.region = ${region} and o.live
          and o.due_id in (select m.due_id from collection_bill_due m where m.region = ${region} and m.bill_no = ${billNo}))
      order by b.issued_at desc limit 1 for update`,
  );
  return row && toBill(row);
}

/** Written out: planned for any states at all the index of the open bills would not do. */
const inStates = (states: readonly BillState[]) => sql`state in (${sql.join(states.map((state) => sql.lit(state)))})`;

export async function listBillNosInState(
  on: Executor,
  region: string,
  states: readonly BillState[],
  where: { readonly deadlineBefore?: CivilDate; readonly released?: boolean } = {},
): Promise<string[]> {
  return (
    await rows(
      on,
      sql<{ bill_no: string }>`
        select bill_no from collection_bill where region = ${region} and ${inStates(states)}
          ${where.deadlineBefore ? sql`and deadline < ${where.deadlineBefore}` : sql``}
          ${where.released === undefined ? sql`` : sql`and released = ${where.released}`}
        order by bill_no`,
    )
  ).map((row) => row.bill_no);
}

/** Would the scan of a day find a bill past its deadline? For the scheduler. */
export const anyBillInState = (region: string, states: readonly BillState[], deadlineBefore: CivilDate) =>
  sql`exists (select 1 from collection_bill
              where region = ${region} and ${inStates(states)} and deadline < ${deadlineBefore})`;

/** A bill that is neither paid nor gone, as the daily reconciliation compares it. `accepted`: the tax side has taken it. */
export type OpenBill = {
  readonly billNo: string;
  readonly state: BillState;
  readonly fen: number;
  readonly accepted: boolean;
};

export function listOpenBills(on: Executor, region: string): Promise<OpenBill[]> {
  return rows(
    on,
    sql<OpenBill>`
      select bill_no as "billNo", state, total_fen as fen, accepted_at is not null as accepted from collection_bill
      where region = ${region} and state in ('ISSUED', 'PUSHED', 'INVOICED', 'REVOKING', 'PARTIAL', 'MISMATCH') order by bill_no`,
  );
}
