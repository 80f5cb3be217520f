/** SQL of the fault desk. */
import type { Moment } from '../src/kernel/month.ts';
import { type Executor, first, rows, run, sql, type Tx } from '../src/platform/db.ts';
import type { FaultName } from './contract.ts';

export type FaultRow = {
  readonly name: FaultName;
  readonly ppm: number;
  readonly type: string | null;
  readonly times: number | null;
  readonly hits: number;
};
export type DeskRow = { readonly seed: number; readonly downUntil: Moment | null; readonly retryAfter: boolean };

export async function findDesk(on: Executor, region: string): Promise<DeskRow> {
  const row = await first(
    on,
    sql<DeskRow>`select seed, down_until as "downUntil", retry_after as "retryAfter" from tax_fault_desk where region = ${region}`,
  );
  return row ?? { seed: 1, downUntil: null, retryAfter: true };
}

export function listFaults(on: Executor, region: string): Promise<FaultRow[]> {
  return rows(
    on,
    sql<FaultRow>`select name, ppm, type, times, hits from tax_fault where region = ${region} order by name`,
  );
}

export async function saveFault(tx: Tx, region: string, fault: Omit<FaultRow, 'hits'>): Promise<void> {
  await run(
    tx,
    sql`insert into tax_fault (region, name, ppm, type, times) values (${region}, ${fault.name}, ${fault.ppm}, ${fault.type}, ${fault.times})
        on conflict (region, name) do update set ppm = excluded.ppm, type = excluded.type, times = excluded.times, hits = 0`,
  );
}

export async function saveSeed(tx: Tx, region: string, seed: number): Promise<void> {
  await run(
    tx,
    sql`insert into tax_fault_desk (region, seed) values (${region}, ${seed})
        on conflict (region) do update set seed = excluded.seed, draws = 0`,
  );
}

export async function saveDown(tx: Tx, region: string, until: Moment | null, retryAfter: boolean): Promise<void> {
  await run(
    tx,
    sql`insert into tax_fault_desk (region, seed, down_until, retry_after) values (${region}, 1, ${until}, ${retryAfter})
        on conflict (region) do update set down_until = excluded.down_until, retry_after = excluded.retry_after`,
  );
}

export async function clearFaults(tx: Tx, region: string): Promise<void> {
  await run(tx, sql`delete from tax_fault where region = ${region}`);
  await run(tx, sql`update tax_fault_desk set down_until = null where region = ${region}`);
}

/** A fault that is on, locked for the draw; undefined when it is off, which is nearly always. */
export function lockFault(tx: Tx, region: string, name: FaultName): Promise<FaultRow | undefined> {
  return first(
    tx,
    sql<FaultRow>`select name, ppm, type, times, hits from tax_fault
                  where region = ${region} and name = ${name} and ppm > 0 and coalesce(times, 1) > 0 for update`,
  );
}

/** The next number of the seed's row. */
export async function nextDraw(tx: Tx, region: string): Promise<{ seed: number; draw: number }> {
  const row = await first(
    tx,
    sql<{ seed: number; draw: number }>`
      insert into tax_fault_desk (region, seed, draws) values (${region}, 1, 1)
      on conflict (region) do update set draws = tax_fault_desk.draws + 1 returning seed, draws as draw`,
  );
  return row ?? { seed: 1, draw: 1 };
}

export async function countHit(tx: Tx, region: string, name: FaultName): Promise<void> {
  await run(
    tx,
    sql`update tax_fault set hits = hits + 1, times = times - 1 where region = ${region} and name = ${name}`,
  );
}
