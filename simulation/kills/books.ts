/** What stands in the two databases when all is quiet, beside what the clients were told. */
import pg from 'pg';
import { type City, STEADY_MONTH_FEN } from './city.ts';
import type { Ledger } from './ledger.ts';
import type { Pair } from './pair.ts';

export type Books = {
  readonly agency: pg.Client;
  readonly tax: pg.Client;
  close(): Promise<void>;
};

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

export async function openBooks(pair: Pair): Promise<Books> {
  const { databaseUrl, taxDatabaseUrl } = pair.databases();
  const [agency, tax] = [await connect(databaseUrl), await connect(taxDatabaseUrl)];
  return {
    agency,
    tax,
    close: async () => void (await Promise.all([agency.end(), tax.end()])),
  };
}

async function column(client: pg.Client, text: string, values: unknown[] = []): Promise<string[]> {
  const { rows } = await client.query<{ v: string }>(text, values);
  return rows.map((row) => row.v);
}

const WAITING = `
  select (select count(*) from wire_outbox_item where state in ('queued', 'sent', 'received'))
       + (select count(*) from wire_parked) + (select count(*) from wire_inbox where state in ('waiting', 'parked')) as v`;

/** Nothing is on its way between the two programs. */
export async function isQuiet({ agency, tax }: Books): Promise<boolean> {
  const waiting = [...(await column(agency, WAITING)), ...(await column(tax, WAITING))];
  return waiting.every((count) => Number(count) === 0);
}

export type Todo = {
  readonly declare: ReadonlySet<string>;
  readonly bill: ReadonlySet<string>;
};

/** Who still has to declare this month, and whose dues are booked and on no bill. */
export async function todo({ agency }: Books, month: string): Promise<Todo> {
  const declare = await column(
    agency,
    `select distinct employer_no as v from collection_pivot where booked_through < $1 and employer_no like '990001%'`,
    [month],
  );
  const bill = await column(
    agency,
    `select distinct d.employer_no as v from collection_due d
     where d.employer_no like '990001%' and not exists (select 1 from collection_bill_due b where b.region = d.region and b.due_id = d.due_id)`,
  );
  return { declare: new Set(declare), bill: new Set(bill) };
}

/** Elements of one list that the other lacks or holds more than once. */
function compare(what: string, told: readonly string[], found: readonly string[], wrong: string[]): void {
  const count = new Map<string, number>();
  for (const one of found) count.set(one, (count.get(one) ?? 0) + 1);
  for (const one of new Set(told)) if (!count.has(one)) wrong.push(`${what} ${one} 答复成功，库里没有`);
  const known = new Set(told);
  for (const [one, n] of count) {
    if (!known.has(one)) wrong.push(`${what} ${one} 在库里，没有人收到过答复`);
    if (n > 1) wrong.push(`${what} ${one} 有 ${n} 份`);
  }
}

/** After every kill, once quiet: nothing lost, nothing doubled, on neither side. */
export async function checkBooks(books: Books, ledger: Ledger, city: City): Promise<string[]> {
  const wrong: string[] = [...ledger.wrong.splice(0)];
  const { agency, tax } = books;
  const own = `employer_no like '990001%'`;
  const kept = <K extends string>(kind: K) => ledger.kept.filter((one) => one.kind === kind);
  compare(
    '办件',
    kept('case').map((one) => (one.kind === 'case' ? one.caseNo : '')),
    await column(agency, `select case_no as v from casework_case where ${own} and actor_id <> 'month-close'`),
    wrong,
  );
  compare(
    '单据',
    kept('bill').map((one) => (one.kind === 'bill' ? one.billNo : '')),
    await column(agency, `select bill_no as v from collection_bill where ${own}`),
    wrong,
  );
  const receipts = kept('receipt').map((one) => (one.kind === 'receipt' ? one.receiptNo : ''));
  compare('税务收款', receipts, await column(tax, `select receipt_no as v from tax_receipt where ${own}`), wrong);
  compare(
    '到账',
    receipts,
    await column(
      agency,
      `select r.receipt_no as v from collection_receipt r join collection_bill b using (region, bill_no)
       where b.${own} and r.state = 'MATCHED'`,
    ),
    wrong,
  );
  wrong.push(...(await acrossBoth(books)), ...(await steadyMonths(books, city)));
  return wrong;
}

/** 承诺 5 over both databases: what one side says was accepted the other has taken once, with the same money. */
async function acrossBoth({ agency, tax }: Books): Promise<string[]> {
  const wrong: string[] = [];
  for (const [what, from, to] of [
    ['发往税务的消息', agency, tax],
    ['发自税务的消息', tax, agency],
  ] as const) {
    compare(
      what,
      await column(from, `select item_id as v from wire_outbox_item where state <> 'withdrawn'`),
      await column(to, `select item_id as v from wire_inbox where state in ('accepted', 'duplicate')`),
      wrong,
    );
    for (const item of await column(
      from,
      `select item_id as v from wire_outbox_item where state in ('dead', 'refused')`,
    ))
      wrong.push(`${what} ${item} 没有被接受`);
  }
  const money = `select receipt_no || ' ' || total_fen as v`;
  compare(
    '金额',
    await column(tax, `${money} from tax_receipt where state = 'POSTED'`),
    await column(agency, `${money} from collection_receipt where state = 'MATCHED'`),
    wrong,
  );
  // A payment on its way while the day is compared is a difference that the next comparison takes away; one that stays is not.
  const different = await column(
    agency,
    `with before as (select max(day) - 1 as day from exchange_recon_run)
     select r.day || ' ' || r.state as v from exchange_recon_run r join before b on r.day < b.day where r.state = 'DIFFERENT'
     union all
     select concat_ws(' ', c.day, c.state, c.kind, c.direction, c.receipt_no, c.our_fen, c.their_fen)
     from exchange_recon_case c join before b on c.day < b.day where c.state <> 'DONE'`,
  );
  for (const one of different) wrong.push(`日终对账的差异没有了结：${one}`);
  return wrong;
}

/** Employers whose people never change: each booked month is three dues with the amount of AT-06 for each person, no more and no less. */
async function steadyMonths({ agency }: Books, city: City): Promise<string[]> {
  const steady = city.employers.filter((one) => !one.hiring).map((one) => one.employerNo);
  const { rows } = await agency.query<{ employer_no: string; month: string; dues: string; fen: string }>(
    `select p.employer_no, m.month, count(d.due_id) as dues, coalesce(sum(d.employer_fen + d.person_fen), 0) as fen
     from collection_pivot p
     join lateral (select to_char(g, 'YYYY-MM') as month from generate_series(date '2023-04-01', (p.booked_through || '-01')::date, interval '1 month') g) m on true
     left join collection_due d on d.region = p.region and d.employer_no = p.employer_no and d.insurance = p.insurance and d.month = m.month
     where p.employer_no = any($1)
     group by p.employer_no, m.month
     having count(d.due_id) <> 3 or sum(d.employer_fen + d.person_fen) <> $2`,
    [steady, STEADY_MONTH_FEN],
  );
  return rows.map((row) => `${row.employer_no} ${row.month}：${row.dues} 笔应缴款，${row.fen} 分`);
}

/** A month half booked is what nobody may ever see: an employer's pivots and dues of one snapshot. */
export async function halfMonths(agency: pg.Client, month: string): Promise<string[]> {
  return column(
    agency,
    `select p.employer_no || ' ' || $1 as v
     from collection_pivot p
     left join lateral (select 1 as there from collection_due d where d.region = p.region and d.employer_no = p.employer_no
                        and d.insurance = p.insurance and d.month = $1 and d.kind = 'MONTHLY' limit 1) d on true
     where p.employer_no like '990001%'
     group by p.employer_no
     having count(distinct (p.booked_through >= $1, d.there is not null)) > 1
        or bool_or((p.booked_through >= $1) <> (d.there is not null))`,
    [month],
  );
}

/**
 * Paid and posted before the last nights: allocated by now. A message that came after the night, at an agency that was down all day, is
 * booked the next midnight and allocated the night after.
 */
export async function unallocated({ agency }: Books, before: string): Promise<string[]> {
  return column(
    agency,
    `select r.receipt_no || ' 没有配账' as v from collection_receipt r join collection_bill b using (region, bill_no)
     where r.posted_at < $1::timestamptz and (b.allocation is null or b.state <> 'ALLOCATED')`,
    [before],
  );
}
