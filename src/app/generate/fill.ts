/** A made-up city into the tables, with numbers that follow those given already. */
import { Worker } from 'node:worker_threads';
import { FIRST_EMPLOYER_NO, type Truth } from '../../../city/index.ts';
import { dateOf } from '../../kernel/month.ts';
import { type Law, nextNumber, PERSON_NO, raiseNumber } from '../../parameters/index.ts';
import type { CopySession } from '../../platform/copy/index.ts';
import { one, rows, run, sql, type Tx } from '../../platform/db.ts';
import type { Overlay } from '../../rules/index.ts';
import { cityRows, type DistrictRows, type Filled, type FirstNumbers, type RowsOptions } from './rows.ts';
import type { FromWorker, WorkerTask } from './rows-worker.ts';
import { flush, TABLES } from './tables.ts';

export type { Filled } from './rows.ts';

export type FillOptions = RowsOptions & {
  /** What the tables do not say; called in the order of the city. */
  readonly onTruth?: (line: Truth) => void;
  readonly onEmployer?: (employer: DistrictRows['employers'][number]) => void;
  readonly onPeople?: (people: number) => void;
  /** Looked at between districts and between keys and indexes, for the last time before the load is kept. */
  readonly signal?: AbortSignal;
  /** Makes the rows on another thread while the database takes those before. Default: for a city that is worth it. */
  readonly apart?: boolean;
};

const WORTH_A_THREAD = 20_000;
const ASSESSMENT_NO = sql`pg_get_serial_sequence('collection_assessment', 'assessment_no')`;

/** Looked at, not taken: a load that is taken back leaves the sequence where it was. */
const NEXT_PERSON_NO = sql<{ personNo: number }>`
  select last_value + is_called::int as "personNo" from parameters_person_no`;

/** `copy` and `tx` are the same connection; what is written belongs to its transaction. */
export async function fillCity(copy: CopySession, tx: Tx, law: Law, options: FillOptions): Promise<Filled> {
  const { region, now, people } = options;
  const openingNo = `openingNo/${dateOf(now).replaceAll('-', '')}`;
  const first: FirstNumbers = {
    // None is taken yet: how many there will be is known at the end.
    caseNo: await nextNumber(tx, region, openingNo, 0),
    employerNo: await nextNumber(tx, region, 'employerNo', 0, FIRST_EMPLOYER_NO),
    personNo: (await one(tx, NEXT_PERSON_NO)).personNo,
    assessmentNo: (await one(tx, sql<{ no: number }>`select nextval(${ASSESSMENT_NO}::regclass) as no`)).no,
  };
  let filled: Filled = { employers: 0, people: 0, persons: 0, jobs: 0, assessments: 0, dues: 0, lines: 0 };
  const take = (done: DistrictRows): void => {
    options.signal?.throwIfAborted();
    filled = done.filled;
    for (const line of done.truth) options.onTruth?.(line);
    for (const employer of done.employers) options.onEmployer?.(employer);
    options.onPeople?.(filled.people);
  };
  if (options.apart ?? people >= WORTH_A_THREAD) {
    await fillFromThread(copy, { options: rowsOptionsOf(options), first, overlays: await listOverlays(tx) }, take);
  } else {
    for (const { writers, ...done } of cityRows(law, options, first)) {
      await flush(copy, writers);
      take(done);
    }
  }
  await raiseNumber(tx, region, openingNo, first.caseNo + filled.employers - 1);
  await raiseNumber(tx, region, 'employerNo', first.employerNo + filled.employers - 1);
  await raiseNumber(tx, region, PERSON_NO, first.personNo + filled.persons - 1);
  const lastAssessment = first.assessmentNo + filled.assessments - 1;
  if (filled.assessments > 0) await run(tx, sql`select setval(${ASSESSMENT_NO}::regclass, ${lastAssessment})`);
  return filled;
}

const rowsOptionsOf = ({ seed, people, from, through, region, now }: FillOptions): RowsOptions => ({
  seed,
  people,
  from,
  through,
  region,
  now,
});

/** The law as the other thread makes it again: the same book under the same overlays. */
function listOverlays(tx: Tx): Promise<Overlay[]> {
  return rows(
    tx,
    sql<Overlay>`select region, key, valid_from as from, valid_to as to, value, coalesce(label, '') as label
                 from parameters_overlay order by overlay_id`,
  );
}

/** Takes a district's rows while the next are made; the thread is at most two districts ahead, so that memory stays where it is. */
async function fillFromThread(copy: CopySession, task: WorkerTask, take: (done: DistrictRows) => void): Promise<void> {
  const worker = new Worker(new URL('./rows-worker.ts', import.meta.url), { workerData: task });
  const waiting: FromWorker[] = [];
  let failure: Error | undefined;
  let wake = (): void => undefined;
  worker.on('message', (message: FromWorker) => {
    waiting.push(message);
    wake();
  });
  worker.on('error', (error: Error) => {
    failure = error;
    wake();
  });
  try {
    for (;;) {
      const message = waiting.shift();
      if (failure) throw failure;
      if (message === undefined) {
        await new Promise<void>((woken) => {
          wake = woken;
        });
        continue;
      }
      if (message.kind === 'END') return;
      for (const { table, bytes } of message.parts) await copy.copyIn(`${table} (${TABLES[table]})`, bytes);
      take(message.done);
      worker.postMessage('more');
    }
  } finally {
    await worker.terminate();
  }
}
