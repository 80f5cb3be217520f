import { createHash } from 'node:crypto';
import { ulid } from '../../kernel/ids.ts';
import type { Moment } from '../../kernel/month.ts';
import type { Ctx } from '../context.ts';
import { type Db, type Executor, first, later, one, rows, run, sql } from '../db.ts';

export type AuditEntry = {
  /** What was done: `item.submit emp.enroll`. */
  readonly action: string;
  /** To what: `case:…`, `person:…`. Never a full identity number. */
  readonly object: string;
  readonly detail?: Readonly<Record<string, unknown>>;
};

type AuditRow = {
  audit_id: string;
  at: string;
  actor_kind: string;
  actor_id: string;
  actor_name: string;
  action: string;
  object: string;
  detail: unknown;
};

/** jsonb forgets the order of keys, a digest must not depend on it. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value as Record<string, unknown>).filter(([, one]) => one !== undefined);
    return `{${entries
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, one]) => `${JSON.stringify(key)}:${canonical(one)}`)
      .join(',')}}`;
  }
  return JSON.stringify(value ?? null);
}

const sm3 = (text: string): string => createHash('sm3').update(text).digest('hex');

function digestOf(region: string, row: AuditRow): string {
  return sm3(
    canonical([
      region,
      row.audit_id,
      row.at,
      row.actor_kind,
      row.actor_id,
      row.actor_name,
      row.action,
      row.object,
      row.detail,
    ]),
  );
}

/** The row of an entry with its digest: for `audit`, and for who writes many at once by COPY. */
export function auditRecord(ctx: Omit<Ctx, 'tx'>, entry: AuditEntry): AuditRow & { readonly digest: string } {
  const row: AuditRow = {
    audit_id: ulid(),
    at: ctx.now,
    actor_kind: ctx.actor.kind,
    actor_id: ctx.actor.id,
    actor_name: ctx.actor.name,
    action: entry.action,
    object: entry.object,
    detail: entry.detail ?? {},
  };
  return { ...row, digest: digestOf(ctx.region, row) };
}

/** Written with the act, in its transaction, carrying its own digest (design §6). */
export async function audit(ctx: Ctx, entry: AuditEntry): Promise<void> {
  const row = auditRecord(ctx, entry);
  await later(
    ctx.tx,
    sql`insert into platform_audit (region, audit_id, at, actor_kind, actor_id, actor_name, action, object, detail, digest)
        values (${ctx.region}, ${row.audit_id}, ${row.at}, ${row.actor_kind}, ${row.actor_id}, ${row.actor_name}, ${row.action},
                ${row.object}, ${JSON.stringify(row.detail)}::jsonb, ${row.digest})`,
  );
}

const SEAL_BATCH = 5_000;
const START = '0'.repeat(64);

/**
 * Chains what has been committed since the last seal. One sealer at a time per region; run every second. `everything`: looks at the rows
 * of all years, for those that were committed later than anybody expected; run before the nightly check, which reads them all anyway.
 */
export async function sealAudit(db: Db, region: string, everything = false): Promise<number> {
  return db.transaction().execute(async (tx) => {
    const lock = await one(
      tx,
      sql<{ got: boolean }>`select pg_try_advisory_xact_lock(hashtext('audit-seal'), hashtext(${region})) as got`,
    );
    if (!lock.got) return 0;
    const last = await first(
      tx,
      sql<{ seq: number; chain: string; from_real: Moment | null }>`
        select s.seq, s.chain, a.real_at - interval '10 minutes' as from_real
        from platform_audit_seal s left join platform_audit a using (region, audit_id)
        where s.region = ${region} order by s.seq desc limit 1`,
    );
    // A row is written at the end of its transaction: one that commits ten minutes later than another is found at night.
    // In the order of writing, so that whatever the planner knows of the moment it goes by its index.
    const open = await rows(
      tx,
      sql<{ audit_id: string; digest: string }>`
        select a.audit_id, a.digest from platform_audit a
        where a.region = ${region} and a.real_at > coalesce(${everything ? null : (last?.from_real ?? null)}::timestamptz, '-infinity')
          and not exists (select 1 from platform_audit_seal s where s.region = a.region and s.audit_id = a.audit_id)
        order by a.real_at, a.audit_id limit ${SEAL_BATCH}`,
    );
    let chain = last?.chain ?? START;
    const seals = open.map((row, index) => {
      chain = sm3(`${chain}${row.digest}`);
      return { seq: (last?.seq ?? 0) + 1 + index, auditId: row.audit_id, chain };
    });
    if (seals.length > 0) {
      await run(
        tx,
        sql`insert into platform_audit_seal (region, seq, audit_id, chain)
            select ${region}, t.* from unnest(${seals.map((s) => s.seq)}::bigint[], ${seals.map((s) => s.auditId)}::text[],
                                              ${seals.map((s) => s.chain)}::text[]) as t`,
      );
    }
    return seals.length;
  });
}

export type ChainProblem = { readonly object: string; readonly text: string };

/** Recomputes every digest and the chain; also names rows older than a minute that were never sealed. */
export async function verifyChain(
  on: Executor,
  region: string,
): Promise<{ checked: number; problems: ChainProblem[] }> {
  const found = await rows(
    on,
    sql<AuditRow & { digest: string; seq: number | null; chain: string | null; late: boolean }>`
      select a.audit_id, a.at, a.actor_kind, a.actor_id, a.actor_name, a.action, a.object, a.detail, a.digest, s.seq, s.chain,
             s.seq is null and a.real_at < clock_timestamp() - interval '1 minute' as late
      from platform_audit a left join platform_audit_seal s on s.region = a.region and s.audit_id = a.audit_id
      where a.region = ${region} order by s.seq nulls last`,
  );
  const problems: ChainProblem[] = [];
  const sealed = await one(
    on,
    sql<{ count: number }>`select count(*) as count from platform_audit_seal where region = ${region}`,
  );
  let chain = START;
  let expected = 1;
  for (const row of found) {
    if (digestOf(region, row) !== row.digest)
      problems.push({ object: `audit:${row.audit_id}`, text: '审计记录内容与摘要不符' });
    if (row.late) problems.push({ object: `audit:${row.audit_id}`, text: '审计记录超过一分钟未封入链' });
    if (row.seq === null) continue;
    chain = sm3(`${chain}${row.digest}`);
    if (row.seq !== expected || row.chain !== chain) {
      problems.push({ object: `audit:${row.audit_id}`, text: `审计链在第 ${row.seq} 环断开` });
      chain = row.chain ?? chain;
    }
    expected = row.seq + 1;
  }
  if (expected - 1 !== sealed.count) problems.push({ object: 'audit', text: '审计链有环没有对应的记录' });
  return { checked: found.length, problems };
}
