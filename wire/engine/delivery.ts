import type { Moment } from '../../src/kernel/month.ts';
import { rows, run, sql, type Tx } from '../../src/platform/db.ts';
import type { DeliveryState } from '../types.ts';
import type { Engine } from './engine.ts';

export type Announcement = {
  readonly peer: string;
  readonly documentId: string;
  /** Undefined: all items of the document. */
  readonly items?: readonly string[];
  readonly except?: readonly string[];
  readonly state: DeliveryState;
  /** States an item may come from: what was announced once is not announced again. */
  readonly from: readonly string[];
  readonly code?: string;
  readonly detail?: string;
  readonly at: Moment;
  /** The items, given by `items`, get this document now. */
  readonly assign?: boolean;
};

/** Moves items of a document on and tells their owner, in the same transaction. */
export async function announce(engine: Engine, tx: Tx, news: Announcement): Promise<void> {
  const { items, except = [] } = news;
  // Only what is asked for stands in the statement: a plan for all values of «this one or any» would read the whole outbox.
  const which = [
    news.assign ? sql`document_id is null` : sql`document_id = ${news.documentId}`,
    ...(items ? [sql`item_id = any(${[...items]}::text[])`] : []),
    ...(except.length > 0 ? [sql`item_id <> all(${[...except]}::text[])`] : []),
  ];
  const moved = await rows(
    tx,
    sql<{ item_id: string; entity: string; type: string }>`
      update wire_outbox_item
      set state = ${news.state}, document_id = ${news.documentId}, changed_at = ${news.at}, code = ${news.code ?? null}, detail = ${news.detail ?? null}
      where region = ${engine.region} and ${sql.join(which, sql` and `)} and state = any(${[...news.from]}::text[])
      returning item_id, entity, type`,
  );
  const { onDelivery } = engine.options;
  if (!onDelivery) return;
  for (const row of moved) {
    await onDelivery({
      tx,
      item: { entity: row.entity, type: row.type, itemId: row.item_id, peer: news.peer },
      state: news.state,
      ...(news.code ? { code: news.code } : {}),
      ...(news.detail ? { detail: news.detail } : {}),
      at: news.at,
    });
  }
}

/** Nobody has to do anything about this document any more. */
export async function resolveLetters(engine: Engine, tx: Tx, documentId: string): Promise<void> {
  await run(
    tx,
    sql`update wire_dead_letter set resolved_at = ${engine.now()}
        where region = ${engine.region} and document_id = ${documentId} and resolved_at is null`,
  );
}
