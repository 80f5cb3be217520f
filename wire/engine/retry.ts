import { ulid } from '../../src/kernel/ids.ts';
import { rows, run, sql, type Tx } from '../../src/platform/db.ts';
import { type Engine, RULES } from './engine.ts';
import { type ParkedRow, type Result, runHandler } from './handle.ts';
import { fromParked, record } from './record.ts';

/** Items that failed inside are tried again; after the last try a person has to look. */
export async function retryFailed(engine: Engine, tx: Tx): Promise<string[]> {
  const now = engine.now();
  const due = await rows(
    tx,
    sql<ParkedRow & { sender: string; digest: string }>`
      select p.sender, p.entity, p.version, p.item_id, p.document_id, p.stream, p.seq, p.type, p.body, p.sent_at, p.why, p.tries, p.refusal,
             i.digest
      from wire_parked p join wire_inbox i on i.region = p.region and i.sender = p.sender and i.item_id = p.item_id
      where p.region = ${engine.region} and p.next_at <= ${now} order by p.since limit 50 for update of p skip locked`,
  );
  for (const row of due) {
    const one = fromParked(row.sender, row);
    await run(
      tx,
      sql`select 1 from wire_entity
          where region = ${engine.region} and sender = ${row.sender} and entity = ${row.entity} for update`,
    );
    const incoming = { ...one, item: { ...one.item, digest: row.digest } };
    const outcome = await runHandler(engine, tx, incoming, true);
    const givenUp = outcome.state === 'waiting' && row.tries + 1 >= RULES.errorTries;
    const results: Result[] = [
      givenUp
        ? { incoming, state: 'refused', code: 'TZ-WIR-901', used: true }
        : { incoming, ...outcome, used: outcome.state !== 'waiting' },
    ];
    if (givenUp) {
      await run(
        tx,
        sql`insert into wire_dead_letter (region, dead_id, direction, peer, document_id, item_id, type, reason, at)
            values (${engine.region}, ${ulid()}, 'in', ${row.sender}, ${row.document_id}, ${row.item_id}, ${row.type},
                    'TZ-WIR-901', ${now})`,
      );
    }
    await record(engine, tx, row.sender, results);
    if (results[0]?.state !== 'waiting') await applyFollowers(engine, tx, row.sender, row.entity, row.version);
  }
  return [...new Set(due.map((row) => row.sender))];
}

/** What was parked behind an item that has now been settled. */
async function applyFollowers(engine: Engine, tx: Tx, from: string, entity: string, version: number): Promise<void> {
  const parked = await rows(
    tx,
    sql<ParkedRow & { digest: string }>`
      select p.entity, p.version, p.item_id, p.document_id, p.stream, p.seq, p.type, p.body, p.sent_at, p.why, p.tries, p.refusal, i.digest
      from wire_parked p join wire_inbox i on i.region = p.region and i.sender = p.sender and i.item_id = p.item_id
      where p.region = ${engine.region} and p.sender = ${from} and p.entity = ${entity} order by p.version for update of p`,
  );
  let last = version;
  for (const row of parked) {
    if (row.version !== last + 1) break;
    const one = fromParked(from, row);
    const outcome = await runHandler(engine, tx, one, true);
    await record(engine, tx, from, [
      {
        incoming: { ...one, item: { ...one.item, digest: row.digest } },
        ...outcome,
        used: outcome.state !== 'waiting',
      },
    ]);
    if (outcome.state === 'waiting') break;
    last = row.version;
  }
}
