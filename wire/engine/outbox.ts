import { invariant } from '../../src/kernel/errors.ts';
import { ulid } from '../../src/kernel/ids.ts';
import { first, one, rows, run, sql, type Tx } from '../../src/platform/db.ts';
import { MAX_ITEM_BYTES } from '../document.ts';
import type { OutItem } from '../types.ts';
import { resolveLetters } from './delivery.ts';
import type { Engine } from './engine.ts';

/**
 * Writes the outbox row in the business transaction (wire.md §2 rule 2). The version row of the entity serialises writers of that entity only.
 * A watermark waits for the money transactions in flight, so that it never overtakes a receipt it vouches for.
 */
export async function enqueue(engine: Engine, tx: Tx, item: OutItem): Promise<string> {
  const type = engine.types[item.type];
  invariant(type && !type.unsequenced, `no sequenced message type ${item.type}`);
  invariant(engine.peers.has(item.peer), `unknown peer ${item.peer}`);
  const body = type.body.safeParse(item.body);
  invariant(
    body.success,
    `${item.type} ${item.entity}: ${body.error?.issues.map((i) => `${i.path.join('.')} ${i.message}`).join('; ')}`,
  );
  const text = JSON.stringify(body.data);
  invariant(Buffer.byteLength(text) < MAX_ITEM_BYTES, `${item.type} ${item.entity} is larger than a document`);
  if (item.stream === 'money') await holdMoney(engine, tx, item.peer, type.stampsMoneySeq === true);
  const { version } = await one(
    tx,
    sql<{ version: number }>`
      insert into wire_version (region, peer, entity, version) values (${engine.region}, ${item.peer}, ${item.entity}, 1)
      on conflict (region, peer, entity) do update set version = wire_version.version + 1
      returning version`,
  );
  const itemId = ulid();
  const now = engine.now();
  await run(
    tx,
    sql`insert into wire_outbox_item
          (region, peer, stream, item_id, type, entity, version, body, reply_to, queued_at, changed_at)
        values (${engine.region}, ${item.peer}, ${item.stream}, ${itemId}, ${item.type}, ${item.entity}, ${version},
                ${text}, ${item.replyTo ?? null}, ${now}, ${now})`,
  );
  return itemId;
}

/** Shared while money is being told, exclusive for the watermark; held until the transaction ends. */
export async function holdMoney(engine: Engine, tx: Tx, peer: string, exclusive: boolean): Promise<void> {
  const key = `wire-money ${engine.self} ${peer}`;
  await run(
    tx,
    exclusive
      ? sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`
      : sql`select pg_advisory_xact_lock_shared(hashtextextended(${key}, 0))`,
  );
}

/**
 * Withdraws what the sender loop has not yet marked as sent. Versions are given back, so only the last ones of an entity can go:
 * a hole would keep everything behind it waiting at the receiver.
 */
export async function cancelUnsent(engine: Engine, tx: Tx, entity: string, type: string): Promise<boolean> {
  const counters = await rows(
    tx,
    sql<{ peer: string; version: number }>`
      select peer, version from wire_version
      where region = ${engine.region} and peer = any(${[...engine.peers.keys()]}::text[]) and entity = ${entity} order by peer for update`,
  );
  let withdrawn = false;
  for (const counter of counters) {
    const items = await rows(
      tx,
      sql<{ item_id: string; type: string; version: number; state: string }>`
        select item_id, type, version, state from wire_outbox_item
        where region = ${engine.region} and peer = ${counter.peer} and entity = ${entity} and state <> 'withdrawn'
        order by version for update`,
    );
    const ours = items.filter((item) => item.type === type);
    if (ours.length === 0) continue;
    if (ours.some((item) => item.state !== 'queued')) return false;
    const lowest = ours[0]?.version ?? 0;
    if (counter.version - lowest + 1 !== ours.length) return false;
    await run(
      tx,
      sql`update wire_outbox_item set state = 'withdrawn', changed_at = ${engine.now()}
          where region = ${engine.region} and item_id = any(${ours.map((item) => item.item_id)}::text[])`,
    );
    await run(
      tx,
      sql`update wire_version set version = ${lowest - 1}
          where region = ${engine.region} and peer = ${counter.peer} and entity = ${entity}`,
    );
    withdrawn = true;
  }
  return withdrawn;
}

/** A person sends a dead or refused document again, byte for byte. */
export async function revive(engine: Engine, tx: Tx, documentId: string): Promise<boolean> {
  const now = engine.now();
  const found = await first(
    tx,
    sql<{ document_id: string }>`
      update wire_document set state = 'sent', code = null, tries = 0, next_at = ${now}, sealed_at = ${now}
      where region = ${engine.region} and document_id = ${documentId} and state in ('dead', 'refused')
      returning document_id`,
  );
  if (!found) return false;
  await run(
    tx,
    sql`update wire_outbox_item set state = 'sent', code = null, detail = null, changed_at = ${now}
        where region = ${engine.region} and document_id = ${documentId} and state in ('dead', 'refused')`,
  );
  await resolveLetters(engine, tx, documentId);
  return true;
}
