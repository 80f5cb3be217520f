/** What the employers and the tax clerk of the city do over HTTP while processes die. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Refused } from '../../src/app/play/client.ts';
import type { Random } from '../random.ts';
import type { City, Employer } from './city.ts';
import { newcomer } from './city.ts';
import { ask, type Ledger, press } from './ledger.ts';

type Submitted = { readonly caseNo: string; readonly refs: { readonly billNo?: string } };
export type Scene = { readonly city: City; readonly ledger: Ledger; readonly random: Random };

const PUSHED_MS = 60_000;

async function submit({ ledger, random }: Scene, employer: Employer, item: string, form: object): Promise<Submitted> {
  const path = `/api/items/${item}/submit`;
  const answer = await press<Submitted>(ledger, random, employer.session, { path, body: { form } });
  ledger.kept.push({ kind: 'case', employerNo: employer.employerNo, item, caseNo: answer.caseNo });
  return answer;
}

export async function declare(scene: Scene, employer: Employer, month: string): Promise<void> {
  await submit(scene, employer, 'unit.declare', { month });
  await billAndPay(scene, employer);
}

export async function billAndPay(scene: Scene, employer: Employer): Promise<void> {
  const { refs } = await submit(scene, employer, 'bill.issue', {});
  if (!refs.billNo) throw new Error('a bill without number');
  scene.ledger.kept.push({ kind: 'bill', employerNo: employer.employerNo, billNo: refs.billNo });
  await payAtTax(scene, refs.billNo);
}

type TaxBill = { readonly state: string; readonly receipts: readonly { readonly receiptNo: string }[] };

/** Waits until the bill has come over, makes the invoice (no key: a repetition finds it made) and pays. */
async function payAtTax({ city: { clerk }, ledger, random }: Scene, billNo: string): Promise<void> {
  const path = `/api/clerk/bills/${billNo}`;
  const until = Date.now() + PUSHED_MS;
  let bill: TaxBill | undefined;
  while (!bill) {
    bill = await ask<TaxBill>(ledger, clerk, { method: 'GET', path }).catch((error: unknown) => {
      if (!(error instanceof Refused) || error.status !== 404 || Date.now() > until) throw error;
      return undefined;
    });
    if (!bill) await sleep(200);
  }
  if (bill.state === 'OPEN') {
    try {
      await ask(ledger, clerk, { method: 'POST', path: `${path}/invoice`, body: {} });
    } catch (error) {
      bill = await ask<TaxBill>(ledger, clerk, { method: 'GET', path });
      if (bill.state !== 'INVOICED') throw error;
    }
  }
  const { receipt } = await press<{ receipt: { receiptNo: string } }>(
    ledger,
    random,
    clerk,
    { path: `${path}/pay`, body: { channel: 'CLIENT', post: true } },
    (answer) => answer.receipt.receiptNo,
  );
  ledger.kept.push({ kind: 'receipt', billNo, receiptNo: receipt.receiptNo });
}

export async function hire(scene: Scene, employer: Employer, index: number, today: string): Promise<void> {
  await submit(scene, employer, 'emp.enroll', {
    people: [{ ...newcomer(index), entryDate: today, wage: '4000.00' }],
  });
}

/** Somebody looks: nothing to keep, but connections in use when their process dies. */
export async function look({ ledger }: Scene, employer: Employer): Promise<void> {
  await ask(ledger, employer.session, { method: 'GET', path: '/api/bills' });
}

/** The operator moves the clock: jobs, reconciliation, retries of the exchange. Killed on the way it is moved again. */
export async function advance({ city: { staff }, ledger }: Pick<Scene, 'city' | 'ledger'>, to: string): Promise<void> {
  for (;;) {
    try {
      await ask(ledger, staff, { method: 'POST', path: '/api/ops/clock', body: { to, freeze: false } });
      return;
    } catch (error) {
      // It had got there before the answer was lost.
      if (error instanceof Refused && error.problems[0]?.code === 'OPS-002') return;
      throw error;
    }
  }
}
