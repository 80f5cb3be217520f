import type { Insurance } from '../kernel/insurance.ts';
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

/** 日终: one row per receipt and insurance of a business day, by the day of payment or reversal. */
export type DayRow = {
  readonly receiptNo: string;
  readonly billNo: string | null;
  readonly insurance: Insurance;
  readonly direction: 'IN' | 'REVERSAL';
  readonly fen: number;
};

export async function listDayRows(on: Executor, region: string, day: CivilDate): Promise<DayRow[]> {
  const found = await rows(
    on,
    sql<{
      receipt_no: string;
      bill_no: string | null;
      insurance: Insurance;
      direction: DayRow['direction'];
      fen: number;
    }>`
      select r.receipt_no, r.bill_no, l ->> 'insurance' as insurance, x.direction, sum((l ->> 'fen')::bigint)::bigint as fen
      from collection_receipt r
      cross join lateral jsonb_array_elements(r.lines) as l
      cross join lateral (values ('IN', r.paid_at), ('REVERSAL', r.reversed_at)) as x (direction, at)
      where r.region = ${region} and (x.at at time zone 'Asia/Shanghai')::date = ${day}::date
      group by 1, 2, 3, 4
      order by 1, 3`,
  );
  return found.map((row) => ({
    receiptNo: row.receipt_no,
    billNo: row.bill_no,
    insurance: row.insurance,
    direction: row.direction,
    fen: row.fen,
  }));
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

export async function findRun(
  on: Executor,
  region: string,
  day: CivilDate,
): Promise<{ ours: ReconRow[]; theirs: ReconRow[] | null; state: string } | undefined> {
  return first(
    on,
    sql<{ ours: ReconRow[]; theirs: ReconRow[] | null; state: string }>`
      select ours, theirs, state from exchange_recon_run where region = ${region} and day = ${day}`,
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

export async function openCase(
  on: Executor,
  region: string,
  caseNo: string,
  difference: Difference,
  at: Moment,
): Promise<void> {
  await run(
    on,
    sql`insert into exchange_recon_case (region, case_no, day, kind, insurance, direction, receipt_no, our_fen, their_fen, state, at)
        values (${region}, ${caseNo}, ${difference.day}, ${difference.kind}, ${difference.insurance}, ${difference.direction},
                ${difference.receiptNo}, ${difference.ourFen}, ${difference.theirFen}, 'OPEN', ${at})
        on conflict do nothing`,
  );
}

/** A later equal run closes the differences of its day (wire §3.6). */
export async function closeCases(on: Executor, region: string, day: CivilDate): Promise<number> {
  return run(
    on,
    sql`update exchange_recon_case set state = 'DONE', resolution = '再次对账相符' where region = ${region} and day = ${day} and state <> 'DONE'`,
  );
}
