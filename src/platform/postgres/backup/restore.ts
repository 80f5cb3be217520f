import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { locateBinaries, serverAccount } from '../binaries.ts';
import { claim, clusterPlace, KEPT, RESTORING, startEmbeddedPostgres } from '../index.ts';
import { endOrphans } from '../orphans.ts';
import { adoptDatabases } from './adopt.ts';
import { type BackupDescription, readable, readDescription } from './folder.ts';
import { type RecoveryTarget, recover, writeConfiguration, writeRecovery } from './recover.ts';
import { readThrough, unpackData } from './unpack.ts';

export type RestoreOptions = {
  /** The backup's folder. */
  readonly backup: string;
  /** The data folder to make: missing, empty, or left by a restore that was interrupted. */
  readonly dataDir: string;
  /** Beyond the backup's end, with the archived log; default: the backup's end. */
  readonly until?: RecoveryTarget;
  /** Only lay the files out, for a server of one's own; nothing is started. */
  readonly onlyFiles?: boolean;
  readonly onProgress?: (done: number, total: number) => void;
};

export type Restored = {
  readonly description: BackupDescription;
  readonly cluster: string;
  readonly copyMs: number;
  readonly recoveryMs: number;
};

function refuseOtherVersion(description: BackupDescription): void {
  const { postgres } = locateBinaries(serverAccount());
  const have = Number(/\d+/.exec(spawnSync(postgres, ['--version'], { encoding: 'utf8' }).stdout)?.[0]);
  const wanted = Math.floor(description.serverVersion / 10_000);
  if (wanted === have) return;
  throw new Error(
    `这份备份来自 PostgreSQL ${wanted}，内嵌的是 ${have}。请加 --only-files 取出文件，用 PostgreSQL ${wanted} 在其上启动`,
  );
}

/** A folder with anything in it that is not the remainder of an interrupted restore stays as it is. Returns what gives it back. */
function take(dataDir: string, backup: string): () => void {
  mkdirSync(dataDir, { recursive: true });
  const there = readdirSync(dataDir);
  if (there.length > 0 && !there.includes(RESTORING)) {
    throw new Error(`${dataDir} 里已有文件，只能恢复到不存在或空的目录`);
  }
  writeFileSync(join(dataDir, RESTORING), JSON.stringify({ backup }));
  return claim(dataDir);
}

/** Throws away what an interrupted restore did. */
async function empty(dataDir: string): Promise<void> {
  // One that was killed may have left its server running.
  await endOrphans(clusterPlace(dataDir).cluster);
  for (const name of readdirSync(dataDir)) if (!KEPT.includes(name)) remove(join(dataDir, name));
}

/** What a server's backup calls its own gets the names that the launcher expects, before anybody may start the folder. */
async function adopt(dataDir: string, description: BackupDescription): Promise<void> {
  const server = await startEmbeddedPostgres({ dataDir, restoring: true });
  await adoptDatabases(server, description).finally(() => server.stop());
}

function remove(path: string): void {
  rmSync(path, { recursive: true, force: true });
}

/** Refused before anything is written. */
function refuseEarlier(description: BackupDescription, until: RecoveryTarget | undefined): void {
  if (!until || until.at === null || Date.parse(until.at) >= Date.parse(description.endedAt)) return;
  throw new Error(
    `这份备份到 ${readable(description.endedAt)} 才完成，不能恢复到更早的 ${readable(until.at)}，请用更早的备份`,
  );
}

/**
 * Puts a backup into a data folder and lets PostgreSQL recover it, up to the backup's end or to a moment in the archived log. The cluster
 * goes on in a timeline of its own, with the superuser's password of the new folder and our names for the databases. A restore that is cut
 * off is begun again by calling this again; until it is done the folder cannot be started.
 * @throws Error with a Chinese sentence: damaged backup, folder in use, log that does not reach.
 */
export async function restoreBackup(options: RestoreOptions): Promise<Restored> {
  const backup = resolve(options.backup);
  const dataDir = resolve(options.dataDir);
  const description = readDescription(backup);
  refuseEarlier(description, options.until);
  if (!options.onlyFiles) refuseOtherVersion(description);
  const release = take(dataDir, backup);
  try {
    return await restoreInto(dataDir, backup, description, options);
  } finally {
    release();
  }
}

async function restoreInto(
  dataDir: string,
  backup: string,
  description: BackupDescription,
  options: RestoreOptions,
): Promise<Restored> {
  await empty(dataDir);
  const place = clusterPlace(dataDir);
  const draft = `${place.cluster}.new`;
  remove(draft);
  const copyFrom = performance.now();
  await readThrough(backup, description, { cluster: draft, account: place.account }, options.onProgress).catch(
    (error: Error) => {
      remove(draft);
      throw error;
    },
  );
  unpackData(backup, description, dataDir);
  if (existsSync(place.cluster)) {
    for (const name of readdirSync(place.cluster)) remove(join(place.cluster, name));
    rmdirSync(place.cluster);
  }
  const { account } = place;
  const recoverFrom = performance.now();
  if (options.onlyFiles) {
    if (options.until) writeRecovery(draft, account, options.until);
  } else {
    writeConfiguration(draft, account);
  }
  renameSync(draft, place.cluster);
  if (!options.onlyFiles) {
    await recover(place, join(dataDir, 'restore.log'), options.until);
    if (description.origin === 'server') await adopt(dataDir, description);
  }
  remove(join(dataDir, RESTORING));
  const copyMs = recoverFrom - copyFrom;
  return { description, cluster: place.cluster, copyMs, recoveryMs: performance.now() - recoverFrom };
}
