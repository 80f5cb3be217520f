import { addMs, type Moment, momentToMs } from '../src/kernel/month.ts';
import { createFaults, FAULT_KINDS, type FaultKind, type Faults } from '../wire/faults.ts';
import type { ReceiveReply, Transport } from '../wire/index.ts';
import type { TaxServices } from './act.ts';
import { FAULT_NAMES, type FaultName } from './contract.ts';
import { clearFaults, countHit, findDesk, listFaults, saveDown, saveFault, saveSeed } from './store-faults.ts';

export type FaultDeskState = {
  readonly seed: number;
  readonly downUntil: Moment | null;
  readonly faults: readonly {
    readonly name: FaultName;
    readonly title: string;
    readonly layer: 'delivery' | 'business';
    readonly ppm: number;
    readonly type: string | null;
    readonly times: number | null;
    readonly hits: number;
  }[];
};

/** 故障台 (wire.md §6): switches are kept in the database, so a restart in the middle of an exercise changes nothing. */
export type FaultDesk = {
  /** Reads the switches; at start and after each change. */
  load(): Promise<void>;
  state(): Promise<FaultDeskState>;
  set(fault: { name: FaultName; ppm: number; type: string | null; times: number | null; seed?: number }): Promise<void>;
  clear(): Promise<void>;
  setDown(hours: number, retryAfter: boolean): Promise<void>;
  /** End of the planned outage when it is one now. */
  downUntil(): Moment | null;
  wrapTransport(send: Transport): Transport;
  wrapReceive(receive: (body: string) => Promise<ReceiveReply>): (body: string) => Promise<ReceiveReply | undefined>;
};

const isDelivery = (name: string): name is FaultKind => (FAULT_KINDS as readonly string[]).includes(name);
const MILLION = 1_000_000;
const HOUR_MS = 3_600_000;

export function createFaultDesk(services: TaxServices): FaultDesk {
  const { db, region, clock } = services;
  const hits: FaultKind[] = [];
  const onHit = (kind: FaultKind) => void hits.push(kind);
  let faults: Faults = createFaults({ onHit });
  let seed = 1;
  let until: Moment | null = null;
  let retryAfter = true;

  const downUntil = (): Moment | null => (until && clock.now() < until ? until : null);

  async function load(): Promise<void> {
    const desk = await findDesk(db, region);
    if (desk.seed !== seed) faults = createFaults({ seed: desk.seed, onHit });
    seed = desk.seed;
    until = desk.downUntil;
    retryAfter = desk.retryAfter;
    faults.clear();
    for (const fault of await listFaults(db, region)) {
      if (!isDelivery(fault.name)) continue;
      faults.set({
        kind: fault.name,
        probability: fault.ppm / MILLION,
        ...(fault.type ? { type: fault.type } : {}),
        ...(fault.times === null ? {} : { times: fault.times }),
      });
    }
  }

  /** Counted before the program goes on: what struck once does not strike again after a restart. */
  async function counting<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } finally {
      const struck = hits.splice(0);
      if (struck.length > 0) {
        await db.transaction().execute(async (tx) => {
          for (const kind of struck) await countHit(tx, region, kind);
        });
      }
    }
  }

  return {
    load,
    downUntil,
    async state() {
      const known = new Map((await listFaults(db, region)).map((fault) => [fault.name, fault]));
      return {
        seed,
        downUntil: downUntil(),
        faults: (Object.keys(FAULT_NAMES) as FaultName[]).map((name) => {
          const fault = known.get(name);
          return {
            name,
            title: FAULT_NAMES[name],
            layer: isDelivery(name) ? ('delivery' as const) : ('business' as const),
            ppm: fault?.ppm ?? 0,
            type: fault?.type ?? null,
            times: fault?.times ?? null,
            hits: fault?.hits ?? 0,
          };
        }),
      };
    },
    async set(fault) {
      await db.transaction().execute(async (tx) => {
        if (fault.seed !== undefined) await saveSeed(tx, region, fault.seed);
        await saveFault(tx, region, fault);
      });
      await load();
    },
    async clear() {
      await db.transaction().execute((tx) => clearFaults(tx, region));
      await load();
    },
    async setDown(hours, withRetryAfter) {
      const end = hours > 0 ? addMs(clock.now(), hours * HOUR_MS) : null;
      await db.transaction().execute((tx) => saveDown(tx, region, end, withRetryAfter));
      await load();
    },
    // Wrapped once; the switches behind may be exchanged at any time.
    wrapTransport: (send) => async (documents) => {
      if (downUntil()) throw new Error('tax side is down');
      return counting(() => faults.wrapTransport(send)(documents));
    },
    wrapReceive: (receive) => async (body) => {
      const down = downUntil();
      if (!down) return counting(() => faults.wrapReceive(receive)(body));
      if (!retryAfter) return undefined;
      const seconds = Math.max(1, Math.ceil((momentToMs(down) - momentToMs(clock.now())) / 1000));
      return { status: 503, headers: { 'retry-after': String(seconds) }, body: 'TZ-WIR-108\n' };
    },
  };
}
