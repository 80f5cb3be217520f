/** One member of a tar part as PostgreSQL writes it (ustar: plain files, folders, links of tablespaces). */
export type TarEntry = {
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'link';
  /** Bytes of content. */
  readonly size: number;
};

export type TarSink = {
  begin(entry: TarEntry): void;
  /** A piece of the content; valid only during the call. */
  data(chunk: Buffer): void;
  end(entry: TarEntry): void;
};

export type TarReader = {
  push(chunk: Buffer): void;
  /** @throws Error when the part stops in the middle of a member or before its end mark. */
  finish(): void;
};

const BLOCK = 512;

function text(header: Buffer, from: number, length: number): string {
  const field = header.subarray(from, from + length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end < 0 ? length : end);
}

/** Octal digits, or from 8 GiB on a big-endian number with the top bit set. */
function size(header: Buffer): number {
  if (((header[124] ?? 0) & 0x80) !== 0) return Number(header.readBigUInt64BE(128));
  return Number.parseInt(text(header, 124, 12).trim() || '0', 8);
}

function sumMatches(header: Buffer): boolean {
  let sum = 8 * 32;
  for (let at = 0; at < BLOCK; at += 1) if (at < 148 || at >= 156) sum += header[at] ?? 0;
  return sum === Number.parseInt(text(header, 148, 8).trim(), 8);
}

function parse(header: Buffer): TarEntry {
  if (!sumMatches(header)) throw new Error('备份的 tar 部分已损坏：成员的头与其校验和不符');
  const prefix = text(header, 345, 155);
  const path = `${prefix ? `${prefix}/` : ''}${text(header, 0, 100)}`.replace(/\/$/, '');
  if (path.startsWith('/') || path.split('/').includes('..')) throw new Error(`备份里有不该有的路径 ${path}`);
  const type = String.fromCharCode(header[156] ?? 0);
  const kind = type === '5' ? 'folder' : type === '2' ? 'link' : 'file';
  return { path, kind, size: kind === 'file' ? size(header) : 0 };
}

/** Reads a tar part as it arrives, in pieces of any length, holding no more than one header. */
export function createTarReader(sink: TarSink): TarReader {
  const header = Buffer.alloc(BLOCK);
  let filled = 0;
  let entry: TarEntry | undefined;
  let left = 0;
  let padding = 0;
  let zeroBlocks = 0;

  function take(block: Buffer): void {
    if (block.every((byte) => byte === 0)) {
      zeroBlocks += 1;
      return;
    }
    entry = parse(block);
    left = entry.size;
    padding = (BLOCK - (entry.size % BLOCK)) % BLOCK;
    sink.begin(entry);
    if (left === 0) close();
  }

  function close(): void {
    if (entry) sink.end(entry);
    entry = undefined;
  }

  return {
    push(chunk) {
      for (let at = 0; at < chunk.length; ) {
        if (left > 0) {
          const piece = chunk.subarray(at, at + left);
          sink.data(piece);
          left -= piece.length;
          at += piece.length;
          if (left === 0) close();
        } else if (padding > 0) {
          const skipped = Math.min(padding, chunk.length - at);
          padding -= skipped;
          at += skipped;
        } else {
          const copied = chunk.copy(header, filled, at, at + BLOCK - filled);
          filled += copied;
          at += copied;
          if (filled === BLOCK) {
            filled = 0;
            take(header);
          }
        }
      }
    },
    finish() {
      if (left > 0 || padding > 0 || filled > 0 || zeroBlocks < 2) throw new Error('备份的 tar 部分不完整');
    },
  };
}
