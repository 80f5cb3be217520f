/** How statements speak of 应缴款 and the block they lie in (migration 0013). */
import { sql } from '../platform/db.ts';

type Fragment = ReturnType<typeof sql>;

/** The due `d` (view collection_due, or what is made of it) is the one of this id: by the key of its block. */
export const dueIs = (dueId: Fragment): Fragment =>
  sql`d.block_id = collection_block_of(${dueId}) and d.due_id = ${dueId}`;

/** The due `d` is one of these. */
export const dueAmong = (dueIds: readonly string[]): Fragment =>
  sql`(d.block_id, d.due_id) in (select collection_block_of(t.due_id), t.due_id from unnest(${dueIds}::text[]) as t (due_id))`;

/** The lines `p` (person_no, base_fen, employer_fen, person_fen) of the due `d`. */
export const cellsOfDue = sql`collection_cells(d.person_nos, d.cell_base_fen, d.rates_ppm, d.cell_employer_fen, d.cell_person_fen, d.slot) as p`;
export const linesOfDue = sql`cross join lateral ${cellsOfDue}`;

/**
 * What the due `d` is worth after 冲抵, in both directions: a credit takes from its debit, an undone credit gives back. `n` (employer_fen,
 * person_fen). The region is said again: from `d.region` Citus does not see through a sum on which machine these lie.
 */
export const netOfDue = (region: string | Fragment): Fragment => sql`(
  select (d.employer_fen + coalesce(sum(x.employer_fen), 0))::bigint as employer_fen,
         (d.person_fen + coalesce(sum(x.person_fen), 0))::bigint as person_fen
  from (
    select f.employer_fen, f.person_fen from collection_offset f where f.region = ${region} and f.credit_due_id = d.due_id
    union all
    select -f.employer_fen, -f.person_fen from collection_offset f where f.region = ${region} and f.debit_due_id = d.due_id
  ) x) as n`;

/** The due `d` is neither undone nor an undo. */
export const isStanding = sql`not exists (
  select 1 from collection_reversal r where r.region = d.region and (r.due_id = d.due_id or r.reverses = d.due_id))`;
