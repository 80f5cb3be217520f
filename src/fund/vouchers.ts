import type { CollectionFact, PartAmount } from '../collection/index.ts';
import { addFen } from '../kernel/fen.ts';
import { ulid } from '../kernel/ids.ts';
import { INSURANCES, type Insurance } from '../kernel/insurance.ts';
import { dateOf } from '../kernel/month.ts';
import type { Ctx } from '../platform/context.ts';
import { ACCOUNTS, type AccountCode, type Book, type Entry, type Voucher, type VoucherKind } from './model.ts';

/** Signed amounts by account of one act in one fund; vouchers are made of it. */
type Movement = { readonly account: AccountCode; readonly side: 'debit' | 'credit'; readonly fen: number };

const INCOME: Readonly<Record<PartAmount['part'], AccountCode>> = {
  EMPLOYER: ACCOUNTS.incomeEmployer,
  PERSON: ACCOUNTS.incomePerson,
  LATE: ACCOUNTS.incomeLate,
  INTEREST: ACCOUNTS.incomeInterest,
};

/** ④: the money is in the bank, whom it belongs to is decided at ⑤. */
const posting = (amounts: readonly PartAmount[], sign: 1 | -1): Movement[] => {
  const fen = sign * addFen(...amounts.map((amount) => amount.fen));
  return [
    { account: ACCOUNTS.bank, side: 'debit', fen },
    { account: ACCOUNTS.suspense, side: 'credit', fen },
  ];
};

/** ⑤: income by part; late fee and interest enter with the money (design §9.8). */
const allocation = (amounts: readonly PartAmount[], sign: 1 | -1): Movement[] => [
  { account: ACCOUNTS.suspense, side: 'debit', fen: sign * addFen(...amounts.map((amount) => amount.fen)) },
  ...amounts.map((amount): Movement => ({ account: INCOME[amount.part], side: 'credit', fen: sign * amount.fen })),
];

/** Principal leaves the 应收台账 when it is allocated, and comes back when the money is taken back. */
const settlement = (amounts: readonly PartAmount[], sign: 1 | -1): Movement[] => {
  const principal = amounts.filter((amount) => amount.part === 'EMPLOYER' || amount.part === 'PERSON');
  const fen = sign * addFen(...principal.map((amount) => amount.fen));
  return [
    { account: ACCOUNTS.receivableContra, side: 'debit', fen },
    { account: ACCOUNTS.receivable, side: 'credit', fen },
  ];
};

type Act = {
  readonly book: Book;
  readonly kind: VoucherKind;
  readonly ref: string;
  readonly insurance: Insurance;
  readonly movements: readonly Movement[];
};

/** Merges what hits the same account and side; an act without amounts needs no voucher. */
function toVoucher(ctx: Ctx, act: Act): Voucher | undefined {
  const merged = new Map<string, Movement>();
  for (const movement of act.movements) {
    const key = `${movement.account}/${movement.side}`;
    merged.set(key, { ...movement, fen: addFen(merged.get(key)?.fen ?? 0, movement.fen) });
  }
  const entries = [...merged.values()]
    .filter((movement) => movement.fen !== 0)
    .map(
      (movement): Entry => ({
        account: movement.account,
        debitFen: movement.side === 'debit' ? movement.fen : 0,
        creditFen: movement.side === 'credit' ? movement.fen : 0,
      }),
    );
  if (entries.length === 0) return undefined;
  const { book, kind, ref, insurance } = act;
  const red = entries.some((entry) => entry.debitFen < 0 || entry.creditFen < 0);
  return {
    voucherId: ulid(),
    insurance,
    book,
    kind,
    ref,
    red,
    day: dateOf(ctx.now),
    at: ctx.now,
    actor: `${ctx.actor.kind}:${ctx.actor.id}`,
    entries,
  };
}

function byInsurance<T extends { readonly insurance: Insurance }>(items: readonly T[]): [Insurance, T[]][] {
  return INSURANCES.map((insurance): [Insurance, T[]] => [
    insurance,
    items.filter((item) => item.insurance === insurance),
  ]).filter(([, own]) => own.length > 0);
}

/**
 * The vouchers of a fact, per fund. `correctionNo` numbers the corrections of one receipt.
 * Signs within one voucher agree: a fund whose dues of an assessment come to less than zero gets a red one.
 */
export function vouchersOf(ctx: Ctx, fact: CollectionFact, correctionNo: number): Voucher[] {
  return actsOf(fact, correctionNo).flatMap((act) => toVoucher(ctx, act) ?? []);
}

function actsOf(fact: CollectionFact, correctionNo: number): Act[] {
  switch (fact.type) {
    case 'BILL_VOIDED':
    case 'BILL_REVIVED':
      // A bill is no booking: its dues were receivable before and stay so.
      return [];
    case 'ASSESSED':
      return byInsurance(fact.dues).map(([insurance, dues]): Act => {
        const fen = addFen(...dues.flatMap((due) => [due.employerFen, due.personFen]));
        return {
          book: 'MEMO',
          kind: 'ASSESSED',
          ref: fact.assessmentId,
          insurance,
          movements: [
            { account: ACCOUNTS.receivable, side: 'debit', fen },
            { account: ACCOUNTS.receivableContra, side: 'credit', fen },
          ],
        };
      });
    case 'OPENED':
      // Paid before the books began: never a receivable here, and its money is in the opening balance the finance post loads.
      return byInsurance(fact.dues).map(([insurance, dues]): Act => {
        const employerFen = addFen(...dues.map((due) => due.employerFen));
        const personFen = addFen(...dues.map((due) => due.personFen));
        return {
          book: 'MEMO',
          kind: 'OPENED',
          ref: fact.assessmentId,
          insurance,
          movements: [
            { account: ACCOUNTS.openedEmployer, side: 'debit', fen: employerFen },
            { account: ACCOUNTS.openedPerson, side: 'debit', fen: personFen },
            { account: ACCOUNTS.receivableContra, side: 'credit', fen: addFen(employerFen, personFen) },
          ],
        };
      });
    case 'RECEIPT_POSTED':
      return byInsurance(fact.amounts).map(([insurance, amounts]) => ({
        book: 'CASH',
        kind: 'RECEIPT_POSTED',
        ref: fact.ref,
        insurance,
        movements: posting(amounts, 1),
      }));
    case 'ALLOCATED':
      return byInsurance(fact.amounts).flatMap(([insurance, amounts]): Act[] => [
        { book: 'CASH', kind: 'ALLOCATED', ref: fact.ref, insurance, movements: allocation(amounts, 1) },
        { book: 'MEMO', kind: 'ALLOCATED', ref: fact.ref, insurance, movements: settlement(amounts, 1) },
      ]);
    case 'RECEIPT_REVERSED':
      return byInsurance(fact.amounts).flatMap(([insurance, amounts]): Act[] => {
        const ref = fact.receiptNo;
        const posted: Act = {
          book: 'CASH',
          kind: 'POSTING_REVERSED',
          ref,
          insurance,
          movements: posting(amounts, -1),
        };
        if (fact.stage === 'TAX_POSTED') return [];
        if (fact.stage === 'SS_POSTED') return [posted];
        return [
          { book: 'CASH', kind: 'ALLOCATION_REVERSED', ref, insurance, movements: allocation(amounts, -1) },
          { book: 'MEMO', kind: 'ALLOCATION_REVERSED', ref, insurance, movements: settlement(amounts, -1) },
          posted,
        ];
      });
    case 'RECEIPT_CORRECTED':
      // 险种不一致: out of one fund by a red voucher, into the other by a blue one, total unchanged (wire §3.6).
      if (fact.stage === 'TAX_POSTED') return [];
      return [
        ...corrected(fact.before, -1, 'CORRECTED_OUT', `${fact.receiptNo}/${correctionNo}`, fact.stage),
        ...corrected(fact.after, 1, 'CORRECTED_IN', `${fact.receiptNo}/${correctionNo}`, fact.stage),
      ];
    case 'SETTLEMENT_MOVED':
      return [
        ...settlementMoved(fact.before, -1, 'CORRECTED_OUT', `${fact.receiptNo}/${correctionNo}`),
        ...settlementMoved(fact.after, 1, 'CORRECTED_IN', `${fact.receiptNo}/${correctionNo}`),
      ];
  }
}

function corrected(
  amounts: readonly PartAmount[],
  sign: 1 | -1,
  kind: VoucherKind,
  ref: string,
  stage: 'SS_POSTED' | 'ALLOCATED',
): Act[] {
  return byInsurance(amounts).map(([insurance, own]) => ({
    book: 'CASH',
    kind,
    ref,
    insurance,
    movements: [...posting(own, sign), ...(stage === 'ALLOCATED' ? allocation(own, sign) : [])],
  }));
}

const settlementMoved = (amounts: readonly PartAmount[], sign: 1 | -1, kind: VoucherKind, ref: string): Act[] =>
  byInsurance(amounts).map(([insurance, own]) => ({
    book: 'MEMO',
    kind,
    ref,
    insurance,
    movements: settlement(own, sign),
  }));
