import { createHash } from 'node:crypto';
import { DomainError } from '../../kernel/errors.ts';
import { type Db, first, sql } from '../db.ts';

export type Limit = {
  /** Takes one of the tries of this key. @throws DomainError SYS-429 when none is left in this minute */
  take(key: string): Promise<void>;
};

/**
 * At most `perMinute` in any minute for each key, over all processes of the database. `now`: real time, the database's own by default;
 * only a hash of the key is kept. Rows that rest are dropped by the nightly clean-up.
 */
export function createLimit(db: Db, name: string, perMinute: number, now: () => string | null = () => null): Limit {
  return {
    async take(key) {
      const hash = createHash('sha256').update(`${name}/${key}`).digest('hex');
      const at = sql`coalesce(${now()}::timestamptz, clock_timestamp())`;
      const recent = sql`array(select t from unnest(l.taken) as t where t > ${at} - interval '1 minute')`;
      const got = await first(
        db,
        sql`insert into platform_limit as l (key_hash, taken, changed_at) values (${hash}, array[${at}], ${at})
            on conflict (key_hash) do update set taken = ${recent} || excluded.taken, changed_at = excluded.changed_at
              where cardinality(${recent}) < ${perMinute}
            returning 1 as ok`,
      );
      if (!got) throw new DomainError({ code: 'SYS-429', message: '操作太频繁', next: '请过一分钟再试。' }, 429);
    },
  };
}
