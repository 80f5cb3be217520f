import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { momentFromMs } from '../../../kernel/month.ts';
import { writeSynced } from '../../synced.ts';
import type { LogPosition } from './replication.ts';

/** The parts of a backup folder. `data/` holds what stands beside the database in the data folder: keys, clock. */
export const PART = 'base.tar';
export const MANIFEST = 'backup_manifest';
const DESCRIPTION = 'backup.json';
export const DATA = 'data';

export type BackupFile = { readonly path: string; readonly size: number; readonly sha256: string };

/** `backup.json`: written last, so that a folder without it is not a backup. */
export type BackupDescription = {
  readonly format: 1;
  /** Real time, ISO 8601 UTC. */
  readonly startedAt: string;
  /** Shortly after `end`: what exactly is in the backup is what was committed before `end` in the log. */
  readonly endedAt: string;
  readonly start: LogPosition;
  readonly end: LogPosition;
  /** `server_version_num` of the server copied from, e.g. 180004. */
  readonly serverVersion: number;
  readonly origin: 'embedded' | 'server';
  /** Names of the two databases in the cluster; null: the tax side's lies elsewhere. */
  readonly databases: { readonly agency: string; readonly tax: string | null };
  readonly files: readonly BackupFile[];
};

/** A moment of real time as people here read it: 2026-11-22 21:09:02. */
export const readable = (at: string): string => momentFromMs(Date.parse(at)).slice(0, 19).replace('T', ' ');

export function sha256(bytes: Buffer | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export function writeDescription(folder: string, description: BackupDescription): void {
  const content = JSON.stringify(description, null, 2);
  writeSynced(join(folder, DESCRIPTION), `${JSON.stringify({ sha256: sha256(content), description }, null, 2)}\n`);
}

/** @throws Error when the folder is no backup, or its description was changed. */
export function readDescription(folder: string): BackupDescription {
  const file = join(folder, DESCRIPTION);
  if (!existsSync(file)) {
    throw new Error(`${folder} 不是一份完整的备份：没有 ${DESCRIPTION}（备份完成时最后写入它）`);
  }
  let read: { readonly sha256: string; readonly description: BackupDescription };
  try {
    read = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw new Error(`备份已损坏，不能使用：${DESCRIPTION} 读不出来`);
  }
  if (read.sha256 !== sha256(JSON.stringify(read.description, null, 2))) {
    throw new Error(`备份已损坏，不能使用：${DESCRIPTION} 与它自己的校验和不符`);
  }
  if (read.description.format !== 1) throw new Error(`这份备份的格式是 ${read.description.format}，请用更新的版本恢复`);
  return read.description;
}

/** True when nothing is there, or an empty folder. */
export function isEmptyPlace(path: string): boolean {
  return !existsSync(path) || readdirSync(path).length === 0;
}
