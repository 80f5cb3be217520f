import { INSURANCES, type Insurance } from '../../kernel/insurance.ts';
import type { Month } from '../../kernel/month.ts';
import type { Sort } from '../../kernel/sort.ts';
import { among, byPlace, type Executor, type Orders, one, orderBy, rows, sql } from '../../platform/db.ts';
import type { SortKey } from '../../platform/schemas.ts';
import type { personLineSort } from '../contract.ts';
import { DUE_KINDS, type DueKind, type Line } from '../model.ts';

/** Which lines of the people of a bill. */
export type BillPersonFilter = {
  readonly insurance?: Insurance | undefined;
  readonly kind?: DueKind | undefined;
  readonly month?: Month | undefined;
  readonly personNos?: readonly string[] | undefined;
};

const where = (region: string, billNo: string, filter: BillPersonFilter) => sql`
  region = ${region} and bill_no = ${billNo}
  ${filter.insurance ? sql`and insurance = ${filter.insurance}` : sql``}
  ${filter.kind ? sql`and kind = ${filter.kind}` : sql``}
  ${filter.month ? sql`and month = ${filter.month}` : sql``}
  ${filter.personNos ? sql`and ${among('person_no', filter.personNos, 'text')}` : sql``}`;

/** What the people of a bill come to on the lines asked for. */
export async function sumBillPersons(
  on: Executor,
  region: string,
  billNo: string,
  filter: BillPersonFilter,
): Promise<{ lines: number; employerFen: number; personFen: number }> {
  return one(
    on,
    sql<{ lines: number; employerFen: number; personFen: number }>`
      select count(*) as lines, coalesce(sum(employer_fen), 0)::bigint as "employerFen",
             coalesce(sum(person_fen), 0)::bigint as "personFen"
      from collection_bill_person where ${where(region, billNo, filter)}`,
  );
}

const LINE_ORDERS: Orders<SortKey<typeof personLineSort>> = {
  insurance: byPlace(sql`insurance`, INSURANCES),
  month: sql`month`,
  kind: byPlace(sql`kind`, DUE_KINDS),
  base: sql`base_fen`,
  employer: sql`employer_fen`,
  person: sql`person_fen`,
};
const OWN_ORDER = sql`month, person_no, array_position(array['pension','unemployment','injury'], insurance), line_no`;

/**
 * What the people of a bill have to pay on each line: as posted, less what was offset before it was issued. All of them or one page, in
 * the order of the list or as asked.
 */
export function listBillPersons(
  on: Executor,
  region: string,
  billNo: string,
  filter: BillPersonFilter,
  shown: {
    readonly sort?: Sort<keyof typeof LINE_ORDERS> | undefined;
    readonly page?: { readonly page: number; readonly size: number };
  },
): Promise<Line[]> {
  const { sort, page } = shown;
  return rows(
    on,
    sql<Line>`
      select person_no as "personNo", insurance, month, kind, base_fen as "baseFen", employer_fen as "employerFen", person_fen as "personFen"
      from collection_bill_person where ${where(region, billNo, filter)}
      order by ${orderBy(LINE_ORDERS, sort, OWN_ORDER)}
      ${page ? sql`limit ${page.size} offset ${(page.page - 1) * page.size}` : sql``}`,
  );
}

/** Everybody on a bill. */
export async function listBillPersonNos(on: Executor, region: string, billNo: string): Promise<string[]> {
  return (
    await rows(
      on,
      sql<{ person_no: string }>`
        select distinct person_no from collection_bill_person where region = ${region} and bill_no = ${billNo}`,
    )
  ).map((row) => row.person_no);
}
