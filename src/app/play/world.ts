import type { Moment } from '../../kernel/month.ts';
import type { Session } from './client.ts';
import type { Observed } from './observed.ts';
import type { Step } from './parse.ts';

/** How a story moves the clock: its own pair directly, somebody else's through the operations page. */
export type StoryClock = {
  now(): Promise<Moment>;
  /** The first `时钟` of a story. */
  set(at: Moment): Promise<void>;
  /** To a later moment, running everything on the way. */
  advance(to: Moment): Promise<{ readonly slotsRun: number }>;
  /** True when nothing is under way any more. */
  settle(): Promise<boolean>;
};

export type Employer = {
  readonly name: string;
  readonly employerNo: string;
  readonly uscc: string;
  readonly legal: { readonly login: string; readonly password: string };
  readonly agent: { readonly login: string; readonly password: string; readonly idNo: string };
};

/** Everything a story knows while it is played. */
export type World = {
  readonly region: string;
  readonly agencyUrl: string;
  readonly taxUrl: string;
  readonly clock: StoryClock;
  clockWasSet: boolean;
  /** Runs after every step: `--kill` ends both programs there. */
  between: (() => Promise<void>) | undefined;
  /** The agency's operator (系统管理员 of the demo). */
  staff: Session | undefined;
  /** The tax clerk. */
  taxClerk: Session | undefined;
  /** Who acts now. */
  current: { readonly employer: Employer; readonly session: Session } | undefined;
  /** Logs of the two programs, shown when one of them failed. */
  logs: readonly string[];
  readonly employers: Map<string, Employer>;
  readonly sessions: Map<string, Session>;
  /** Latest bill, case, document under their names: `单据`, an item's code, `证明`; and those given by `记作`. */
  readonly remembered: Map<string, string>;
  /** Names of people to their identity numbers. */
  readonly people: Map<string, string>;
};

export type Verb = (world: World, step: Step) => Promise<Observed>;

/** The person who wrote the story must mend it; not a refusal of the system. */
export class StoryMistake extends Error {}

export function mistake(message: string): never {
  throw new StoryMistake(message);
}

export function remember(world: World, step: Step, kind: string, value: string): void {
  world.remembered.set(kind, value);
  const name = step.fields.get('记作');
  if (name) world.remembered.set(name, value);
}

/** A name given by `记作`, the latest of the kind when nothing is named, or the number itself. */
export function recall(world: World, kind: string, name: string | undefined): string {
  if (!name) return world.remembered.get(kind) ?? mistake(`还没有${kind}`);
  return world.remembered.get(name) ?? name;
}
