import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';

/** A filled template of 3,000 rows inflates to some 5 MB. */
const INFLATED_MAX = 48 * 1024 * 1024;
const ENTRIES_MAX = 200;

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const COMMENT_MAX = 0xffff;

type Entry = {
  readonly method: number;
  readonly packed: number;
  readonly inflated: number;
  readonly localAt: number;
};

const inflate = promisify(inflateRaw);

/**
 * Why this archive must not be opened, or undefined: 1.6 MB can inflate to gigabytes. The directory says how large each part is; each part
 * is inflated no further than that, so that a directory that lies is found out.
 */
export async function zipProblem(bytes: Uint8Array): Promise<'NOT_A_ZIP' | 'TOO_LARGE' | undefined> {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries = directoryOf(file);
  if (!entries) return 'NOT_A_ZIP';
  const sum = (pick: (entry: Entry) => number) => entries.reduce((total, entry) => total + pick(entry), 0);
  if (entries.length > ENTRIES_MAX || sum((entry) => entry.inflated) > INFLATED_MAX) return 'TOO_LARGE';
  // Parts that lie over each other inflate the same bytes again and again.
  if (sum((entry) => entry.packed) > file.length) return 'NOT_A_ZIP';
  for (const entry of entries) if (!(await inflatesAsSaid(file, entry))) return 'NOT_A_ZIP';
  return undefined;
}

/** The central directory; undefined when there is none that makes sense. Zip64 is for archives far beyond ours. */
function directoryOf(file: Buffer): Entry[] | undefined {
  const from = Math.max(0, file.length - END_BYTES - COMMENT_MAX);
  let end = file.length - END_BYTES;
  while (end >= from && file.readUInt32LE(end) !== END) end -= 1;
  if (end < from) return undefined;
  const count = file.readUInt16LE(end + 10);
  let at = file.readUInt32LE(end + 16);
  const entries: Entry[] = [];
  for (let index = 0; index < count; index += 1) {
    if (at + 46 > file.length || file.readUInt32LE(at) !== ENTRY) return undefined;
    entries.push({
      method: file.readUInt16LE(at + 10),
      packed: file.readUInt32LE(at + 20),
      inflated: file.readUInt32LE(at + 24),
      localAt: file.readUInt32LE(at + 42),
    });
    at += 46 + file.readUInt16LE(at + 28) + file.readUInt16LE(at + 30) + file.readUInt16LE(at + 32);
  }
  return entries;
}

async function inflatesAsSaid(file: Buffer, entry: Entry): Promise<boolean> {
  const { method, packed, inflated, localAt } = entry;
  if (localAt + 30 > file.length || file.readUInt32LE(localAt) !== LOCAL) return false;
  const start = localAt + 30 + file.readUInt16LE(localAt + 26) + file.readUInt16LE(localAt + 28);
  const data = file.subarray(start, start + packed);
  if (method === 0) return packed === inflated && data.length === packed;
  if (method !== 8) return false;
  try {
    return (await inflate(data, { maxOutputLength: Math.max(1, inflated) })).length === inflated;
  } catch {
    return false;
  }
}
