import { createHash } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, rmdirSync, rmSync, writeSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import pg from 'pg';
import { makeFolderSynced, renameSynced, syncPath, writeSynced } from '../../synced.ts';
import { copyDataFolder } from './data-folder.ts';
import { type BackupDescription, isEmptyPlace, MANIFEST, PART, sha256, writeDescription } from './folder.ts';
import { holdPlace } from './hold.ts';
import { differences, readManifest, refuseDifferences } from './manifest.ts';
import { baseBackup, explainServerError } from './replication.ts';
import { createTarReader } from './tar.ts';

export type TakeBackupOptions = {
  /** A role with REPLICATION; the database in it is only used to ask for the server's version. */
  readonly url: string;
  readonly origin: BackupDescription['origin'];
  readonly databases: BackupDescription['databases'];
  /** Where the backup will stand: missing or empty. */
  readonly target: string;
  /** The data folder whose keys and clock go along. */
  readonly dataDir: string;
  readonly onProgress?: (done: number, total: number) => void;
};

/** The first version whose BASE_BACKUP sends everything as one COPY. */
const VERSION_MIN = 150_000;

async function serverFacts(url: string): Promise<{ readonly version: number; readonly now: () => Promise<string> }> {
  const ask = async <T extends pg.QueryResultRow>(text: string): Promise<T> => {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return (await client.query<T>(text)).rows[0] as T;
    } catch (error) {
      throw explainServerError(error as Error, new URL(url).host);
    } finally {
      await client.end().catch(() => undefined);
    }
  };
  const { version } = await ask<{ version: number }>("select current_setting('server_version_num')::int as version");
  return { version, now: async () => (await ask<{ now: Date }>('select clock_timestamp() as now')).now.toISOString() };
}

/**
 * Refuses a place with something in it. Who holds the place knows that a draft beside it was left by an interrupted backup, and throws it
 * away.
 */
function makeDraft(target: string): string {
  if (!isEmptyPlace(target)) throw new Error(`${target} 里已有文件，请换一个不存在或空的目录`);
  const draft = `${target}.part`;
  rmSync(draft, { recursive: true, force: true });
  // Keys lie in it, and the whole database: nobody else may enter.
  mkdirSync(draft, { mode: 0o700 });
  return draft;
}

/**
 * Takes a base backup of the running cluster and puts the data folder's keys and clock beside it. What arrives is checked against the
 * server's manifest as it is written; the folder gets its name only when everything is on disk.
 * @throws Error with a Chinese sentence: server too old, no right to replicate, place not empty or written by another backup, copy damaged.
 */
export async function takeBackup(options: TakeBackupOptions): Promise<BackupDescription> {
  const target = resolve(options.target);
  const { version, now } = await serverFacts(options.url);
  if (version < VERSION_MIN) {
    throw new Error(`需要 PostgreSQL 15 或更高版本才能备份，${new URL(options.url).host} 是 ${version}`);
  }
  makeFolderSynced(dirname(target));
  const release = await holdPlace(options.url, target);
  let draft: string | undefined;
  try {
    draft = makeDraft(target);
    const startedAt = await now();
    const manifestPieces: Buffer[] = [];
    const found = new Map<string, string>();
    const whole = createHash('sha256');
    let file = createHash('sha256');
    let total = 0;
    let written = 0;
    const reader = createTarReader({
      begin: () => {
        file = createHash('sha256');
      },
      data: (chunk) => void file.update(chunk),
      end: ({ path, kind }) => {
        if (kind === 'file') found.set(path, file.digest('hex'));
      },
    });
    const part = openSync(join(draft, PART), 'w', 0o600);
    const ends = await baseBackup(options.url, 'tongzheng', {
      size: (bytes) => {
        total = bytes;
      },
      part: (chunk) => {
        for (let at = 0; at < chunk.length; ) at += writeSync(part, chunk, at);
        written += chunk.length;
        whole.update(chunk);
        reader.push(chunk);
        options.onProgress?.(written, Math.max(total, written));
      },
      // The driver uses its buffer again.
      manifest: (chunk) => void manifestPieces.push(Buffer.from(chunk)),
    }).finally(() => {
      fsyncSync(part);
      closeSync(part);
    });
    reader.finish();
    const endedAt = await now();
    const manifest = Buffer.concat(manifestPieces);
    refuseDifferences(differences(readManifest(manifest), found));
    writeSynced(join(draft, MANIFEST), manifest);

    const description: BackupDescription = {
      format: 1,
      startedAt,
      endedAt,
      ...ends,
      serverVersion: version,
      origin: options.origin,
      databases: options.databases,
      files: [
        { path: PART, size: written, sha256: whole.digest('hex') },
        { path: MANIFEST, size: manifest.length, sha256: sha256(manifest) },
        ...copyDataFolder(options.dataDir, draft),
      ],
    };
    writeDescription(draft, description);
    syncPath(draft);
    if (existsSync(target)) rmdirSync(target);
    renameSynced(draft, target);
    return description;
  } catch (error) {
    if (draft) rmSync(draft, { recursive: true, force: true });
    throw error;
  } finally {
    await release();
  }
}
