import { describe, expect, test } from 'vitest';
import { type Moment, parseMoment } from '../kernel/month.ts';
import { type ClockSetting, createConductor, type Party } from './conductor.ts';

const at = (text: string): Moment => parseMoment(text) as Moment;

/** A program with a list of slots and a mailbox; it writes what it does into the common log. */
function program(
  name: string,
  slots: string[],
  log: string[],
): Party & { letters: number; clock: ClockSetting | null } {
  const waiting = slots.map(at);
  return {
    name,
    letters: 0,
    clock: null,
    async setClock(setting) {
      this.clock = setting;
    },
    async nextSlot() {
      return waiting[0] ?? null;
    },
    async runDue() {
      const now = this.clock?.frozenAt;
      let ran = 0;
      while (waiting[0] && now && waiting[0] <= now) {
        log.push(`${name} ${waiting.shift()?.slice(5, 16)}`);
        this.letters += 1;
        ran += 1;
      }
      return ran;
    },
    async pump() {
      const sent = this.letters;
      if (sent > 0) log.push(`${name} sends`);
      this.letters = 0;
      return sent;
    },
    async idle() {
      return this.letters === 0;
    },
  };
}

describe('a program that missed a change of the clock', () => {
  const T = at('2023-04-11 09:00');
  async function missed() {
    const agency = program('agency', [], []);
    const tax = program('tax', [], []);
    const conductor = createConductor({
      parties: [agency, tax],
      initial: { offsetMs: 0, frozenAt: at('2023-04-10 09:00') },
    });
    await conductor.announce();
    // Killed at the end of an advance: what it is told does not arrive.
    const { setClock } = agency;
    agency.setClock = async (setting) => {
      if (setting.frozenAt === T) throw new Error('fetch failed');
      await setClock.call(agency, setting);
    };
    await expect(conductor.advance(T)).rejects.toThrow('fetch failed');
    agency.setClock = setClock;
    expect([agency.clock?.frozenAt, conductor.now()]).toEqual([at('2023-04-10 09:00'), T]);
    return { agency, conductor };
  }

  test('is told at the next beat', async () => {
    const { agency, conductor } = await missed();
    await conductor.beat();
    expect(agency.clock?.frozenAt).toBe(T);
  });

  test('is told when it asks for a moment that the others have passed', async () => {
    const { agency, conductor } = await missed();
    await expect(conductor.advance(at('2023-04-10 10:00'))).rejects.toThrow(RangeError);
    expect(agency.clock?.frozenAt).toBe(T);
  });
});

describe('advancing the business clock', () => {
  test('runs the slots of both sides in order, lets the exchange settle after each, and stops at the target', async () => {
    const log: string[] = [];
    const agency = program('agency', ['2023-04-10 12:00', '2023-04-11 02:00'], log);
    const tax = program('tax', ['2023-04-10 12:00', '2023-04-10 16:00', '2023-04-12 00:05'], log);
    const conductor = createConductor({
      parties: [agency, tax],
      initial: { offsetMs: 0, frozenAt: at('2023-04-10 09:00') },
    });
    const result = await conductor.advance(at('2023-04-11 09:00'));
    expect(log).toEqual([
      'agency 04-10T12:00',
      'tax 04-10T12:00',
      'agency sends',
      'tax sends',
      'tax 04-10T16:00',
      'tax sends',
      'agency 04-11T02:00',
      'agency sends',
    ]);
    expect(result).toEqual({ now: at('2023-04-11 09:00'), slotsRun: 4 });
    expect(agency.clock?.frozenAt).toBe(at('2023-04-11 09:00'));
  });

  test('goes on running from the target when it was not frozen, and keeps that for a restart', async () => {
    const saved: ClockSetting[] = [];
    let real = Date.parse('2026-01-05T10:00:00+08:00');
    const conductor = createConductor({
      parties: [],
      initial: { offsetMs: 0, frozenAt: null },
      save: (setting) => saved.push(setting),
      realNow: () => real,
    });
    await conductor.advance(at('2026-02-01 08:00'));
    real += 90_000;
    expect(conductor.now()).toBe(at('2026-02-01 08:01:30'));
    expect(saved.at(-1)?.frozenAt).toBeNull();
  });

  test('never goes back', async () => {
    const conductor = createConductor({ parties: [], initial: { offsetMs: 0, frozenAt: at('2023-04-10 09:00') } });
    await expect(conductor.advance(at('2023-04-09 09:00'))).rejects.toThrow(RangeError);
  });

  test('is not held up by a slot that keeps being announced although it ran', async () => {
    const stuck = program('stuck', [], []);
    stuck.nextSlot = async () => at('2023-04-10 08:00');
    const conductor = createConductor({ parties: [stuck], initial: { offsetMs: 0, frozenAt: at('2023-04-10 09:00') } });
    expect((await conductor.advance(at('2023-04-20 09:00'))).now).toBe(at('2023-04-20 09:00'));
  });

  test('one advance waits for the other', async () => {
    const log: string[] = [];
    const agency = program('agency', ['2023-04-10 12:00', '2023-04-11 02:00'], log);
    const conductor = createConductor({
      parties: [agency],
      initial: { offsetMs: 0, frozenAt: at('2023-04-10 09:00') },
    });
    const [first, second] = await Promise.all([
      conductor.advance(at('2023-04-10 13:00')),
      conductor.advance(at('2023-04-11 13:00')),
    ]);
    expect([first?.slotsRun, second?.slotsRun]).toEqual([1, 1]);
  });
});
