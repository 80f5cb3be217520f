/** A tax program in memory with a tester in the place of the agency, for the tests beside the code. */
import { pino } from 'pino';
import { addMs, atTime, type CivilDate, type Moment } from '../../src/kernel/month.ts';
import { createClock } from '../../src/platform/clock/index.ts';
import { systemActor } from '../../src/platform/services.ts';
import { type TestDatabase, testDatabase } from '../../src/platform/testing/index.ts';
import {
  type BillIssue,
  createEndpoint,
  type Endpoint,
  generateSigner,
  type Handler,
  type Transport,
  verifyKeyOf,
} from '../../wire/index.ts';
import { act, type TaxCtx } from '../act.ts';
import { createTaxProgram, type TaxProgram, taxMigrations } from '../server.ts';

const REGION = '420500';
export const EMPLOYER = '990000101';
export const USCC = '91429999MA4K000010';

export type Heard = { readonly type: string; readonly entity: string; readonly body: Record<string, unknown> };

export type TaxWorld = {
  readonly program: TaxProgram;
  readonly agency: Endpoint;
  readonly database: TestDatabase;
  /** What the tester in the agency's place was told, in order. */
  readonly heard: Heard[];
  /** One act of a clerk. */
  act<T>(work: (ctx: TaxCtx) => Promise<T>): Promise<T>;
  at(moment: Moment): void;
  now(): Moment;
  advance(ms: number): void;
  /** The agency says something and both sides send until nothing moves. */
  say(type: string, entity: string, body: unknown): Promise<string>;
  /** The agency has something to say, and says it with the next round. */
  queue(type: string, entity: string, body: unknown): Promise<string>;
  /** As `settle`, but every document is received at the same instant as the others of its push. */
  cross(): Promise<void>;
  settle(): Promise<void>;
  /** What became of an item of the agency: `accepted`, `refused TZ-WIR-303`. */
  fate(itemId: string): string | undefined;
  of(type: string): Heard[];
  close(): Promise<void>;
};

export async function openTaxWorld(start = '2023-04-10 09:00'): Promise<TaxWorld> {
  const database = await testDatabase(taxMigrations());
  const other = await testDatabase([{ name: 'wire', dir: `${import.meta.dirname}/../../wire/migrations` }]);
  const [day = '', time = ''] = start.split(' ');
  let now = atTime(day as CivilDate, time);
  const clock = createClock({ offsetMs: 0, frozenAt: now });
  const set = (moment: Moment) => {
    now = moment;
    clock.set({ offsetMs: 0, frozenAt: moment });
  };
  const signer = generateSigner('tax-1');
  const agencySigner = generateSigner('agency-1');
  const fates = new Map<string, string>();
  const heard: Heard[] = [];
  const hear =
    (type: string): Handler =>
    async (ctx, body) => {
      heard.push({ type, entity: ctx.entity, body });
      return { result: 'accepted' };
    };
  let together = true;
  const toTax: Transport = async (documents) => {
    const pushes = together ? [documents.join('')] : documents;
    const replies = await Promise.all(pushes.map((push) => program.receive(push)));
    const [reply] = replies;
    if (!reply) throw new Error('no answer');
    const wait = reply.headers?.['retry-after'];
    const body = replies.map((each) => each?.body ?? '').join('');
    return { status: reply.status, body, ...(wait ? { retryAfterSeconds: Number(wait) } : {}) };
  };
  const agency: Endpoint = createEndpoint({
    db: other.db,
    self: `agency.${REGION}`,
    peers: [{ party: `tax.${REGION}`, send: toTax, keys: [verifyKeyOf(signer)] }],
    signer: agencySigner,
    clock: { now: () => now },
    handlers: Object.fromEntries(
      [
        'employer.link',
        'bill.cancelAnswer',
        'bill.invoiced',
        'bill.invoiceVoided',
        'payment.posted',
        'payment.reversed',
        'payment.corrected',
        'payment.treasured',
        'tax.watermark',
        'recon.totals',
        'recon.detail',
        'recon.case',
      ].map((type) => [type, hear(type)]),
    ),
    onDelivery: async ({ item, state, code }) => void fates.set(item.itemId, code ? `${state} ${code}` : state),
  });
  const program = await createTaxProgram({
    services: { db: database.db, clock, region: REGION, mode: 'test', log: pino({ level: 'silent' }) },
    signer,
    agencyKeys: [verifyKeyOf(agencySigner)],
    send: (documents) => agency.receive(documents.join('')),
    controlToken: 'test-token',
  });

  async function settle(): Promise<void> {
    for (let round = 0; round < 50; round += 1) {
      const sent = (await agency.pump()).sent + (await program.pump());
      if (sent === 0) return;
    }
    throw new Error('the exchange does not come to rest');
  }
  const queue = (type: string, entity: string, body: unknown): Promise<string> => {
    const stream = type.startsWith('employer') ? 'registry' : type.startsWith('recon') ? 'recon' : 'bills';
    return other.db
      .transaction()
      .execute((tx) => agency.enqueue(tx, { peer: `tax.${REGION}`, stream, type, entity, body }));
  };
  return {
    program,
    agency,
    database,
    heard,
    act: (work) => act(program.services, systemActor('test'), work),
    at: set,
    now: () => now,
    advance: (ms) => set(addMs(now, ms)),
    async say(type, entity, body) {
      const itemId = await queue(type, entity, body);
      await settle();
      return itemId;
    },
    queue,
    settle,
    async cross() {
      together = false;
      await settle().finally(() => {
        together = true;
      });
    },
    fate: (itemId) => fates.get(itemId),
    of: (type) => heard.filter((item) => item.type === type),
    async close() {
      await program.close();
      await database.close();
      await other.close();
    },
  };
}

export function employerSync(over: Record<string, unknown> = {}) {
  const insured = (ins: string) => ({ ins, from: '2020-01', state: 'ACTIVE', mode: 'ASSESSED' });
  return {
    employerNo: EMPLOYER,
    uscc: USCC,
    name: '云帆示例制造有限公司',
    region: REGION,
    office: REGION,
    insurances: ['pension', 'unemployment', 'injury'].map(insured),
    state: 'ACTIVE',
    stateFrom: '2020-01-01',
    asOf: '2023-04-10T08:00:00.000+08:00',
    ...over,
  };
}

/**
 * AT-06: one person, base 3450, April: 869.40 = pension 552 + 276, unemployment 24.15 + 10.35, injury 6.90 (requirements part 3).
 */
export function aprilBill(billNo: string, over: Partial<BillIssue> = {}): BillIssue {
  const line = (ins: 'pension' | 'unemployment' | 'injury', employerFen: number, personFen: number) => ({
    ins,
    kind: 'MONTHLY' as const,
    month: '2023-04',
    persons: 1,
    baseFen: 345_000,
    employerFen,
    personFen,
    interestFen: 0,
    lateFen: 0,
    totalFen: employerFen + personFen,
  });
  return {
    billNo,
    kind: 'MONTHLY',
    payerType: 'EMPLOYER',
    employerNo: EMPLOYER,
    region: REGION,
    office: REGION,
    issuedAt: '2023-04-10T09:00:00.000+08:00',
    validThrough: '2023-04-24',
    lines: [line('pension', 55_200, 27_600), line('unemployment', 2_415, 1_035), line('injury', 690, 0)],
    totalFen: 86_940,
    detail: 'NONE',
    ...over,
  };
}
