/** Cuts the answer of a binary COPY, as it comes in, into answers of whole rows: memory for a part, however large the whole. */
const HEADER_BYTES = 19;
const TRAILER = -1;
const PART_BYTES = 4 << 20;

export type CopyParts = {
  /** The next bytes; a part when there are enough rows for one. It is good until the next call. */
  add(chunk: Buffer): Buffer | undefined;
  /** The last part. @throws RangeError when the answer ends within a row */
  end(): Buffer;
};

export function copyParts(partBytes = PART_BYTES): CopyParts {
  let buffer = Buffer.alloc(partBytes + (partBytes >> 1));
  let length = 0;
  /** Behind the last whole row. */
  let whole = HEADER_BYTES;

  const toLastRow = (): void => {
    for (;;) {
      if (whole + 2 > length) return;
      const fields = buffer.readInt16BE(whole);
      if (fields === TRAILER) return;
      let at = whole + 2;
      for (let i = 0; i < fields; i += 1) {
        if (at + 4 > length) return;
        at += 4 + Math.max(0, buffer.readInt32BE(at));
      }
      if (at > length) return;
      whole = at;
    }
  };

  return {
    add(chunk) {
      if (length + chunk.length + 2 > buffer.length) {
        const grown = Buffer.alloc((length + chunk.length) * 2);
        buffer.copy(grown, 0, 0, length);
        buffer = grown;
      }
      chunk.copy(buffer, length);
      length += chunk.length;
      if (length < partBytes) return undefined;
      toLastRow();
      if (whole === HEADER_BYTES) return undefined;
      const part = Buffer.alloc(whole + 2);
      buffer.copy(part, 0, 0, whole);
      part.writeInt16BE(TRAILER, whole);
      buffer.copy(buffer, HEADER_BYTES, whole, length);
      length -= whole - HEADER_BYTES;
      whole = HEADER_BYTES;
      return part;
    },
    end() {
      toLastRow();
      if (length !== whole + 2) throw new RangeError('the answer of COPY ends within a row');
      return buffer.subarray(0, length);
    },
  };
}
