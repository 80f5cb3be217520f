import { createHash } from 'node:crypto';
import { chownSync, closeSync, createReadStream, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { syncPath, writeSynced } from '../../synced.ts';
import type { ServerAccount } from '../binaries.ts';
import { type BackupDescription, DATA, MANIFEST, PART, sha256 } from './folder.ts';
import { differences, readManifest, refuseDifferences } from './manifest.ts';
import { createTarReader } from './tar.ts';

export type UnpackTarget = {
  /** Where the cluster's files go; missing yet. */
  readonly cluster: string;
  readonly account: ServerAccount | undefined;
};

type Writer = { readonly handle: number };

function writer(target: UnpackTarget) {
  const own = (path: string) => target.account && chownSync(path, target.account.uid, target.account.gid);
  mkdirSync(target.cluster, { mode: 0o700 });
  own(target.cluster);
  return {
    folder(path: string): void {
      const place = join(target.cluster, path);
      mkdirSync(place, { recursive: true, mode: 0o700 });
      own(place);
    },
    open(path: string): Writer {
      const place = join(target.cluster, path);
      const handle = openSync(place, 'wx', 0o600);
      own(place);
      return { handle };
    },
  };
}

/**
 * Reads a backup through and checks every byte: each part against the description, each file of the cluster against PostgreSQL's
 * manifest. With a target its cluster is written there meanwhile; PostgreSQL itself brings those files to disk before it starts on them.
 * @throws Error naming what is damaged; what was written till then is for the caller to remove.
 */
export async function readThrough(
  backup: string,
  description: BackupDescription,
  target: UnpackTarget | undefined,
  onProgress: (done: number, total: number) => void = () => undefined,
): Promise<void> {
  const damaged: string[] = [];
  for (const { path, sha256: wanted } of description.files) {
    if (path !== PART && digestOf(join(backup, path)) !== wanted) damaged.push(`${path} 与备份时不同`);
  }
  refuseDifferences(damaged);
  const part = description.files.find((file) => file.path === PART);
  if (!part) throw new Error(`备份已损坏，不能使用：缺少 ${PART}`);
  const manifest = readManifest(readFileSync(join(backup, MANIFEST)));

  const out = target && writer(target);
  const found = new Map<string, string>();
  const whole = createHash('sha256');
  let hash = createHash('sha256');
  let current: Writer | undefined;
  let done = 0;
  const reader = createTarReader({
    begin: ({ path, kind }) => {
      if (kind === 'link') throw new Error(`备份里有另外的表空间 ${path}，不能恢复`);
      if (kind === 'folder') return out?.folder(path);
      hash = createHash('sha256');
      current = out?.open(path);
    },
    data: (chunk) => {
      hash.update(chunk);
      if (current) for (let at = 0; at < chunk.length; ) at += writeSync(current.handle, chunk, at);
    },
    end: ({ path, kind }) => {
      if (kind !== 'file') return;
      found.set(path, hash.digest('hex'));
      if (current) closeSync(current.handle);
      current = undefined;
    },
  });
  try {
    for await (const chunk of createReadStream(join(backup, PART), { highWaterMark: 1 << 20 })) {
      whole.update(chunk as Buffer);
      reader.push(chunk as Buffer);
      done += (chunk as Buffer).length;
      onProgress(done, part.size);
    }
    reader.finish();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new Error(`备份已损坏，不能使用：缺少 ${PART}`);
    throw error;
  } finally {
    if (current) closeSync(current.handle);
  }
  // The manifest says which file it is; the digest of the part also covers the log and the tar's own headers.
  refuseDifferences(differences(manifest, found));
  if (whole.digest('hex') !== part.sha256) refuseDifferences([`${PART} 与备份时不同`]);
}

function digestOf(path: string): string | undefined {
  try {
    return sha256(readFileSync(path));
  } catch {
    return undefined;
  }
}

/** Puts keys and clock back. */
export function unpackData(backup: string, description: BackupDescription, dataDir: string): void {
  for (const { path } of description.files) {
    if (!path.startsWith(`${DATA}/`)) continue;
    const place = join(dataDir, path.slice(DATA.length + 1));
    mkdirSync(dirname(place), { recursive: true, mode: 0o700 });
    writeSynced(place, readFileSync(join(backup, path)));
    syncPath(dirname(place));
  }
  syncPath(dataDir);
}
