import { addMs, type Moment, momentFromMs, momentToMs } from '../kernel/month.ts';

/**
 * The business clock of a pair (design §7): real time plus an offset, or standing still. Production: offset 0, never frozen.
 * Kept by whoever started the pair and handed to both programs.
 */
export type ClockSetting = { readonly offsetMs: number; readonly frozenAt: Moment | null };

/** One program of the pair, seen by the conductor: over HTTP (`http-party.ts`) or within the same process. */
export type Party = {
  readonly name: string;
  setClock(setting: ClockSetting): Promise<void>;
  /** The next moment at which this program has anything to do by itself: jobs, deadlines, retries. */
  nextSlot(): Promise<Moment | null>;
  /** Runs what is due; the number of things done. */
  runDue(): Promise<number>;
  /** One round of the sender loop; the number of documents sent. */
  pump(): Promise<number>;
  /** Nothing waits in the outbox or parked. */
  idle(): Promise<boolean>;
};

export type ConductorOptions = {
  readonly parties: readonly Party[];
  readonly initial: ClockSetting;
  /** Called after every change, so that a restart goes on where it was. */
  readonly save?: (setting: ClockSetting) => void;
  readonly realNow?: () => number;
};

export type Advanced = { readonly now: Moment; readonly slotsRun: number };

export type Conductor = {
  now(): Moment;
  setting(): ClockSetting;
  /** Hands the clock to every program; for a program that was (re)started. */
  announce(party?: Party): Promise<void>;
  /** Moves the clock to `to`, running every due slot of either side in order on the way; idle slots are skipped. */
  advance(to: Moment, options?: { readonly freeze?: boolean }): Promise<Advanced>;
  /** Sets the clock without running anything: the start of a story. */
  set(at: Moment, options?: { readonly freeze?: boolean }): Promise<Moment>;
  /** Lets the exchange come to rest. True: everything delivered; false: something waits (for a planted fault or a later retry). */
  settle(): Promise<boolean>;
  /** One beat in running mode: due jobs and a round of sending. Does nothing while the clock is being advanced. */
  beat(): Promise<void>;
};

/** A year of business time has fewer slots than this; reaching it means a program that never comes to rest. */
const SLOTS_MAX = 100_000;
const SETTLE_ROUNDS_MAX = 500;

export function createConductor(options: ConductorOptions): Conductor {
  const { parties } = options;
  const realNow = options.realNow ?? Date.now;
  let setting = options.initial;
  /** Changes of the clock happen one after another. */
  let queue: Promise<unknown> = Promise.resolve();
  let busy = 0;

  const now = (): Moment => setting.frozenAt ?? momentFromMs(realNow() + setting.offsetMs);
  const offsetFor = (at: Moment): number => momentToMs(at) - realNow();

  /** What each program took; one that was killed or slow may have missed a change. */
  const taken = new Map<Party, ClockSetting>();

  async function tell(party: Party): Promise<void> {
    const told = setting;
    await party.setClock(told);
    taken.set(party, told);
  }

  async function apply(next: ClockSetting): Promise<void> {
    setting = next;
    await Promise.all(parties.map(tell));
  }

  /** Only those that have another clock. */
  const catchUp = (): Promise<unknown> =>
    Promise.all(parties.filter((party) => taken.has(party) && taken.get(party) !== setting).map(tell));

  function alone<T>(work: () => Promise<T>): Promise<T> {
    busy += 1;
    const result = queue.then(work, work).finally(() => {
      busy -= 1;
    });
    queue = result.catch(() => undefined);
    return result;
  }

  /** Sends until nobody has anything to send at this moment; the number of documents. */
  async function exchange(): Promise<number> {
    let total = 0;
    for (let round = 0; round < SETTLE_ROUNDS_MAX; round += 1) {
      let sent = 0;
      // One after the other: an answer of the first is there when the second sends.
      for (const party of parties) sent += await party.pump();
      total += sent;
      if (sent === 0) break;
    }
    return total;
  }

  async function settle(): Promise<boolean> {
    await exchange();
    return (await Promise.all(parties.map((party) => party.idle()))).every(Boolean);
  }

  async function advance(to: Moment, freeze: boolean): Promise<Advanced> {
    let at = now();
    if (to < at) {
      // Who asks for it may have missed that the others are further.
      await catchUp();
      throw new RangeError(`business time only goes forward: ${to} is before ${at}`);
    }
    await apply({ offsetMs: offsetFor(at), frozenAt: at });
    let slotsRun = 0;
    /** A slot that is still announced although nothing came of it waits for a person, not for us. */
    let progress = true;
    for (let count = 0; ; count += 1) {
      if (count > SLOTS_MAX) throw new Error(`no rest after ${SLOTS_MAX} slots, at ${at}`);
      const slots = await Promise.all(parties.map((party) => party.nextSlot()));
      if (!progress || !slots.some((slot) => slot !== null && slot <= at)) {
        const later = slots.filter((slot): slot is Moment => slot !== null && slot > at).sort()[0];
        const next = later && later <= to ? later : to;
        if (next <= at) break;
        at = next;
        await apply({ offsetMs: offsetFor(at), frozenAt: at });
      }
      let ran = 0;
      for (const [index, party] of parties.entries()) {
        const slot = slots[index];
        if (slot && slot <= at) ran += await party.runDue();
      }
      slotsRun += ran;
      progress = (await exchange()) + ran > 0;
    }
    if (!freeze) await apply({ offsetMs: offsetFor(to), frozenAt: null });
    options.save?.(setting);
    return { now: now(), slotsRun };
  }

  return {
    now,
    setting: () => setting,
    announce: (party) => (party ? tell(party) : apply(setting)),
    advance: (to, { freeze = setting.frozenAt !== null } = {}) => alone(() => advance(to, freeze)),
    set: (at, { freeze = true } = {}) =>
      alone(async () => {
        await apply({ offsetMs: offsetFor(at), frozenAt: freeze ? at : null });
        options.save?.(setting);
        return at;
      }),
    settle: () => alone(settle),
    async beat() {
      if (busy > 0) return;
      await alone(async () => {
        await catchUp();
        for (const party of parties) await party.runDue();
        for (const party of parties) await party.pump();
      });
    },
  };
}

/** `+3天`, `+20分钟`, `+4小时` from a moment; for the command line and stories. */
export function later(from: Moment, amount: number, unit: '分钟' | '小时' | '天'): Moment {
  const ms = { 分钟: 60_000, 小时: 3_600_000, 天: 86_400_000 }[unit];
  return addMs(from, amount * ms);
}
