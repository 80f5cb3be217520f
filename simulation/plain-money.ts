/**
 * The books of the funds once more from what the tax side wrote down of each receipt: bank, suspense and income by part must be what the
 * receipts that were booked (④) and allocated (⑤) come to there. Nothing is read of the agency's money but which stage a receipt has reached.
 */
import { ACCOUNTS, type AccountCode, listBalances } from '../src/fund/index.ts';
import { rows, sql } from '../src/platform/db.ts';
import { REGION } from './law.ts';
import type { World } from './world.ts';

const INCOME: Readonly<Record<string, AccountCode>> = {
  EMPLOYER: ACCOUNTS.incomeEmployer,
  PERSON: ACCOUNTS.incomePerson,
  LATE: ACCOUNTS.incomeLate,
  INTEREST: ACCOUNTS.incomeInterest,
};

export async function compareFunds(world: World): Promise<string[]> {
  const { db } = world.services;
  const money = await rows(
    world.tax().services.db,
    sql<{ receipt_no: string; insurance: string; part: string; fen: number }>`
      select l.receipt_no, l.insurance, l.part, l.fen
      from tax_receipt r join tax_receipt_line l on l.region = r.region and l.receipt_no = r.receipt_no
      where r.region = ${REGION} and r.state = 'POSTED'
        and l.revision = (select max(revision) from tax_receipt_line x where x.region = l.region and x.receipt_no = l.receipt_no)`,
  );
  const stages = await rows(
    db,
    sql<{ receipt_no: string; booked: boolean; allocated: boolean }>`
      select receipt_no, ss_posted_at is not null as booked, allocated_at is not null as allocated
      from collection_receipt_booked where region = ${REGION}`,
  );
  const stageOf = new Map(stages.map((one) => [one.receipt_no, one]));
  const wanted = new Map<string, bigint>();
  const add = (insurance: string, account: AccountCode, fen: number): void => {
    const key = `${insurance}/${account}`;
    wanted.set(key, (wanted.get(key) ?? 0n) + BigInt(fen));
  };
  for (const { receipt_no, insurance, part, fen } of money) {
    const stage = stageOf.get(receipt_no);
    if (!stage?.booked) continue;
    add(insurance, ACCOUNTS.bank, fen);
    add(insurance, stage.allocated ? (INCOME[part] ?? ACCOUNTS.suspense) : ACCOUNTS.suspense, fen);
  }
  const looked = new Set<AccountCode>([ACCOUNTS.bank, ACCOUNTS.suspense, ...Object.values(INCOME)]);
  const has = new Map<string, bigint>();
  for (const { book, insurance, account, balanceFen } of await listBalances(db, REGION)) {
    // The simulated books begin with no money in the bank.
    if (book === 'CASH' && looked.has(account)) has.set(`${insurance}/${account}`, BigInt(balanceFen));
  }
  return [...new Set([...wanted.keys(), ...has.keys()])].flatMap((key) => {
    const [should, is] = [wanted.get(key) ?? 0n, has.get(key) ?? 0n];
    return should === is ? [] : [`重算：基金账 ${key} 应为 ${should} 分，账上 ${is} 分`];
  });
}

/** Every receipt of the tax side is here once with the same sum; what went back there went back here. */
export async function compareMoney(world: World): Promise<string[]> {
  type Money = { receipt_no: string; fen: number; gone: boolean };
  const theirs = await rows(
    world.tax().services.db,
    sql<Money>`select receipt_no, total_fen as fen, state = 'REVERSED' as gone from tax_receipt
               where region = ${REGION} and posted_at is not null`,
  );
  const ours = await rows(
    world.services.db,
    sql<Money>`select receipt_no, total_fen as fen, state = 'REVERSED' as gone from collection_receipt where region = ${REGION}`,
  );
  const here = new Map(ours.map((one) => [one.receipt_no, one]));
  const found = theirs.flatMap((one) => {
    const own = here.get(one.receipt_no);
    here.delete(one.receipt_no);
    if (!own) return [`重算：税务到账 ${one.receipt_no} ${one.fen} 分没有到经办`];
    return own.fen === one.fen && own.gone === one.gone
      ? []
      : [
          `重算：到账 ${one.receipt_no} 税务 ${one.fen} 分${one.gone ? '已冲正' : ''}，经办 ${own.fen} 分${own.gone ? '已冲正' : ''}`,
        ];
  });
  return [...found, ...[...here.keys()].map((receiptNo) => `重算：经办有税务没有的到账 ${receiptNo}`)];
}
