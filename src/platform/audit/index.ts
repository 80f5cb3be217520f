import { createHash } from 'node:crypto';
import { ulid } from '../../kernel/ids.ts';
import type { Moment } from '../../kernel/month.ts';
import type { Ctx } from '../context.ts';
import { type Db, type Executor, first, inPages, later, one, rows, run, sql } from '../db.ts';

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

/** The last ring of the chain at some moment. Every ring holds all before it: while it is in the chain, they are what they were. */
export type ChainHead = { readonly seq: number; readonly chain: string };

/** One after the other, so that a check of many years takes the memory of a page. */
const CHECKED_AT_ONCE = 5_000;
const CONTENT = sql`a.audit_id, a.at, a.actor_kind, a.actor_id, a.actor_name, a.action, a.object, a.detail, a.digest`;
type DigestedRow = AuditRow & { readonly digest: string };
/** A ring with its row; null: the row is gone. */
type Ring = ChainHead & { readonly sealed: string } & (DigestedRow | { readonly audit_id: null });
type Unsealed = DigestedRow & { readonly late: boolean };

const readRings = (on: Executor, region: string) =>
  inPages(CHECKED_AT_ONCE, (behind: Ring | undefined) =>
    rows(
      on,
      sql<Ring>`
        select s.seq, s.chain, s.audit_id as sealed, ${CONTENT}
        from platform_audit_seal s left join platform_audit a on a.region = s.region and a.audit_id = s.audit_id
        where s.region = ${region} and s.seq > ${behind?.seq ?? 0} order by s.seq limit ${sql.lit(CHECKED_AT_ONCE)}`,
    ),
  );

/** Late as the snapshot saw it: whoever reads hours of it on one snapshot does not see what was sealed since. */
const readUnsealed = (on: Executor, region: string) =>
  inPages(CHECKED_AT_ONCE, (behind: Unsealed | undefined) =>
    rows(
      on,
      sql<Unsealed>`
        select ${CONTENT}, a.real_at < transaction_timestamp() - interval '1 minute' as late
        from platform_audit a
        where a.region = ${region} and a.audit_id > ${behind?.audit_id ?? ''}
          and not exists (select 1 from platform_audit_seal s where s.region = a.region and s.audit_id = a.audit_id)
        order by a.audit_id limit ${sql.lit(CHECKED_AT_ONCE)}`,
    ),
  );

/**
 * Recomputes every digest and the chain, and says what does not fit; also rows older than a minute that were never sealed. Rows and rings
 * lie in one database: who may write there can cut or recompute both. So the heads of earlier checks must still be in the chain.
 */
export async function verifyChain(
  on: Executor,
  region: string,
  say: (object: string, text: string) => void,
  earlier: readonly ChainHead[] = [],
): Promise<{ readonly checked: number; readonly head: ChainHead }> {
  const heads = Map.groupBy(earlier, (head) => head.seq);
  let lost = Number.POSITIVE_INFINITY;
  let checked = 0;
  let head: ChainHead = { seq: 0, chain: START };
  const checkContent = (row: DigestedRow): void => {
    checked += 1;
    if (digestOf(region, row) !== row.digest) say(`audit:${row.audit_id}`, '审计记录内容与摘要不符');
  };
  for await (const row of readRings(on, region)) {
    if (row.audit_id === null) say(`audit:${row.sealed}`, '审计链有环没有对应的记录');
    else {
      checkContent(row);
      if (row.seq !== head.seq + 1 || row.chain !== sm3(`${head.chain}${row.digest}`)) {
        say(`audit:${row.audit_id}`, `审计链在第 ${row.seq} 环断开`);
      }
    }
    if (heads.get(row.seq)?.some(({ chain }) => chain !== row.chain)) lost = Math.min(lost, row.seq);
    head = { seq: row.seq, chain: row.chain };
  }
  for await (const row of readUnsealed(on, region)) {
    checkContent(row);
    if (row.late) say(`audit:${row.audit_id}`, '审计记录超过一分钟未封入链');
  }
  for (const seq of heads.keys()) if (seq > head.seq) lost = Math.min(lost, seq);
  if (lost !== Number.POSITIVE_INFINITY) {
    say(`audit:${lost}`, `审计链第 ${lost} 环不是以前核对时的那一环：到它为止有记录被删掉，或者改过以后重算了链`);
  }
  return { checked, head };
}
