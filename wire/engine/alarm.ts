import { ulid } from '../../src/kernel/ids.ts';
import { type Executor, run, sql } from '../../src/platform/db.ts';
import type { Engine } from './engine.ts';

/** A fact a person must see (security, holes, clocks). Once per subject, until it comes again after it was seen. */
export async function alarm(
  engine: Engine,
  on: Executor,
  peer: string,
  code: string,
  subject: string,
  detail: string,
): Promise<void> {
  engine.options.log?.warn({ peer, code, subject }, detail);
  await run(
    on,
    sql`insert into wire_alarm (region, alarm_id, at, peer, code, subject, detail)
        values (${engine.region}, ${ulid()}, ${engine.now()}, ${peer}, ${code}, ${subject}, ${detail.slice(0, 400)})
        on conflict (region, peer, code, subject) do update set at = excluded.at, detail = excluded.detail, seen_at = null
          where wire_alarm.seen_at is not null`,
  );
}
