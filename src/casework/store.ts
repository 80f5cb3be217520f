import { refundState } from '../collection/index.ts';
import type { Moment } from '../kernel/month.ts';
import type { Sort } from '../kernel/sort.ts';
import {
  byPlace,
  bySound,
  type Executor,
  first,
  later,
  type Orders,
  one,
  orderBy,
  rows,
  run,
  sql,
} from '../platform/db.ts';
import type { SortKey } from '../platform/schemas.ts';
import type { caseSort } from './contract.ts';
import type { Case, Draft, Workbook, WorkbookRow } from './model.ts';

type CaseRow = {
  case_no: string;
  employer_no: string;
  item_code: string;
  item_name: string;
  summary: string;
  actor_id: string;
  actor_name: string;
  submitted_at: Moment;
  state: Case['state'];
  revoked_at: Moment | null;
  form: Record<string, unknown>;
  result: Record<string, unknown>;
  refs: Record<string, string>;
};
const toCase = (row: CaseRow): Case => ({
  caseNo: row.case_no,
  employerNo: row.employer_no,
  itemCode: row.item_code,
  itemName: row.item_name,
  summary: row.summary,
  actorId: row.actor_id,
  actorName: row.actor_name,
  submittedAt: row.submitted_at,
  state: row.state,
  revokedAt: row.revoked_at,
  form: row.form,
  result: row.result,
  refs: row.refs,
});
/** A case that stands while its refund waits for the review of the agency is not done. */
const stateOf = (region: string) => sql`case
  when casework_case.state = 'AUTO_DONE' and ${refundState(region, sql`casework_case.refs ->> 'refundNo'`)} = 'REQUESTED'
  then 'ACCEPTED' else casework_case.state end`;
const columnsOf = (region: string) =>
  sql`case_no, employer_no, item_code, item_name, summary, actor_id, actor_name, submitted_at, ${stateOf(region)} as state, revoked_at,
      form, result, refs`;

export async function insertCase(on: Executor, region: string, row: Omit<Case, 'state' | 'revokedAt'>): Promise<void> {
  await later(
    on,
    sql`insert into casework_case (region, case_no, employer_no, item_code, item_name, summary, actor_id, actor_name, submitted_at, state, form, result, refs)
        values (${region}, ${row.caseNo}, ${row.employerNo}, ${row.itemCode}, ${row.itemName}, ${row.summary}, ${row.actorId},
                ${row.actorName}, ${row.submittedAt}, 'AUTO_DONE', ${JSON.stringify(row.form)}::jsonb,
                ${JSON.stringify(row.result)}::jsonb, ${JSON.stringify(row.refs)}::jsonb)`,
  );
}

export async function findCase(
  on: Executor,
  region: string,
  employerNo: string,
  caseNo: string,
): Promise<Case | undefined> {
  const row = await first(
    on,
    sql<CaseRow>`select ${columnsOf(region)} from casework_case
                 where region = ${region} and employer_no = ${employerNo} and case_no = ${caseNo}`,
  );
  return row && toCase(row);
}

export async function findCases(on: Executor, region: string, caseNos: readonly string[]): Promise<Case[]> {
  return (
    await rows(
      on,
      sql<CaseRow>`select ${columnsOf(region)} from casework_case where region = ${region} and case_no = any(${caseNos}::text[]) order by case_no`,
    )
  ).map(toCase);
}

const ordersOf = (region: string): Orders<SortKey<typeof caseSort>> => ({
  caseNo: sql`case_no`,
  item: bySound(sql`item_name`),
  actor: bySound(sql`actor_name`),
  submittedAt: sql`submitted_at`,
  state: byPlace(stateOf(region), ['ACCEPTED', 'AUTO_DONE', 'REVOKED']),
});

export async function listCases(
  on: Executor,
  region: string,
  employerNo: string,
  filter: {
    readonly from?: string | undefined;
    readonly to?: string | undefined;
    readonly itemCode?: string | undefined;
    readonly state?: string | undefined;
    readonly sort?: Sort<SortKey<typeof caseSort>> | undefined;
    readonly page: number;
    readonly size: number;
  },
): Promise<{ total: number; rows: Case[] }> {
  const where = sql`region = ${region} and employer_no = ${employerNo}
    ${filter.from ? sql`and submitted_at >= ${filter.from}::date` : sql``}
    ${filter.to ? sql`and submitted_at < ${filter.to}::date + 1` : sql``}
    ${filter.itemCode ? sql`and item_code = ${filter.itemCode}` : sql``}
    ${filter.state ? sql`and ${stateOf(region)} = ${filter.state}` : sql``}`;
  const { total } = await one(on, sql<{ total: number }>`select count(*) as total from casework_case where ${where}`);
  const found = await rows(
    on,
    sql<CaseRow>`select ${columnsOf(region)} from casework_case where ${where}
                 order by ${orderBy(ordersOf(region), filter.sort, sql`submitted_at desc, case_no desc`)}
                 limit ${filter.size} offset ${(filter.page - 1) * filter.size}`,
  );
  return { total, rows: found.map(toCase) };
}

/** True when this call revoked it; false when somebody else had. */
export async function markRevoked(
  on: Executor,
  region: string,
  caseNo: string,
  by: string,
  at: Moment,
): Promise<boolean> {
  return (
    (await run(
      on,
      sql`update casework_case set state = 'REVOKED', revoked_at = ${at}, revoked_by = ${by}
          where region = ${region} and case_no = ${caseNo} and state = 'AUTO_DONE'`,
    )) === 1
  );
}

type DraftRow = {
  draft_id: string;
  item_code: string;
  summary: string;
  form: Record<string, unknown>;
  saved_at: Moment;
};
const toDraft = (row: DraftRow): Draft => ({
  draftId: row.draft_id,
  itemCode: row.item_code,
  summary: row.summary,
  form: row.form,
  savedAt: row.saved_at,
});

export async function listDrafts(on: Executor, region: string, employerNo: string): Promise<Draft[]> {
  return (
    await rows(
      on,
      sql<DraftRow>`select draft_id, item_code, summary, form, saved_at from casework_draft
                    where region = ${region} and employer_no = ${employerNo} order by saved_at desc limit 100`,
    )
  ).map(toDraft);
}

export async function saveDraft(
  on: Executor,
  region: string,
  employerNo: string,
  actorId: string,
  draft: Draft,
): Promise<Draft | undefined> {
  const row = await first(
    on,
    sql<DraftRow>`
      insert into casework_draft (region, draft_id, employer_no, item_code, actor_id, summary, form, saved_at)
      values (${region}, ${draft.draftId}, ${employerNo}, ${draft.itemCode}, ${actorId}, ${draft.summary}, ${JSON.stringify(draft.form)}::jsonb, ${draft.savedAt})
      on conflict (region, draft_id) do update set form = excluded.form, summary = excluded.summary, saved_at = excluded.saved_at
      where casework_draft.employer_no = excluded.employer_no
      returning draft_id, item_code, summary, form, saved_at`,
  );
  return row && toDraft(row);
}

/** How many other drafts an employer keeps, and how large they are together, in bytes. */
export async function draftsKept(
  on: Executor,
  region: string,
  employerNo: string,
  except: string,
): Promise<{ count: number; bytes: number }> {
  return one(
    on,
    sql<{ count: number; bytes: number }>`
      select count(*) as count, coalesce(sum(pg_column_size(form)), 0)::bigint as bytes from casework_draft
      where region = ${region} and employer_no = ${employerNo} and draft_id <> ${except}`,
  );
}

export async function deleteDraft(on: Executor, region: string, employerNo: string, draftId: string): Promise<boolean> {
  return (
    (await run(
      on,
      sql`delete from casework_draft where region = ${region} and employer_no = ${employerNo} and draft_id = ${draftId}`,
    )) === 1
  );
}

type WorkbookRecord = {
  workbook_id: string;
  employer_no: string;
  item_code: string;
  file_name: string;
  bytes: Buffer;
  rows: WorkbookRow[];
  checked: boolean;
  uploaded_at: Moment;
  keep_until: Moment;
  submitted_case: string | null;
};

export async function insertWorkbook(on: Executor, region: string, actorId: string, workbook: Workbook): Promise<void> {
  await run(
    on,
    sql`insert into casework_workbook (region, workbook_id, employer_no, item_code, actor_id, file_name, bytes, rows, uploaded_at, keep_until)
        values (${region}, ${workbook.workbookId}, ${workbook.employerNo}, ${workbook.itemCode}, ${actorId}, ${workbook.fileName},
                ${Buffer.from(workbook.bytes)}, ${JSON.stringify(workbook.rows)}::jsonb, ${workbook.uploadedAt}, ${workbook.keepUntil})`,
  );
}

export async function findWorkbook(
  on: Executor,
  region: string,
  employerNo: string,
  workbookId: string,
  lock: boolean,
): Promise<Workbook | undefined> {
  const row = await first(
    on,
    sql<WorkbookRecord>`
      select workbook_id, employer_no, item_code, file_name, bytes, rows, checked is not null as checked, uploaded_at, keep_until, submitted_case
      from casework_workbook where region = ${region} and employer_no = ${employerNo} and workbook_id = ${workbookId}
      ${lock ? sql`for update` : sql``}`,
  );
  return (
    row && {
      workbookId: row.workbook_id,
      employerNo: row.employer_no,
      itemCode: row.item_code,
      fileName: row.file_name,
      bytes: row.bytes,
      rows: row.rows,
      checked: row.checked,
      uploadedAt: row.uploaded_at,
      keepUntil: row.keep_until,
      submittedCase: row.submitted_case,
    }
  );
}

/** An uploaded workbook that nothing was submitted from, without its contents. */
export type OpenWorkbook = Pick<Workbook, 'workbookId' | 'fileName' | 'uploadedAt' | 'keepUntil'> & {
  readonly persons: number;
};

/** The newest twenty. */
export function listOpenWorkbooks(
  on: Executor,
  region: string,
  employerNo: string,
  itemCode: string,
  now: Moment,
): Promise<OpenWorkbook[]> {
  return rows(
    on,
    sql<OpenWorkbook>`
      select workbook_id as "workbookId", file_name as "fileName", uploaded_at as "uploadedAt", keep_until as "keepUntil",
             jsonb_array_length(rows) as persons
      from casework_workbook
      where region = ${region} and employer_no = ${employerNo} and item_code = ${itemCode} and submitted_case is null
        and keep_until >= ${now}
      order by uploaded_at desc, workbook_id desc limit 20`,
  );
}

/** Of one that is the caller's own: locked and not submitted, or just inserted. */
export async function saveChecked(
  on: Executor,
  region: string,
  workbookId: string,
  edited: readonly WorkbookRow[],
): Promise<void> {
  await run(
    on,
    sql`update casework_workbook set rows = ${JSON.stringify(edited)}::jsonb, checked = 'true'::jsonb
        where region = ${region} and workbook_id = ${workbookId} and submitted_case is null`,
  );
}

export async function markWorkbookSubmitted(
  on: Executor,
  region: string,
  workbookId: string,
  caseNo: string,
): Promise<void> {
  await run(
    on,
    sql`update casework_workbook set submitted_case = ${caseNo} where region = ${region} and workbook_id = ${workbookId}`,
  );
}

/** One that was submitted stays: it belongs to its case. */
export async function deleteWorkbook(
  on: Executor,
  region: string,
  employerNo: string,
  workbookId: string,
): Promise<boolean> {
  return (
    (await run(
      on,
      sql`delete from casework_workbook
          where region = ${region} and employer_no = ${employerNo} and workbook_id = ${workbookId} and submitted_case is null`,
    )) === 1
  );
}

const isOld = (region: string, now: Moment) =>
  sql`region = ${region} and submitted_case is null and keep_until < ${now}`;

/** Would the nightly clean-up find a workbook? For the scheduler. */
export const anyOldWorkbook = (region: string, now: Moment) =>
  sql`exists (select 1 from casework_workbook where ${isOld(region, now)})`;

/** Check results and files that nobody submitted go after their keeping time (D-IMP-04). */
export async function dropOldWorkbooks(on: Executor, region: string, now: Moment): Promise<number> {
  return run(on, sql`delete from casework_workbook where ${isOld(region, now)}`);
}
