import type { Moment } from '../../src/kernel/month.ts';
import { momentToMs } from '../../src/kernel/month.ts';
import { first, rows, run, sql } from '../../src/platform/db.ts';
import type { Stream } from '../types.ts';
import { alarm } from './alarm.ts';
import { windowLeft } from './build.ts';
import { answerDocument } from './converse.ts';
import { askAt, type Engine, inTransaction, later, RULES, waitMs } from './engine.ts';
import { acceptSettled } from './inbox.ts';
import { call, noteFailure, takeAnswers } from './push.ts';
import { retryDue } from './retry.ts';

/** `received` for a long time: the present level is asked for (wire.md §2 «Silence»). */
export async function askSilent(engine: Engine, peer: string): Promise<void> {
  const now = engine.now();
  const silent = await rows(
    engine.db,
    sql<{ document_id: string; stream: Stream; seq: number }>`
      update wire_document set next_at = ${askAt(now)}
      where region = ${engine.region} and document_id in (
        select document_id from wire_document
        where region = ${engine.region} and peer = ${peer} and state = 'received' and next_at <= ${now}
        order by seq limit 500 for update skip locked)
      returning document_id, stream, seq`,
  );
  if (silent.length === 0) return;
  const bodies = silent.map((row) => ({ document: row.document_id, stream: row.stream, seq: row.seq }));
  await ask(engine, peer, 'status.query', bodies);
}

/** Holes older than 60 s are asked for, again and again with growing pauses; after an hour a person is told. */
export async function askForHoles(engine: Engine, peer: string): Promise<void> {
  const now = engine.now();
  const holes = await rows(
    engine.db,
    sql<{ stream: Stream; contiguous_seq: number; highest_seq: number; hole_since: Moment; hole_tries: number }>`
      select stream, contiguous_seq, highest_seq, hole_since, hole_tries from wire_cursor
      where region = ${engine.region} and sender = ${peer} and hole_next_at <= ${now} order by stream`,
  );
  for (const hole of holes) {
    const age = momentToMs(now) - momentToMs(hole.hole_since);
    const next = age > RULES.deadAfterMs ? null : later(now, waitMs(engine, hole.hole_tries + 1));
    await run(
      engine.db,
      sql`update wire_cursor set hole_tries = hole_tries + 1, hole_next_at = ${next}
          where region = ${engine.region} and sender = ${peer} and stream = ${hole.stream}`,
    );
    if (age > RULES.holeAlarmAfterMs) {
      const subject = `hole ${hole.stream}#${hole.contiguous_seq + 1}`;
      await alarm(
        engine,
        engine.db,
        peer,
        'TZ-WIR-206',
        subject,
        `${hole.stream} 第 ${hole.contiguous_seq + 1} 号报文一小时未到`,
      );
    }
    const missing = await rows(
      engine.db,
      sql<{ seq: number }>`
        select seq from generate_series(${hole.contiguous_seq + 1}::bigint,
                                        ${Math.min(hole.highest_seq, hole.contiguous_seq + 5000)}::bigint) as seq
        where not exists (select 1 from wire_inbox_document d where d.region = ${engine.region} and d.sender = ${peer}
                          and d.stream = ${hole.stream} and d.seq = seq.seq)
        order by seq limit 500`,
    );
    if (missing.length === 0) continue;
    await ask(engine, peer, 'resend.request', [{ stream: hole.stream, seqs: missing.map((row) => row.seq) }]);
  }
}

/** A closed window with nothing on its way would never open again: `ping` brings back the present one, once a minute. */
export async function probeWindow(engine: Engine, peer: string): Promise<void> {
  const now = engine.now();
  if (!(await isBlocked(engine, peer))) return;
  const due = await first(
    engine.db,
    sql`update wire_peer set probe_at = ${later(now, RULES.firstWaitMs)}
        where region = ${engine.region} and peer = ${peer} and (probe_at is null or probe_at <= ${now}) returning peer`,
  );
  if (due) await ask(engine, peer, 'ping', [{ now }]);
}

/** Queued items, but the window is used up. */
export async function isBlocked(engine: Engine, peer: string): Promise<boolean> {
  const queued = await first(
    engine.db,
    sql`select 1 from wire_outbox_item where region = ${engine.region} and peer = ${peer} and state = 'queued' limit 1`,
  );
  return queued !== undefined && (await windowLeft(engine, engine.db, peer)) <= 0;
}

/** Our own failed items; their senders learn of it by the next status query. */
export async function retryOwn(engine: Engine): Promise<void> {
  await inTransaction(engine.db, async (tx) => {
    for (const sender of await retryDue(engine, tx)) await acceptSettled(engine, tx, sender);
  });
}

async function ask(engine: Engine, peer: string, type: string, bodies: readonly object[]): Promise<void> {
  const reply = await call(engine, peer, [answerDocument(engine, peer, type, bodies)]);
  if (reply === undefined) await noteFailure(engine, peer);
  else if (reply !== 'rest') await takeAnswers(engine, peer, reply);
}
