import { pino } from 'pino';
import { agencyMigrations } from '../../src/app/migrations.ts';
import { seedCalendar } from '../../src/app/seed.ts';
import {
  allocateReceipts,
  applyReceipt,
  type Bill,
  expireBills,
  findBill,
  postReceipts,
  releaseByWatermark,
} from '../../src/collection/index.ts';
import { type OpeningInput, openBooks } from '../../src/control/index.ts';
import { createAgencyExchange } from '../../src/exchange/index.ts';
import { type ItemServices, openEnv, previewItem, submitItem, undoCase } from '../../src/items/index.ts';
import type { ItemEnv } from '../../src/items/model.ts';
import { idNumberCheckDigit } from '../../src/kernel/id-number.ts';
import { type Moment, parseMoment } from '../../src/kernel/month.ts';
import { addOverlays, loadLaw } from '../../src/parameters/index.ts';
import { createClock } from '../../src/platform/clock/index.ts';
import type { Actor } from '../../src/platform/context.ts';
import { read, type Services, systemActor, transact } from '../../src/platform/services.ts';
import { testDatabase } from '../../src/platform/testing/index.ts';
import { generateSigner, verifyKeyOf } from '../../wire/index.ts';

/** An agency without the tax side: what is sent waits in the outbox; what it would answer is applied by hand. */
export type Bureau = Awaited<ReturnType<typeof openBureau>>;

export const moment = (text: string): Moment => {
  const parsed = parseMoment(text);
  if (!parsed) throw new Error(`not a moment: ${text}`);
  return parsed;
};

/** Numbers of appendix A: area 429999. */
export function idNo(index: number, birth = '19900101'): string {
  const first17 = `429999${birth}${String(index).padStart(3, '0')}`;
  return `${first17}${idNumberCheckDigit(first17)}`;
}

export async function openBureau(options: { readonly at: string; readonly region?: string }) {
  const database = await testDatabase(agencyMigrations());
  const clock = createClock({ offsetMs: 0, frozenAt: moment(options.at) });
  const region = options.region ?? '420500';
  const services: Services = { db: database.db, clock, region, mode: 'test', log: pino({ level: 'silent' }) };
  await seedCalendar(services);
  const [ours, theirs] = [generateSigner('agency-1'), generateSigner('tax-1')];
  const exchange = createAgencyExchange({
    services,
    signer: ours,
    taxKeys: [verifyKeyOf(theirs)],
    send: async () => {
      throw new Error('the tax side is not there');
    },
  });
  const deps: ItemServices = { services, bills: exchange.bills, verifyPage: 'http://127.0.0.1/verify' };
  const system = systemActor('test');
  const actorOf = (employerNo: string): Actor => ({
    kind: 'portal',
    id: `agent-${employerNo}`,
    name: '林样知',
    employerNo,
  });

  return {
    services,
    deps,
    /** Of its database, for what opens connections of its own. */
    url: database.url,
    setTime: (at: string) => clock.set({ offsetMs: 0, frozenAt: moment(at) }),
    overlay: (key: string, value: number | string, from = '2020-01-01') =>
      transact(services, system, (ctx) => addOverlays(ctx.tx, [{ region, key, from, to: null, value }], ctx.now)),
    open: (input: OpeningInput['employers']) =>
      transact(services, system, async (ctx) =>
        openBooks(ctx, await loadLaw(ctx.tx), { employers: input }, { mode: 'test' }),
      ),
    /** What a page of the employer shows, without changing anything. */
    show: <T>(employerNo: string, work: (env: ItemEnv) => Promise<T>): Promise<T> =>
      read(services, system, async (ctx) => work(await openEnv(ctx, deps, employerNo, false))),
    preview: (employerNo: string, code: string, form: Record<string, unknown> = {}) =>
      previewItem(deps, actorOf(employerNo), employerNo, code, form),
    submit: (employerNo: string, code: string, form: Record<string, unknown> = {}) =>
      submitItem(deps, actorOf(employerNo), employerNo, code, { values: form }),
    undo: (employerNo: string, caseNo: string) => undoCase(deps, actorOf(employerNo), employerNo, caseNo),
    bill: async (billNo: string): Promise<Bill> => {
      const bill = await findBill(database.db, region, billNo);
      if (!bill) throw new Error(`no bill ${billNo}`);
      return bill;
    },
    expire: (day: string) => transact(services, system, (ctx) => expireBills(ctx, day as never)),
    release: (paidThrough: string) => transact(services, system, (ctx) => releaseByWatermark(ctx, moment(paidThrough))),
    /** The tax side collects the bill; then ④ and ⑤ run. */
    async pay(billNo: string, paidAt: string) {
      const bill = await this.bill(billNo);
      const { rows } = await database.db.transaction().execute(async (tx) => ({
        rows: await (await import('../../src/collection/index.ts')).getBillRecord({ tx, region }, billNo),
      }));
      const lines = (rows?.lines ?? []).flatMap((line) => [
        {
          insurance: line.insurance,
          part: 'EMPLOYER' as const,
          fen: line.employerFen,
          monthFrom: line.month,
          monthTo: line.month,
        },
        {
          insurance: line.insurance,
          part: 'PERSON' as const,
          fen: line.personFen,
          monthFrom: line.month,
          monthTo: line.month,
        },
        {
          insurance: line.insurance,
          part: 'LATE' as const,
          fen: line.lateFen,
          monthFrom: line.month,
          monthTo: line.month,
        },
        {
          insurance: line.insurance,
          part: 'INTEREST' as const,
          fen: line.interestFen,
          monthFrom: line.month,
          monthTo: line.month,
        },
      ]);
      await transact(services, system, (ctx) =>
        applyReceipt(
          ctx,
          {
            receiptNo: `R${billNo}`,
            billNo,
            basis: 'ASSESSED',
            payer: bill.employerNo,
            ticketNo: `T${billNo}`,
            invoicedAt: moment(paidAt),
            paidAt: moment(paidAt),
            postedAt: moment(paidAt),
            totalFen: bill.totalFen,
            channel: 'CLIENT',
            lines: lines.filter((line) => line.fen !== 0),
          },
          exchange.bills,
        ),
      );
    },
    post: (slot: string) => transact(services, system, (ctx) => postReceipts(ctx, moment(slot))),
    allocate: (slot: string) => transact(services, system, (ctx) => allocateReceipts(ctx, moment(slot))),
    close: () => database.close(),
  };
}

const THREE = ['pension', 'unemployment', 'injury'] as const;

/** An employer with three insurances, as stories begin. */
export function employer(
  changes: Partial<OpeningInput['employers'][number]> & { readonly bookedThrough: string },
): OpeningInput['employers'][number] {
  const { bookedThrough, ...rest } = changes;
  return {
    employerNo: '990000901',
    uscc: '91429999MA0000T01U',
    name: '云帆示例制造有限公司',
    injuryClass: 1,
    enjoysRelief2020: false,
    insurances: THREE.map((insurance) => ({
      insurance,
      from: '2022-07' as never,
      bookedThrough: bookedThrough as never,
    })),
    agents: [],
    persons: [],
    ...rest,
  };
}
