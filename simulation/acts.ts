import { listOpenArrears, releaseArrears } from '../src/collection/index.ts';
import { listSpans } from '../src/enrolment/index.ts';
import { submitItem, undoCase } from '../src/items/index.ts';
import { checkWorkbook, submitWorkbook, templateOf, uploadWorkbook } from '../src/items/workbooks.ts';
import { DomainError } from '../src/kernel/errors.ts';
import { formatYuan } from '../src/kernel/fen.ts';
import { addDays, addMonths, dateOf, lastDay, monthOf } from '../src/kernel/month.ts';
import { loadLaw } from '../src/parameters/index.ts';
import { audit } from '../src/platform/audit/index.ts';
import type { Actor } from '../src/platform/context.ts';
import { rows, sql } from '../src/platform/db.ts';
import { transact } from '../src/platform/services.ts';
import { officeWords } from '../src/rules/office-words.ts';
import { act as taxAct } from '../tax/act.ts';
import { invoice, voidInvoice } from '../tax/commands/invoice.ts';
import { pay } from '../tax/commands/pay.ts';
import { correctReceipt, postReceipt, reverseReceipt } from '../tax/commands/receipt.ts';
import { FAULT_NAMES } from '../tax/contract.ts';
import { EMPLOYERS, employerNoOf, personOf, wageOf } from './city.ts';
import { REGION } from './law.ts';
import { CLEAR } from './network.ts';
import { type Random, randomOf } from './random.ts';
import type { Act } from './steps.ts';
import type { World } from './world.ts';

/** What an act came to, in words for the story. */
export type Done = string;
const NOTHING = '无事可做';

const CLERK: Actor = { kind: 'staff', id: 'tax01', name: '税务样一' };
const actorOf = (employerNo: string): Actor => ({
  kind: 'portal',
  id: `agent-${employerNo}`,
  name: '林样知',
  employerNo,
});
/** What the tax side gets wrong now and then (故障台). */
const SLIPS = [
  'payShort',
  'payOver',
  'payTwice',
  'wrongInsurance',
  'payAfterDeadline',
  'reverseLater',
  'missingInRecon',
] as const;
/** People of the town: those of the opening and those who may be hired later. */
const TOWN = 40;
const CHANNELS = ['CLIENT', 'CLIENT', 'HALL_CASH', 'HALL_POS', 'BANK_COUNTER'] as const;
const EVIDENCE = [{ name: 'jiechu.pdf', content: '%PDF-1.7' }];

/** The first of two transactions stands, the second was refused. */
export class HalfDone extends Error {
  readonly refusal: DomainError;

  constructor(done: Done, refusal: DomainError) {
    super(done);
    this.refusal = refusal;
  }
}

/** What follows a transaction that stands. */
const after = (done: Done, work: () => Promise<Done>): Promise<Done> =>
  work().catch((error: unknown) => {
    throw error instanceof DomainError ? new HalfDone(done, error) : error;
  });

export type Turn = { readonly world: World; readonly employerNo: string; readonly random: Random };

const submit = async ({ world, employerNo }: Turn, code: string, values: Record<string, unknown>): Promise<Done> => {
  const { caseNo, headline } = await submitItem(world.items(), actorOf(employerNo), employerNo, code, { values });
  return `${code} ${JSON.stringify(values)}：${headline}（${caseNo}）`;
};

type TaxBillRow = { bill_no: string; state: string };
const taxBills = (world: World): Promise<TaxBillRow[]> =>
  rows(
    world.tax().services.db,
    sql<TaxBillRow>`select bill_no, state from tax_bill where region = ${REGION} order by bill_no`,
  );

async function onBill(turn: Turn, states: readonly string[], work: (billNo: string) => Promise<Done>): Promise<Done> {
  const bill = turn.random.pick((await taxBills(turn.world)).filter(({ state }) => states.includes(state)));
  return bill ? work(bill.bill_no) : NOTHING;
}

async function onReceipt(
  turn: Turn,
  states: readonly string[],
  work: (receiptNo: string) => Promise<Done>,
): Promise<Done> {
  const latest = await rows(
    turn.world.tax().services.db,
    sql<{ receipt_no: string }>`
      select receipt_no from tax_receipt where region = ${REGION} and state = any(${states}::text[])
      order by receipt_no desc limit 5`,
  );
  const chosen = turn.random.pick(latest);
  return chosen ? work(chosen.receipt_no) : NOTHING;
}

/** People with their employers and what is open or ended. */
async function spansHere({ world, employerNo }: Turn) {
  const spans = await listSpans(world.services.db, REGION, employerNo);
  const people = await rows(
    world.services.db,
    sql<{
      person_no: string;
      id_no: string;
      name: string;
    }>`select person_no, id_no, name from registry_person where region = ${REGION}`,
  );
  const known = new Map(people.map((one) => [one.person_no, one]));
  return spans
    .map((span) => ({ span, person: known.get(span.personNo) }))
    .sort((a, b) =>
      `${a.person?.id_no}${a.span.insurance}${a.span.from}` < `${b.person?.id_no}${b.span.insurance}${b.span.from}`
        ? -1
        : 1,
    );
}

const ACT: Readonly<Record<Act, (turn: Turn) => Promise<Done>>> = {
  enrol: async (turn) => {
    const { random, world } = turn;
    const today = dateOf(world.now());
    const people = Array.from({ length: random.int(1, 3) }, () => ({
      ...personOf(random.int(0, TOWN - 1)),
      // Mostly this month or the one before; some beyond the three months of automatic back collection.
      entryDate: addDays(today, -random.int(0, random.chance(0.3) ? 150 : 45)),
      wage: formatYuan(wageOf(random)),
      ...(random.chance(0.1) ? { insurances: 'injury' } : {}),
    }));
    return submit(turn, 'emp.enroll', { people });
  },
  suspend: async (turn) => {
    const { random, world } = turn;
    const open = (await spansHere(turn)).filter(({ span, person }) => span.to === null && person);
    const chosen = random.pick(open);
    if (!chosen?.person) return NOTHING;
    const today = dateOf(world.now());
    const dates = [
      today,
      addDays(today, -random.int(0, 90)),
      lastDay(addMonths(monthOf(today), -1)),
      lastDay(addMonths(monthOf(today), -random.int(1, 3))),
    ];
    const suspendDate = random.pick(dates);
    const only = random.chance(0.1) ? { insurances: chosen.span.insurance } : {};
    const people = [{ idNo: chosen.person.id_no, suspendDate, reason: 'S01', ...only }];
    if (!random.chance(0.3)) return submit(turn, 'emp.suspend', { people });
    // The wrong person: taken back at once, with everything that the stop had taken from months not yet paid.
    const { employerNo } = turn;
    const { caseNo } = await submitItem(world.items(), actorOf(employerNo), employerNo, 'emp.suspend', {
      values: { people },
    });
    return after(`emp.suspend ${JSON.stringify(people)}：停错了人（${caseNo}）`, async () => {
      await undoCase(world.items(), actorOf(employerNo), employerNo, caseNo);
      return `emp.suspend ${JSON.stringify(people)}：停错了人，当场撤销（${caseNo}）`;
    });
  },
  declare: (turn) => submit(turn, 'unit.declare', { month: monthOf(dateOf(turn.world.now())) }),
  backUnit: (turn) => submit(turn, 'bp.unit', {}),
  issue: (turn) => submit(turn, 'bill.issue', {}),
  revoke: async (turn) => {
    const bills = await rows(
      turn.world.services.db,
      sql<{ bill_no: string }>`
        select bill_no from collection_bill where region = ${REGION} and employer_no = ${turn.employerNo}
        order by bill_no desc limit 3`,
    );
    const bill = turn.random.pick(bills);
    return bill ? submit(turn, 'bill.revoke', { billNo: bill.bill_no }) : NOTHING;
  },
  undo: async (turn) => {
    const cases = await rows(
      turn.world.services.db,
      sql<{ case_no: string; item_code: string }>`
        select case_no, item_code from casework_case where region = ${REGION} and employer_no = ${turn.employerNo}
          and state = 'AUTO_DONE' order by case_no desc limit 4`,
    );
    const chosen = turn.random.pick(cases);
    if (!chosen) return NOTHING;
    if (chosen.item_code === 'unit.declare' && turn.random.chance(0.5)) return submit(turn, 'unit.declare.revoke', {});
    await undoCase(turn.world.items(), actorOf(turn.employerNo), turn.employerNo, chosen.case_no);
    return `撤销 ${chosen.item_code} ${chosen.case_no}`;
  },
  refund: async (turn) => {
    const ended = (await spansHere(turn)).filter(({ span, person }) => span.to !== null && person);
    const chosen = turn.random.pick(ended);
    if (!chosen?.person || chosen.span.to === null) return NOTHING;
    // Some want the month of the stop itself, which is owed (HB-REF-02).
    const first = turn.random.chance(0.3) ? chosen.span.to : addMonths(chosen.span.to, 1);
    const months = turn.random.chance(0.5) ? first : `${first},${addMonths(first, 1)}`;
    return submit(turn, 'refund.emp', { idNo: chosen.person.id_no, months, attachments: EVIDENCE });
  },
  badRows: (turn) => {
    const { random } = turn;
    const rubbish = ['', '0', '-1', '2023-13-45', '429999', '样', '1e9', '999999999999', ' ', 'NaN', '3000.005'];
    const people = Array.from({ length: random.int(0, 4) }, () => ({
      idNo: random.pick(rubbish),
      name: random.pick(rubbish),
      entryDate: random.pick([...rubbish, '2023-01-01']),
      wage: random.pick([...rubbish, '5000']),
      suspendDate: random.pick(rubbish),
      reason: random.pick(rubbish),
    }));
    return submit(turn, random.chance(0.5) ? 'emp.enroll' : 'emp.suspend', { people });
  },
  badFile: async (turn) => {
    const { random, world, employerNo } = turn;
    const law = await loadLaw(world.services.db);
    const bytes = Uint8Array.from(await templateOf('emp.enroll', officeWords(law.book, REGION, dateOf(world.now()))));
    for (let i = random.int(0, 20); i > 0; i -= 1) bytes[random.int(0, bytes.length - 1)] = random.int(0, 255);
    const file = { name: '增员.xlsx', bytes: random.chance(0.3) ? bytes.slice(0, random.int(0, bytes.length)) : bytes };
    const { workbookId } = await uploadWorkbook(world.items(), actorOf(employerNo), employerNo, 'emp.enroll', file);
    await checkWorkbook(world.items(), actorOf(employerNo), employerNo, workbookId, []);
    const { caseNo } = await submitWorkbook(world.items(), actorOf(employerNo), employerNo, workbookId);
    return `坏文件成了办件 ${caseNo}`;
  },
  'tax.invoice': (turn) =>
    onBill(turn, ['OPEN', 'EXPIRED'], async (billNo) => {
      await taxAct(turn.world.tax().services, CLERK, (ctx) => invoice(ctx, billNo));
      return `开票 ${billNo}`;
    }),
  'tax.pay': (turn) =>
    onBill(turn, ['OPEN', 'INVOICED', 'PAYING'], async (billNo) => {
      const channel = turn.random.pick(CHANNELS) ?? 'CLIENT';
      // Over the counter the money may be taken on one day and posted on another.
      const post = channel === 'CLIENT' || turn.random.chance(0.8);
      await taxAct(turn.world.tax().services, CLERK, (ctx) => pay(ctx, billNo, channel, { post }));
      return `缴费 ${billNo} ${channel}${post ? '' : '，尚未登账'}`;
    }),
  'tax.voidInvoice': (turn) =>
    onBill(turn, ['INVOICED'], async (billNo) => {
      await taxAct(turn.world.tax().services, CLERK, (ctx) => voidInvoice(ctx, billNo, '纳税人申请'));
      return `作废票证 ${billNo}`;
    }),
  'tax.reverse': (turn) =>
    onReceipt(turn, ['PAID', 'POSTED'], async (receiptNo) => {
      await taxAct(turn.world.tax().services, CLERK, (ctx) => reverseReceipt(ctx, receiptNo, 'BANK_RETURN'));
      return `冲正 ${receiptNo}`;
    }),
  'tax.post': (turn) =>
    onReceipt(turn, ['PAID'], async (receiptNo) => {
      await taxAct(turn.world.tax().services, CLERK, (ctx) => postReceipt(ctx, receiptNo));
      return `迟登账 ${receiptNo}`;
    }),
  'tax.correct': (turn) =>
    onReceipt(turn, ['POSTED'], async (receiptNo) => {
      await taxAct(turn.world.tax().services, CLERK, (ctx) => correctReceipt(ctx, receiptNo, '险种有误'));
      return `更正 ${receiptNo}`;
    }),
  'tax.fault': async ({ world, random }) => {
    const name = random.pick(SLIPS) ?? 'payShort';
    await world.tax().faults.set({ name, ppm: 1_000_000, type: null, times: 1 });
    return `税务将有一次：${FAULT_NAMES[name]}`;
  },
  move: async (turn) => {
    const { random, world, employerNo } = turn;
    const open = (await spansHere(turn)).filter(({ span, person }) => span.to === null && person);
    const leaving = random.pick(open)?.person;
    const others = EMPLOYERS.filter((one) => one.employerNo !== employerNo);
    const next = random.pick(others)?.employerNo;
    const today = dateOf(world.now());
    const suspendDate = random.pick([
      today,
      lastDay(addMonths(monthOf(today), -1)),
      addDays(today, -random.int(0, 60)),
    ]);
    const entryDate = random.pick([today, addDays(today, random.int(-40, 0))]);
    const wage = formatYuan(wageOf(random));
    if (!leaving || !next) return NOTHING;
    const { id_no: idNo, name } = leaving;
    const left = await submit(turn, 'emp.suspend', { people: [{ idNo, suspendDate, reason: 'S01' }] });
    const joined = { people: [{ idNo, name, entryDate, wage }] };
    return after(
      left,
      async () => `${left}；转到 ${next} ${await submit({ ...turn, employerNo: next }, 'emp.enroll', joined)}`,
    );
  },
  arrears: async ({ world, random }) => {
    const open = random.pick(await listOpenArrears(world.services.db, REGION));
    if (!open) return NOTHING;
    await transact(world.services, CLERK, async (ctx) => {
      await releaseArrears(ctx, open.billNo);
      await audit(ctx, { action: 'ops.arrears.release', object: `bill:${open.billNo}` });
    });
    return `放开欠费 ${open.billNo}`;
  },
  weather: async ({ world, random }) => {
    const storm = {
      lost: random.next() * 0.25,
      doubled: random.next() * 0.5,
      late: random.next() * 0.25,
      reordered: random.next(),
      answerLost: random.next() * 0.25,
      down: false,
    };
    world.toAgency.weather = storm;
    world.toTax.weather = storm;
    return `变天 ${JSON.stringify(storm, (_, value) => (typeof value === 'number' ? Math.round(value * 100) / 100 : value))}`;
  },
  calm: async ({ world }) => {
    world.toAgency.weather = CLEAR;
    world.toTax.weather = CLEAR;
    return '天晴';
  },
  taxDown: async ({ world, random }) => {
    await world.tax().faults.setDown(random.int(1, 60), random.chance(0.5));
    return `税务停机至 ${world.tax().faults.downUntil()}`;
  },
  beat: async ({ world }) => {
    await world.beat();
    return '作业与收发';
  },
};

export async function perform(world: World, act: Act, employer: number, seed: string): Promise<Done> {
  if (act.startsWith('tax.') && world.tax().faults.downUntil()) return '税务停机，没有人办';
  return ACT[act]({ world, employerNo: employerNoOf(employer), random: randomOf(seed) });
}
