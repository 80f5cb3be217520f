import { sumCreditedPersonFen } from '../../account/index.ts';
import { dueIs, netOfDue } from '../../collection/index.ts';
import { ACCOUNTS, type AccountCode, type Book, listBalances } from '../../fund/index.ts';
import { formatYuan } from '../../kernel/fen.ts';
import { INSURANCE_SHORT_NAMES, INSURANCES, type Insurance } from '../../kernel/insurance.ts';
import { one, rows, sql } from '../../platform/db.ts';
import { type Findings, findings, type PromiseCheck, type Scope } from './promise.ts';

/** 3. Vouchers balance; the bank is receipts − payments; the receivable is what is unsettled; accounts are paid person parts + entries. */
export const booksPromise: PromiseCheck = {
  no: 3,
  title: '借贷相等，基金余额相符',
  check: async (scope) => {
    const found = findings();
    const vouchers = await checkVouchers(scope, found);
    const balances = await listBalances(scope.on, scope.region);
    const balance = (book: Book, insurance: Insurance, account: AccountCode): number =>
      balances.find((each) => each.book === book && each.insurance === insurance && each.account === account)
        ?.balanceFen ?? 0;
    const receipts = await receiptsByFund(scope);
    const unsettled = await unsettledByFund(scope);
    const opened = await openedByFund(scope);
    for (const insurance of INSURANCES) {
      const compare = (name: string, booked: number, expected: number): void => {
        if (booked === expected) return;
        const text = `${INSURANCE_SHORT_NAMES[insurance]}${name} ${formatYuan(booked)}，应为 ${formatYuan(expected)}`;
        found.violation(`fund:${insurance}`, text);
      };
      const money = (part: string, allocated: boolean): number =>
        receipts
          .filter((row) => row.insurance === insurance && (part === '' || row.part === part))
          .reduce((sum, row) => sum + (allocated ? row.allocated_fen : row.posted_fen), 0);
      const book = (account: AccountCode): number => balance('CASH', insurance, account);
      compare('收入户存款', book(ACCOUNTS.bank), book(ACCOUNTS.openingBalance) + money('', false));
      compare('暂收款', book(ACCOUNTS.suspense), money('', false) - money('', true));
      compare('单位保费收入', book(ACCOUNTS.incomeEmployer), money('EMPLOYER', true));
      compare('个人保费收入', book(ACCOUNTS.incomePerson), money('PERSON', true));
      compare('滞纳金收入', book(ACCOUNTS.incomeLate), money('LATE', true));
      compare('利息收入', book(ACCOUNTS.incomeInterest), money('INTEREST', true));
      const memo = (account: AccountCode): number => balance('MEMO', insurance, account);
      compare('应收保费', memo(ACCOUNTS.receivable), unsettled.get(insurance) ?? 0);
      compare('期初已缴（单位）', memo(ACCOUNTS.openedEmployer), opened.get(insurance)?.employerFen ?? 0);
      compare('期初已缴（个人）', memo(ACCOUNTS.openedPerson), opened.get(insurance)?.personFen ?? 0);
    }
    const entries = await checkAccounts(scope, found, balance('CASH', 'pension', ACCOUNTS.incomePerson));
    return found.result(`${vouchers} 张凭证，3 个基金，${entries} 个账户`);
  },
};

async function checkVouchers({ on, region }: Scope, found: Findings): Promise<number> {
  const wrong = await rows(
    on,
    sql<{ voucher_id: string; insurance: Insurance }>`
      select v.voucher_id, v.insurance
      from fund_voucher v left join fund_entry e on e.region = v.region and e.voucher_id = v.voucher_id
      where v.region = ${region}
      group by v.voucher_id, v.insurance
      having count(e.line_no) = 0 or sum(e.debit_fen) <> sum(e.credit_fen)`,
  );
  for (const row of wrong) {
    found.violation(`voucher:${row.voucher_id}`, `${INSURANCE_SHORT_NAMES[row.insurance]}凭证借贷不相等`);
  }
  const funds = await rows(
    on,
    sql<{ insurance: Insurance; book: Book }>`
      select v.insurance, v.book
      from fund_voucher v join fund_entry e on e.region = v.region and e.voucher_id = v.voucher_id
      where v.region = ${region} group by v.insurance, v.book having sum(e.debit_fen) <> sum(e.credit_fen)`,
  );
  for (const row of funds) found.violation(`fund:${row.insurance}`, `${row.book} 账借贷合计不相等`);
  const strange = await rows(
    on,
    sql<{ voucher_id: string; name: string }>`
      select e.voucher_id, a.name
      from fund_entry e
      join fund_voucher v on v.region = e.region and v.voucher_id = e.voucher_id
      join fund_account a on a.code = e.account
      where e.region = ${region} and a.book <> v.book`,
  );
  for (const row of strange) found.violation(`voucher:${row.voucher_id}`, `科目“${row.name}”不属于这本账`);
  const postings = await rows(
    on,
    sql<{ ref: string }>`
      select ref from (
        select ss_posting as ref, 'RECEIPT_POSTED' as kind, sum(total_fen) as fen
        from collection_receipt_booked where region = ${region} and ss_posting is not null group by 1
        union all
        select allocation, 'ALLOCATED', sum(total_fen) from collection_receipt_booked where region = ${region} and allocation is not null group by 1
      ) receipts
      full join (
        select v.ref, v.kind, sum(e.debit_fen) as fen
        from fund_voucher v join fund_entry e on e.region = v.region and e.voucher_id = v.voucher_id
        where v.region = ${region} and v.book = 'CASH' and v.kind in ('RECEIPT_POSTED', 'ALLOCATED') group by v.ref, v.kind
      ) vouchers using (ref, kind)
      where receipts.fen is distinct from vouchers.fen`,
  );
  for (const row of postings) found.violation(`posting:${row.ref}`, '凭证与它的到账合计不符');
  return (await one(on, sql<{ count: number }>`select count(*) as count from fund_voucher where region = ${region}`))
    .count;
}

/** Posted and allocated money of receipts that were not reversed. */
function receiptsByFund({ on, region }: Scope) {
  return rows(
    on,
    sql<{ insurance: Insurance; part: string; posted_fen: number; allocated_fen: number }>`
      select l.value ->> 'insurance' as insurance, l.value ->> 'part' as part,
             coalesce(sum((l.value ->> 'fen')::bigint), 0)::bigint as posted_fen,
             coalesce(sum((l.value ->> 'fen')::bigint) filter (where r.allocated_at is not null), 0)::bigint as allocated_fen
      from collection_receipt_booked r cross join lateral jsonb_array_elements(r.lines) as l
      where r.region = ${region} and r.state <> 'REVERSED' and r.ss_posted_at is not null
      group by 1, 2`,
  );
}

/**
 * What is still owed, net of offsets; opened months were never receivable. Money that was allocated to a bill whose dues are unsettled
 * again (one of several receipts went back) has lessened the receivable all the same.
 */
async function unsettledByFund({ on, region }: Scope): Promise<Map<Insurance, number>> {
  const found = await rows(
    on,
    sql<{ insurance: Insurance; fen: number }>`
      select insurance, sum(fen)::bigint as fen from (
        select d.insurance, n.employer_fen + n.person_fen as fen
        from collection_due_state d
        cross join lateral ${netOfDue(region)}
        join collection_assessment a on a.region = d.region and a.assessment_no = d.assessment_no
        where d.region = ${region} and a.act <> 'OPENING' and d.settled_how is null
        union all
        select l.value ->> 'insurance', -(l.value ->> 'fen')::bigint
        from collection_receipt_booked r cross join lateral jsonb_array_elements(r.lines) as l
        where r.region = ${region} and r.state = 'MATCHED' and r.allocated_at is not null
          and l.value ->> 'part' in ('EMPLOYER', 'PERSON')
          and not exists (select 1 from collection_bill b where b.region = r.region and b.bill_no = r.bill_no and b.settled_at is not null)
      ) open group by insurance`,
  );
  return new Map(found.map((row) => [row.insurance, row.fen]));
}

async function openedByFund({
  on,
  region,
}: Scope): Promise<Map<Insurance, { employerFen: number; personFen: number }>> {
  const found = await rows(
    on,
    sql<{ insurance: Insurance; employer_fen: number; person_fen: number }>`
      select d.insurance, sum(d.employer_fen)::bigint as employer_fen, sum(d.person_fen)::bigint as person_fen
      from collection_due d join collection_assessment a on a.region = d.region and a.assessment_no = d.assessment_no
      where d.region = ${region} and a.act = 'OPENING' group by d.insurance`,
  );
  return new Map(found.map((row) => [row.insurance, { employerFen: row.employer_fen, personFen: row.person_fen }]));
}

/** Person parts of pension that 更正 took to other funds after they had settled their months; the months stay paid, a person looks at it. */
async function movedAway({ on, region }: Scope, found: Findings): Promise<number> {
  const moved = await rows(
    on,
    sql<{ receipt_no: string; bill_no: string; fen: number }>`
      select r.receipt_no, r.bill_no, s.fen - l.fen as fen
      from collection_receipt_moved m join collection_receipt r on r.region = m.region and r.receipt_no = m.receipt_no
      cross join lateral ${pensionOfPersons(sql`m.lines`)} s
      cross join lateral ${pensionOfPersons(sql`r.lines`)} l
      where m.region = ${region}`,
  );
  for (const row of moved) {
    found.gate(`receipt:${row.receipt_no}`, `更正后的险种与单据 ${row.bill_no} 不符`, '等税务再次更正，或者冲正');
  }
  return moved.reduce((sum, row) => sum + row.fen, 0);
}

const pensionOfPersons = (lines: ReturnType<typeof sql>) => sql`(
  select coalesce(sum((x ->> 'fen')::bigint), 0)::bigint as fen from jsonb_array_elements(${lines}) as x
  where x ->> 'insurance' = 'pension' and x ->> 'part' = 'PERSON')`;

/** Personal accounts as persons see them, against the money of the pension fund and the opened months. */
async function checkAccounts(scope: Scope, found: Findings, incomeFen: number): Promise<number> {
  const { on, region } = scope;
  const credited = await sumCreditedPersonFen(on, region);
  const { opened, back, people } = await one(
    on,
    sql<{ opened: number; back: number; people: number }>`
      select
        (select coalesce(sum(d.person_fen), 0)::bigint
         from collection_settlement_unbilled s join collection_due d on d.region = s.region and ${dueIs(sql`s.due_id`)}
         where s.region = ${region} and d.insurance = 'pension' and s.how = 'OPENING') as opened,
        (select coalesce(sum(d.person_fen), 0)::bigint
         from collection_settlement_unbilled s join collection_due d on d.region = s.region and ${dueIs(sql`s.due_id`)}
         where s.region = ${region} and d.insurance = 'pension' and s.how = 'REFUND') as back,
        (select count(*) from registry_person where region = ${region}) as people`,
  );
  // Money still allocated on a bill whose dues are unsettled again credits nobody (a part of the bill went back).
  const { stranded } = await one(
    on,
    sql<{ stranded: number }>`
      select coalesce(sum((l.value ->> 'fen')::bigint), 0)::bigint as stranded
      from collection_receipt_booked r cross join lateral jsonb_array_elements(r.lines) as l
      where r.region = ${region} and r.state = 'MATCHED' and r.allocated_at is not null
        and l.value ->> 'part' = 'PERSON' and l.value ->> 'insurance' = 'pension'
        and not exists (select 1 from collection_bill b where b.region = r.region and b.bill_no = r.bill_no and b.settled_at is not null)`,
  );
  const expected = incomeFen + opened + back - stranded + (await movedAway(scope, found));
  if (credited !== expected) {
    const text = `个人账户记入合计 ${formatYuan(credited)}，已缴个人部分 ${formatYuan(expected)}`;
    found.violation('account', text);
  }
  const overdrawn = await rows(
    on,
    sql<{ person_no: string }>`
      select distinct e.person_no from account_all_entries e left join registry_person p on p.region = e.region and p.person_no = e.person_no
      where e.region = ${region} and p.person_no is null`,
  );
  for (const row of overdrawn) found.violation(`person:${row.person_no}`, '个人账户分录没有对应的参保人');
  const twice = await rows(
    on,
    sql<{ person_no: string; ref: string }>`
      select person_no, ref from account_all_entries where region = ${region} and kind = 'INTEREST'
      group by person_no, ref having count(*) > 1`,
  );
  for (const row of twice) found.violation(`person:${row.person_no}`, `${row.ref} 年的利息记了不止一次`);
  return people;
}
