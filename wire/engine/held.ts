import { rows, run, sql, type Tx } from '../../src/platform/db.ts';
import { wireError } from '../errors.ts';
import type { Held, HeldKind } from '../types.ts';
import type { Engine } from './engine.ts';
import { revive } from './outbox.ts';
import { release } from './receive.ts';

const LISTED_MAX = 200;

type Row = Omit<Held, 'typeName' | 'reason' | 'next'> & {
  readonly code: string | null;
  readonly detail: string | null;
};

/** 待人处理: what the exchange holds until a person has looked at it, the oldest first. */
export async function listHeld(engine: Engine): Promise<Held[]> {
  const { db, region } = engine;
  const found = await rows(
    db,
    sql<Row>`
      select * from (
        select 'DEAD' as kind, document_id as id, peer, type, document_id as about, null as code, reason as detail, at
        from wire_dead_letter where region = ${region} and resolved_at is null and direction = 'out'
        union all
        select case when exists (select 1 from wire_parked p where p.region = l.region and p.item_id = l.item_id) then 'FAILED' else 'GIVEN_UP' end,
               l.item_id, l.peer, l.type, coalesce(i.entity, l.item_id), l.reason, null, l.at
        from wire_dead_letter l left join wire_inbox i on i.region = l.region and i.sender = l.peer and i.item_id = l.item_id
        where l.region = ${region} and l.resolved_at is null and l.direction = 'in'
        union all
        select 'REFUSED', document_id, peer, type, document_id, code, null, sealed_at
        from wire_document where region = ${region} and state = 'refused'
        union all
        select 'QUARANTINED', document_id, sender, type, document_id, null, '报文到达时已超过 72 小时', received_at
        from wire_inbox_document where region = ${region} and state = 'quarantined'
        union all
        select 'ALARM', alarm_id, peer, '', subject, code, detail, at
        from wire_alarm where region = ${region} and seen_at is null
      ) held order by at, id limit ${sql.lit(LISTED_MAX)}`,
  );
  return found.map(({ code, detail, ...row }) => {
    const known = code === null ? undefined : wireError(code);
    const typeName = engine.types[row.type]?.title ?? row.type;
    const reason = [known?.message, detail].filter(Boolean).join('：');
    return { ...row, typeName, reason, next: NEXT[row.kind] ?? known?.next ?? '' };
  });
}

/** What to do; an alarm says it by its code. */
const NEXT: Partial<Readonly<Record<HeldKind, string>>> = {
  DEAD: '对方恢复以后重发，原样再送一次',
  FAILED: '查日志里的出错原因，改好以后再做一遍；等着它的随后接着做',
  GIVEN_UP: '已答复对方不能受理；查日志里的出错原因',
  REFUSED: '双方核对原因（密钥、序号），改正以后原样重发',
  QUARANTINED: '与对方核实以后放行，内容随即生效',
};

/** A person's decision; false when there is nothing of that kind any more: somebody else was quicker, or it went on by itself. */
export async function settleHeld(engine: Engine, tx: Tx, kind: HeldKind, id: string): Promise<boolean> {
  switch (kind) {
    case 'DEAD':
    case 'REFUSED':
      return revive(engine, tx, id);
    case 'QUARANTINED':
      return release(engine, tx, id);
    case 'FAILED':
    case 'GIVEN_UP':
      return again(engine, tx, id);
    case 'ALARM':
      return seen(engine, tx, id);
  }
}

/** An item whose handler failed is tried from the beginning, in the next round. */
async function again(engine: Engine, tx: Tx, itemId: string): Promise<boolean> {
  const now = engine.now();
  await run(
    tx,
    sql`update wire_parked set tries = 0, next_at = ${now}
        where region = ${engine.region} and item_id = ${itemId} and why = 'error' and next_at is null`,
  );
  const letters = await run(
    tx,
    sql`update wire_dead_letter set resolved_at = ${now}
        where region = ${engine.region} and item_id = ${itemId} and direction = 'in' and resolved_at is null`,
  );
  return letters > 0;
}

async function seen(engine: Engine, tx: Tx, alarmId: string): Promise<boolean> {
  const alarms = await run(
    tx,
    sql`update wire_alarm set seen_at = ${engine.now()}
        where region = ${engine.region} and alarm_id = ${alarmId} and seen_at is null`,
  );
  return alarms > 0;
}
