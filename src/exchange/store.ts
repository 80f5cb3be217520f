import type { CivilDate, Moment } from '../kernel/month.ts';
import { type Executor, first, rows, run, sql } from '../platform/db.ts';

export async function saveWatermark(
  on: Executor,
  region: string,
  paidThrough: Moment,
  moneySeq: number,
): Promise<void> {
  await run(
    on,
    sql`insert into exchange_watermark (region, paid_through, money_seq) values (${region}, ${paidThrough}, ${moneySeq})
        on conflict (region) do update set paid_through = excluded.paid_through, money_seq = excluded.money_seq, applied = false
        where exchange_watermark.paid_through < excluded.paid_through`,
  );
}

/** The newest watermark that has not had its effect, with its row held. */
export async function lockOpenWatermark(
  on: Executor,
  region: string,
): Promise<{ paidThrough: Moment; moneySeq: number } | undefined> {
  const row = await first(
    on,
    sql<{ paid_through: Moment; money_seq: number }>`
      select paid_through, money_seq from exchange_watermark where region = ${region} and not applied for update skip locked`,
  );
  return row && { paidThrough: row.paid_through, moneySeq: row.money_seq };
}

export async function markWatermarkApplied(on: Executor, region: string, paidThrough: Moment): Promise<void> {
  await run(
    on,
    sql`update exchange_watermark set applied = true where region = ${region} and paid_through = ${paidThrough}`,
  );
}

export async function saveEmployerLink(
  on: Executor,
  region: string,
  link: {
    readonly employerNo: string;
    readonly taxRegNo?: string | undefined;
    readonly taxOrgan?: string | undefined;
    readonly agreementState: string;
    readonly match: string;
  },
  at: Moment,
): Promise<void> {
  await run(
    on,
    sql`insert into exchange_employer_link (region, employer_no, tax_reg_no, tax_organ, agreement_state, match, at)
        values (${region}, ${link.employerNo}, ${link.taxRegNo ?? null}, ${link.taxOrgan ?? null}, ${link.agreementState}, ${link.match}, ${at})
        on conflict (region, employer_no) do update
          set tax_reg_no = excluded.tax_reg_no, tax_organ = excluded.tax_organ, agreement_state = excluded.agreement_state,
              match = excluded.match, at = excluded.at`,
  );
}

export type ReconRow = { ins: string; direction: string; count: number; fen: number; digest: string };

export async function saveOurTotals(
  on: Executor,
  region: string,
  day: CivilDate,
  totals: readonly ReconRow[],
  at: Moment,
): Promise<void> {
  await run(
    on,
    sql`insert into exchange_recon_run (region, day, ours, state, at)
        values (${region}, ${day}, ${JSON.stringify(totals)}::jsonb, 'SENT', ${at})
        on conflict (region, day) do update set ours = excluded.ours, at = excluded.at`,
  );
}

export async function saveTheirTotals(
  on: Executor,
  region: string,
  day: CivilDate,
  totals: readonly ReconRow[],
  at: Moment,
): Promise<void> {
  await run(
    on,
    sql`insert into exchange_recon_run (region, day, ours, theirs, state, at)
        values (${region}, ${day}, '[]'::jsonb, ${JSON.stringify(totals)}::jsonb, 'SENT', ${at})
        on conflict (region, day) do update set theirs = excluded.theirs`,
  );
}

/** Days of a span, its end not included, that differ or have cases that are not done with; differences of open bills have no day. */
export async function listUnsettledDays(
  on: Executor,
  region: string,
  from: CivilDate,
  before: CivilDate,
): Promise<CivilDate[]> {
  const found = await rows(
    on,
    sql<{ day: CivilDate }>`
      select r.day from exchange_recon_run r where r.region = ${region} and r.day >= ${from} and r.day < ${before}
        and (r.state = 'DIFFERENT' or exists (
          select 1 from exchange_recon_case c
          where c.region = r.region and c.day = r.day and c.direction <> 'BILL' and c.state <> 'DONE'))
      order by r.day`,
  );
  return found.map(({ day }) => day);
}

/** With the row held: naming the differences of a day is one thing at a time. */
export async function lockRun(
  on: Executor,
  region: string,
  day: CivilDate,
): Promise<{ ours: ReconRow[]; theirs: ReconRow[] | null; state: string } | undefined> {
  return first(
    on,
    sql<{ ours: ReconRow[]; theirs: ReconRow[] | null; state: string }>`
      select ours, theirs, state from exchange_recon_run where region = ${region} and day = ${day} for update`,
  );
}

export async function setRunState(
  on: Executor,
  region: string,
  day: CivilDate,
  state: 'EQUAL' | 'DIFFERENT',
): Promise<void> {
  await run(on, sql`update exchange_recon_run set state = ${state} where region = ${region} and day = ${day}`);
}

export async function listRuns(
  on: Executor,
  region: string,
  count: number,
): Promise<{ day: CivilDate; state: string; open: number }[]> {
  return rows(
    on,
    sql<{ day: CivilDate; state: string; open: number }>`
      select r.day, r.state, (select count(*) from exchange_recon_case c where c.region = r.region and c.day = r.day and c.state <> 'DONE') as open
      from exchange_recon_run r where r.region = ${region} order by r.day desc limit ${count}`,
  );
}

export type Difference = {
  readonly day: CivilDate;
  readonly kind: 'OURS_ONLY' | 'THEIRS_ONLY' | 'AMOUNT' | 'INSURANCE' | 'DOUBLE';
  readonly insurance: string;
  readonly direction: string;
  readonly receiptNo: string;
  readonly ourFen: number | null;
  readonly theirFen: number | null;
};

/** True when the difference had no case yet. */
export async function openCase(
  on: Executor,
  region: string,
  caseNo: string,
  difference: Difference,
  at: Moment,
): Promise<boolean> {
  return (
    (await run(
      on,
      sql`insert into exchange_recon_case (region, case_no, day, kind, insurance, direction, receipt_no, our_fen, their_fen, state, at)
          values (${region}, ${caseNo}, ${difference.day}, ${difference.kind}, ${difference.insurance}, ${difference.direction},
                  ${difference.receiptNo}, ${difference.ourFen}, ${difference.theirFen}, 'OPEN', ${at})
          on conflict do nothing`,
    )) === 1
  );
}

/** What the tax side did about a difference. A closed case stays closed. */
export async function agreeCase(on: Executor, region: string, caseNo: string, resolution: string): Promise<void> {
  await run(
    on,
    sql`update exchange_recon_case set state = 'AGREED', resolution = ${resolution}
        where region = ${region} and case_no = ${caseNo} and state = 'OPEN'`,
  );
}

/** Receipts that the open differences of a day are about. */
export async function listOpenCasesOf(on: Executor, region: string, day: CivilDate): Promise<string[]> {
  const found = await rows(
    on,
    sql<{ receipt_no: string }>`
      select receipt_no from exchange_recon_case
      where region = ${region} and day = ${day} and direction <> 'BILL' and state <> 'DONE'`,
  );
  return found.map((row) => row.receipt_no);
}

/** A later equal run closes the differences of its day (wire §3.6), except those whose money still waits here. */
export async function closeCases(
  on: Executor,
  region: string,
  day: CivilDate,
  waiting: readonly string[],
): Promise<{ caseNo: string; kind: Difference['kind']; receiptNo: string; resolution: string }[]> {
  return rows(
    on,
    sql<{ caseNo: string; kind: Difference['kind']; receiptNo: string; resolution: string }>`
      update exchange_recon_case set state = 'DONE', resolution = coalesce(resolution || '；', '') || '再次对账相符'
      where region = ${region} and day = ${day} and direction <> 'BILL' and state <> 'DONE'
        and not receipt_no = any(${waiting}::text[])
      returning case_no as "caseNo", kind, receipt_no as "receiptNo", resolution`,
  );
}

export type ReconCaseRow = {
  readonly caseNo: string;
  readonly day: CivilDate;
  readonly kind: Difference['kind'];
  readonly receiptNo: string;
  readonly ourFen: number | null;
  readonly theirFen: number | null;
  readonly state: 'OPEN' | 'AGREED' | 'DONE';
  readonly resolution: string | null;
  readonly at: Moment;
};

export async function listCases(on: Executor, region: string, count: number): Promise<ReconCaseRow[]> {
  return rows(
    on,
    sql<ReconCaseRow>`
      select case_no as "caseNo", day, kind, receipt_no as "receiptNo", our_fen as "ourFen", their_fen as "theirFen", state, resolution, at
      from exchange_recon_case where region = ${region} order by state = 'DONE', day, case_no limit ${count}`,
  );
}

export type DetailRow = { readonly receiptNo: string; readonly billNo?: string | undefined; readonly fen: number };
export type DetailPage = {
  readonly insurance: string;
  readonly direction: string;
  readonly page: number;
  readonly pages: number;
  readonly rows: readonly DetailRow[];
};

export async function clearPages(on: Executor, region: string, day: CivilDate): Promise<void> {
  await run(on, sql`delete from exchange_recon_page where region = ${region} and day = ${day}`);
}

export async function savePage(on: Executor, region: string, day: CivilDate, page: DetailPage): Promise<void> {
  await run(
    on,
    sql`insert into exchange_recon_page (region, day, insurance, direction, page, pages, rows)
        values (${region}, ${day}, ${page.insurance}, ${page.direction}, ${page.page}, ${page.pages}, ${JSON.stringify(page.rows)}::jsonb)
        on conflict (region, day, insurance, direction, page) do update set pages = excluded.pages, rows = excluded.rows`,
  );
}

export async function listPages(on: Executor, region: string, day: CivilDate): Promise<DetailPage[]> {
  return rows(
    on,
    sql<DetailPage>`
      select insurance, direction, page, pages, rows from exchange_recon_page where region = ${region} and day = ${day}
      order by insurance, direction, page`,
  );
}

/** 未缴单据合计 of one state (wire.md §3.6). */
export type OpenBillRow = {
  readonly state: string;
  readonly count: number;
  readonly fen: number;
  readonly digest: string;
};

/** What came of comparing the open bills of a day; NAMED: they differ, and each difference has its case. */
type BillsState = 'EQUAL' | 'DIFFERENT' | 'NAMED';

export async function saveTheirBills(
  on: Executor,
  region: string,
  day: CivilDate,
  bills: readonly OpenBillRow[],
): Promise<void> {
  await run(
    on,
    sql`update exchange_recon_run set their_bills = ${JSON.stringify(bills)}::jsonb where region = ${region} and day = ${day}`,
  );
}

export async function setBillsState(on: Executor, region: string, day: CivilDate, state: BillsState): Promise<void> {
  await run(on, sql`update exchange_recon_run set bills = ${state} where region = ${region} and day = ${day}`);
}

/** The latest day of which the tax side told its open bills: an older total says nothing of what is open now. */
export function latestBills(
  on: Executor,
  region: string,
): Promise<{ day: CivilDate; theirs: OpenBillRow[]; state: BillsState | null } | undefined> {
  return first(
    on,
    sql<{ day: CivilDate; theirs: OpenBillRow[]; state: BillsState | null }>`
      select day, their_bills as theirs, bills as state from exchange_recon_run
      where region = ${region} and their_bills is not null order by day desc limit 1`,
  );
}

export async function hasOpenBillCase(on: Executor, region: string, billNo: string): Promise<boolean> {
  return (
    (await first(
      on,
      sql`select 1 from exchange_recon_case
          where region = ${region} and direction = 'BILL' and receipt_no = ${billNo} and state <> 'DONE' limit 1`,
    )) !== undefined
  );
}

/** What differences of open bills stand for: numbers of bills, or states of which only the sums differ. */
export async function listOpenBillCases(on: Executor, region: string): Promise<string[]> {
  const found = await rows(
    on,
    sql<{ about: string }>`
      select receipt_no as about from exchange_recon_case
      where region = ${region} and direction = 'BILL' and state <> 'DONE'`,
  );
  return found.map(({ about }) => about);
}

/** Closes the differences of open bills about these bills and states, of whatever day: what is compared is what is open now. */
export function closeBillCases(
  on: Executor,
  region: string,
  about: readonly string[],
  resolution: string,
): Promise<{ caseNo: string; kind: Difference['kind']; billNo: string; resolution: string }[]> {
  return rows(
    on,
    sql<{ caseNo: string; kind: Difference['kind']; billNo: string; resolution: string }>`
      update exchange_recon_case set state = 'DONE', resolution = coalesce(resolution || '；', '') || ${resolution}
      where region = ${region} and direction = 'BILL' and state <> 'DONE' and receipt_no = any(${about}::text[])
      returning case_no as "caseNo", kind, receipt_no as "billNo", resolution`,
  );
}
