import { closeSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { renameSynced, syncPath } from '../../platform/synced.ts';

/** A file that takes its name when it is complete: what has the name stays until then, also when this one never gets there. */
export type DraftFile = {
  readonly name: string;
  write(text: string): void;
  finish(): void;
  /** Takes back what is not finished. */
  discard(): void;
};

const BUFFER_CHARACTERS = 65_536;

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: '没有这个目录，请先建好',
  ENOTDIR: '没有这个目录，请先建好',
  EISDIR: '它是一个目录',
  EACCES: '没有写的权限',
  EPERM: '没有写的权限',
  EROFS: '磁盘只读',
  ENOSPC: '磁盘已满',
  EDQUOT: '磁盘配额已用完',
};

function inWords<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw new Error(`写不了 ${name}：${REASONS[code] ?? message}`, { cause: error });
  }
}

/** @throws Error in Chinese, here and in `write` and `finish`: no such folder, disk full. */
export function openDraft(name: string): DraftFile {
  const draft = `${name}.part`;
  if (statSync(name, { throwIfNoEntry: false })?.isDirectory()) throw new Error(`写不了 ${name}：${REASONS.EISDIR}`);
  let handle: number | undefined = inWords(name, () => openSync(draft, 'w'));
  let waiting = '';
  const flush = (): void => {
    if (handle === undefined) return;
    const bytes = Buffer.from(waiting);
    waiting = '';
    for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at);
  };
  const close = (): void => {
    if (handle !== undefined) closeSync(handle);
    handle = undefined;
  };
  return {
    name,
    write(text) {
      waiting += text;
      if (waiting.length >= BUFFER_CHARACTERS) inWords(name, flush);
    },
    finish() {
      inWords(name, () => {
        flush();
        syncPath(draft);
        renameSynced(draft, name);
      });
      close();
    },
    discard() {
      if (handle === undefined) return;
      close();
      rmSync(draft, { force: true });
    },
  };
}
