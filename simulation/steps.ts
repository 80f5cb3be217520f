import { addDays, addMonths, type CivilDate, firstDay, lastDay, type Month, monthRange } from '../src/kernel/month.ts';
import { EMPLOYERS } from './city.ts';
import { type Random, randomOf } from './random.ts';

/** What an agent can try. What exactly (whom, which bill) is decided when it is its turn, by the step's own seed. */
const ACTS = [
  'enrol',
  'suspend',
  'declare',
  'backUnit',
  'issue',
  'revoke',
  'undo',
  'refund',
  'badRows',
  'badFile',
  'tax.invoice',
  'tax.pay',
  'tax.voidInvoice',
  'tax.reverse',
  'tax.post',
  'tax.correct',
  'tax.fault',
  'move',
  'arrears',
  'weather',
  'calm',
  'taxDown',
  'beat',
] as const;
export type Act = (typeof ACTS)[number];

/**
 * One step of a run. It carries its moment and its seed, so that a run without some of its steps still means the same for the others:
 * that is what makes a failing run shrinkable.
 */
export type Step = {
  readonly id: number;
  /** YYYY-MM-DD HH:MM:SS */
  readonly at: string;
  readonly act: Act;
  readonly employer: number;
  readonly seed: string;
  /** The program dies after this many statements of the step. */
  readonly crash?: { readonly side: 'agency' | 'tax'; readonly after: number };
  /** Somebody else does this at the same time. */
  readonly beside?: { readonly act: Act; readonly employer: number; readonly seed: string };
};

/** How often somebody tries something in a month, for each employer. */
const HABITS: readonly { readonly act: Act; readonly chance: number; readonly days: readonly [number, number] }[] = [
  { act: 'enrol', chance: 0.7, days: [1, 12] },
  { act: 'enrol', chance: 0.35, days: [1, 28] },
  { act: 'suspend', chance: 0.5, days: [1, 28] },
  { act: 'backUnit', chance: 0.25, days: [3, 10] },
  { act: 'declare', chance: 0.9, days: [4, 14] },
  { act: 'issue', chance: 0.95, days: [14, 16] },
  { act: 'tax.invoice', chance: 0.4, days: [16, 18] },
  { act: 'tax.pay', chance: 0.85, days: [17, 26] },
  { act: 'enrol', chance: 0.2, days: [15, 28] },
  { act: 'declare', chance: 0.25, days: [15, 28] },
  { act: 'issue', chance: 0.25, days: [1, 28] },
  { act: 'tax.pay', chance: 0.3, days: [1, 28] },
  { act: 'revoke', chance: 0.25, days: [14, 28] },
  { act: 'undo', chance: 0.4, days: [1, 28] },
  { act: 'refund', chance: 0.35, days: [1, 28] },
  { act: 'badRows', chance: 0.15, days: [1, 28] },
  { act: 'badFile', chance: 0.1, days: [1, 28] },
  { act: 'tax.voidInvoice', chance: 0.1, days: [16, 28] },
  { act: 'tax.reverse', chance: 0.06, days: [18, 28] },
  { act: 'tax.fault', chance: 0.12, days: [10, 24] },
  { act: 'tax.post', chance: 0.3, days: [18, 28] },
  { act: 'tax.correct', chance: 0.08, days: [18, 28] },
  { act: 'move', chance: 0.15, days: [1, 28] },
  { act: 'arrears', chance: 0.1, days: [1, 28] },
];

const RACERS: readonly Act[] = [
  'enrol',
  'suspend',
  'declare',
  'issue',
  'revoke',
  'undo',
  'tax.pay',
  'tax.invoice',
  'refund',
  'move',
  'beat',
];

const daysOf = (month: Month): number => Number(lastDay(month).slice(8));

/** Mostly office hours; some act at the very border of a day. */
function time(random: Random): string {
  if (random.chance(0.04)) return random.chance(0.5) ? '23:59:59' : '00:00:01';
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(random.int(8, 17))}:${two(random.int(0, 59))}:${two(random.int(0, 59))}`;
}

export type Faults = { readonly crash: number; readonly race: number; readonly weather: number; readonly down: number };
const ALL_FAULTS: Faults = { crash: 0.12, race: 0.08, weather: 0.8, down: 0.3 };

export function planSteps(seed: string, from: Month, months: number, faults: Faults = ALL_FAULTS): Step[] {
  const random = randomOf(`${seed}/steps`);
  const wanted: Omit<Step, 'id' | 'seed'>[] = [];
  for (const month of monthRange(from, addMonths(from, months - 1))) {
    const on = ([first, last]: readonly [number, number]): string =>
      `${addDays(firstDay(month), random.int(first, last) - 1) as CivilDate} ${time(random)}`;
    for (let employer = 0; employer < EMPLOYERS.length; employer += 1) {
      for (const { act, chance, days } of HABITS) {
        if (!random.chance(chance)) continue;
        // The borders of a month and a year are where months are counted.
        const border = random.chance(0.05) ? random.pick([1, daysOf(month)]) : undefined;
        const agency = !act.startsWith('tax.') || random.chance(0.3);
        const crash = { side: agency ? ('agency' as const) : ('tax' as const), after: random.int(0, 45) };
        // Some want the same person at another employer at the same moment: the twin draws what the first draws.
        const twin = (act === 'enrol' || act === 'move') && random.chance(0.4);
        const beside = twin
          ? { act, employer: (employer + 1) % EMPLOYERS.length, seed: 'twin' }
          : { act: random.pick(RACERS) ?? 'declare', employer, seed: '' };
        wanted.push({
          at: on(border ? [border, border] : days),
          act,
          employer,
          ...(random.chance(faults.crash) ? { crash } : random.chance(faults.race) ? { beside } : {}),
        });
      }
    }
    if (random.chance(faults.weather)) {
      const first = random.int(1, 20);
      wanted.push({ at: on([first, first]), act: 'weather', employer: 0 });
      // Most storms pass within days; some last into the next month, over its night jobs and its first declarations.
      if (random.chance(0.8)) wanted.push({ at: on([first + 1, first + 7]), act: 'calm', employer: 0 });
    }
    if (random.chance(faults.down)) wanted.push({ at: on([1, 28]), act: 'taxDown', employer: 0 });
    if (random.chance(faults.crash * 3)) {
      const side = random.chance(0.5) ? ('agency' as const) : ('tax' as const);
      wanted.push({ at: on([14, 28]), act: 'beat', employer: 0, crash: { side, after: random.int(0, 120) } });
    }
  }
  return wanted
    .sort((a, b) => (a.at < b.at ? -1 : 1))
    .map((step, index) => ({
      ...step,
      id: index + 1,
      seed: `${seed}/${index + 1}`,
      ...(step.beside
        ? { beside: { ...step.beside, seed: `${seed}/${index + 1}${step.beside.seed === 'twin' ? '' : '/beside'}` } }
        : {}),
    }));
}

export function stepText(step: Step): string {
  const who =
    step.act.startsWith('tax.') || step.act === 'weather' || step.act === 'calm' || step.act === 'taxDown'
      ? ''
      : ` ${EMPLOYERS[step.employer]?.employerNo ?? ''}`;
  const crash = step.crash ? `，${step.crash.side} 在第 ${step.crash.after} 句后断电` : '';
  const beside = step.beside ? `，同时 ${step.beside.act}` : '';
  return `#${step.id} ${step.at} ${step.act}${who}${crash}${beside}`;
}
