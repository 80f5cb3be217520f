import { ulid } from '../../src/kernel/ids.ts';
import type { Moment } from '../../src/kernel/month.ts';
import { rows, run, sql, type Tx } from '../../src/platform/db.ts';
import { alarm } from './alarm.ts';
import { type Engine, later, RULES } from './engine.ts';
import { type Outcome, type ParkedRow, type Result, runHandler } from './handle.ts';
import { fromParked, record } from './record.ts';

/** Everything of this sender that waited for an entity which has just had its effect. */
export async function applyAwaiting(engine: Engine, tx: Tx, from: string): Promise<void> {
  // Each round settles what it takes or moves it to a later time.
  while ((await retryDue(engine, tx, from)).length > 0);
}

/**
 * Items that failed inside or waited for another entity are tried again; after the last try a person has to look. With `from`: only what
 * waits for an entity of that sender. Returns the senders of what was tried.
 */
export async function retryDue(engine: Engine, tx: Tx, from?: string): Promise<string[]> {
  const now = engine.now();
  const due = await rows(
    tx,
    sql<ParkedRow & { sender: string; digest: string }>`
      select p.sender, p.entity, p.version, p.item_id, p.document_id, p.stream, p.seq, p.type, p.body, p.sent_at, p.why, p.since, p.tries,
             p.refusal, i.digest
      from wire_parked p join wire_inbox i on i.region = p.region and i.sender = p.sender and i.item_id = p.item_id
      where p.region = ${engine.region} and p.next_at <= ${now}
        ${from === undefined ? sql`` : sql`and p.sender = ${from} and p.awaits is not null`}
      order by p.since, p.entity limit 50 for update of p skip locked`,
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
    const givenUp = outcome.state === 'waiting' && isEnough(row, outcome, now);
    const failed = givenUp && !outcome.awaits;
    if (failed) await askPerson(engine, tx, row);
    // Money is never refused (wire.md §1): it stays, and what comes behind it waits, until a person has it done again.
    if (failed && row.stream === 'money') continue;
    const results: Result[] = [
      givenUp
        ? { incoming, state: 'refused', code: outcome.code ?? 'TZ-WIR-901', used: true }
        : { incoming, ...outcome, used: outcome.state !== 'waiting' },
    ];
    if (outcome.awaits && !givenUp) {
      await alarm(
        engine,
        tx,
        row.sender,
        outcome.code ?? 'TZ-WIR-901',
        row.entity,
        `${row.entity} 一直在等 ${outcome.awaits}`,
      );
    }
    await record(engine, tx, row.sender, results);
    if (results[0]?.state !== 'waiting') await applyFollowers(engine, tx, row.sender, row.entity, row.version);
  }
  return [...new Set(due.map((row) => row.sender))];
}

/** A dead letter of the other side's: our program failed on it again and again. */
async function askPerson(engine: Engine, tx: Tx, row: ParkedRow & { sender: string }): Promise<void> {
  await run(
    tx,
    sql`insert into wire_dead_letter (region, dead_id, direction, peer, document_id, item_id, type, reason, at)
        values (${engine.region}, ${ulid()}, 'in', ${row.sender}, ${row.document_id}, ${row.item_id}, ${row.type},
                'TZ-WIR-901', ${engine.now()})`,
  );
  await run(
    tx,
    sql`update wire_parked set next_at = null where region = ${engine.region} and sender = ${row.sender} and item_id = ${row.item_id}`,
  );
}

function isEnough(row: ParkedRow, outcome: Outcome, now: Moment): boolean {
  return outcome.awaits ? later(row.since, RULES.deadAfterMs) <= now : row.tries + 1 >= RULES.errorTries;
}

/** What was parked behind an item that has now been settled. */
async function applyFollowers(engine: Engine, tx: Tx, from: string, entity: string, version: number): Promise<void> {
  const parked = await rows(
    tx,
    sql<ParkedRow & { digest: string }>`
      select p.entity, p.version, p.item_id, p.document_id, p.stream, p.seq, p.type, p.body, p.sent_at, p.why, p.since, p.tries, p.refusal,
             i.digest
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
