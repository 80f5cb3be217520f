import { statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import pg from 'pg';

/**
 * Lets one backup at a time write to a place. The server that is copied from keeps the lock for as long as our connection lives: it knows
 * of backups in other containers too, whose process numbers mean nothing here, and one that was killed holds nothing any more. The place
 * is named by the folder it lies in, which has other paths elsewhere. Returns what gives it back.
 * @throws Error when another backup writes there.
 */
export async function holdPlace(url: string, target: string): Promise<() => Promise<void>> {
  const { dev, ino } = statSync(dirname(target));
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    // It has nothing to say while the copy runs.
    options: '-c idle_session_timeout=0',
    application_name: 'tongzheng-backup',
  });
  client.on('error', () => undefined);
  const release = () => client.end().catch(() => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ held: boolean }>(
      `select pg_try_advisory_lock(hashtext('tongzheng-backup'), hashtext($1)) as held`,
      [`${dev}:${ino}/${basename(target)}`],
    );
    if (!rows[0]?.held) throw new Error(`另一份备份正在写 ${target}，请等它做完，或换一个目录`);
    return release;
  } catch (error) {
    await release();
    throw error;
  }
}
