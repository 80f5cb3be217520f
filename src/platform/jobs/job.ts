import type { RawBuilder } from 'kysely';
import type { Moment } from '../../kernel/month.ts';

/** Numbers and words for the run record. */
export type JobResult = Readonly<Record<string, number | string>>;

/** How far a run is, in parts that the job counts itself: 30 of 100 批. */
export type JobProgress = { readonly done: number; readonly total: number; readonly unit?: string };

/** What a run is given: a long one tells how far it is, and stops between two of its transactions when it is told to. */
export type JobControl = {
  /** Aborted when a person cancels the run, when the process ends, or when the run is no longer ours. */
  readonly signal: AbortSignal;
  /** Cheap: kept in memory and written with the next sign of life. */
  readonly progress: (progress: JobProgress) => void;
};

/**
 * Thrown by a run that stopped because of its signal; what it committed stays, and running it again does the rest. A run may as well return
 * when it has told its progress: parts that are left say the same.
 */
export class JobStopped extends Error {
  readonly result: JobResult;

  constructor(result: JobResult) {
    super('stopped before its end');
    this.result = result;
  }
}

export type Job = {
  readonly name: string;
  readonly title: string;
  /** In words, for the operations page: 每 4 小时. */
  readonly rule: string;
  /** Slots after `after` up to and including `until`, in order. Pure. */
  readonly slots: (after: Moment, until: Moment) => Moment[];
  /**
   * Idempotent; books under the slot's date, not under the moment it happens to run.
   * @throws JobStopped when it ended early because of `control.signal`.
   */
  readonly run: (slot: Moment, control: JobControl) => Promise<JobResult>;
  /** After down time: every missed slot, or only the last one. */
  readonly catchUp: 'every' | 'last';
  /**
   * A cheap question in SQL (boolean): would the run of this slot find anything? A slot that would not is settled without a run, all such
   * slots in one statement. It must see at least what `run` sees. Absent: every slot runs.
   */
  readonly wanted?: (slot: Moment) => RawBuilder<unknown>;
  /**
   * For a job that only looks: real time that must pass between two of its runs. A jump of the business clock over a year then
   * looks once, not at every night of it, and does not stop at its slots.
   */
  readonly realPauseMs?: number;
};

export type RunReport = {
  readonly job: string;
  readonly slot: Moment;
  readonly state: 'DONE' | 'FAILED' | 'CANCELLED';
  readonly result: JobResult | null;
  readonly error: string | null;
};

export type RunState = 'RUNNING' | 'DONE' | 'FAILED' | 'CANCELLED';

export type JobRun = {
  readonly job: string;
  readonly slot: Moment;
  readonly state: RunState;
  readonly startedReal: string;
  readonly result: JobResult | null;
  readonly error: string | null;
};

/** A run under way, in whichever process. */
export type RunningJob = {
  readonly job: string;
  readonly slot: Moment;
  readonly startedReal: Moment;
  /** Undefined while the run has not told yet. */
  readonly progress: JobProgress | undefined;
  /** Real seconds from its start to its last sign of life. */
  readonly seconds: number;
  /** False: the process that ran it gave no sign for a while; another one takes it over. */
  readonly alive: boolean;
  readonly cancelAsked: boolean;
};

export type Cancellation = { readonly by: string; readonly reason: string };
