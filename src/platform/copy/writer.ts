/**
 * Rows in PostgreSQL's binary COPY format (docs: COPY, Binary Format): signature, flags, then per row a count of fields and per field its
 * length and bytes, big-endian. Text is ASCII only here: numbers, codes and ids; a name would need an encoder.
 */
const SIGNATURE = [0x50, 0x47, 0x43, 0x4f, 0x50, 0x59, 0x0a, 0xff, 0x0d, 0x0a, 0x00];
const HEADER_BYTES = 19;
const TWO_32 = 0x1_0000_0000;
const INT4_OID = 23;
const TEXT_OID = 25;
const INT8_OID = 20;
const INT4_MAX = 0x7fff_ffff;
const MS_TO_2000 = Date.UTC(2000, 0, 1);
const DAY_MS = 86_400_000;

export type CopyWriter = {
  readonly rowCount: number;
  /** Begins a row of so many fields. */
  row(fields: number): void;
  ascii(value: string): void;
  int2(value: number): void;
  int4(value: number): void;
  /** A safe integer. */
  int8(value: number): void;
  /** Civil date `YYYY-MM-DD`. */
  date(value: string): void;
  /** ISO text with offset, to the millisecond. */
  timestamptz(value: string): void;
  /** text[] */
  asciiArray(values: readonly string[]): void;
  /** bigint[] of `values[from … to)`, or of all; safe integers. */
  int8Array(values: ArrayLike<number>, from?: number, to?: number): void;
  /** int[] of `values[from … to)`, or of all. @throws RangeError for a value beyond 32 bits. */
  int4Array(values: ArrayLike<number>, from?: number, to?: number): void;
  /** A field already in the type's binary form, for instance one byte of bool. */
  raw(value: Uint8Array): void;
  null(): void;
  /** Everything so far with header and trailer; valid until the next `reset`. */
  bytes(): Uint8Array;
  /** Forgets the rows and keeps the memory. */
  reset(): void;
};

export function copyWriter(initialBytes = 1 << 16): CopyWriter {
  let buffer = new Uint8Array(Math.max(initialBytes, 64));
  let view = new DataView(buffer.buffer);
  let at = HEADER_BYTES;
  let rowCount = 0;
  buffer.set(SIGNATURE);

  const room = (bytes: number): void => {
    // Two bytes are always kept for the trailer.
    if (at + bytes + 2 <= buffer.length) return;
    const grown = new Uint8Array(Math.max(buffer.length * 2, at + bytes + 2));
    grown.set(buffer.subarray(0, at));
    buffer = grown;
    view = new DataView(buffer.buffer);
  };
  const put8 = (value: number): void => {
    const high = Math.floor(value / TWO_32);
    view.setInt32(at, high);
    view.setUint32(at + 4, value - high * TWO_32);
    at += 8;
  };

  const ascii = (value: string): void => {
    const { length } = value;
    room(4 + length);
    view.setInt32(at, length);
    at += 4;
    for (let i = 0; i < length; i += 1) buffer[at + i] = value.charCodeAt(i);
    at += length;
  };

  /** One dimension from 1 on, without nulls; an empty array has no dimension. */
  const arrayHead = (oid: number, count: number, bytes: number): void => {
    room(24 + bytes);
    view.setInt32(at, (count === 0 ? 12 : 20) + bytes);
    view.setInt32(at + 4, count === 0 ? 0 : 1);
    view.setInt32(at + 8, 0);
    view.setInt32(at + 12, oid);
    at += 16;
    if (count === 0) return;
    view.setInt32(at, count);
    view.setInt32(at + 4, 1);
    at += 8;
  };

  return {
    get rowCount() {
      return rowCount;
    },
    row(fields) {
      room(2);
      view.setInt16(at, fields);
      at += 2;
      rowCount += 1;
    },
    ascii,
    int2(value) {
      room(6);
      view.setInt32(at, 2);
      view.setInt16(at + 4, value);
      at += 6;
    },
    int4(value) {
      room(8);
      view.setInt32(at, 4);
      view.setInt32(at + 4, value);
      at += 8;
    },
    int8(value) {
      room(12);
      view.setInt32(at, 8);
      at += 4;
      put8(value);
    },
    date(value) {
      room(8);
      view.setInt32(at, 4);
      view.setInt32(at + 4, (Date.parse(`${value}T00:00:00Z`) - MS_TO_2000) / DAY_MS);
      at += 8;
    },
    timestamptz(value) {
      room(12);
      view.setInt32(at, 8);
      at += 4;
      put8((Date.parse(value) - MS_TO_2000) * 1000);
    },
    asciiArray(values) {
      arrayHead(
        TEXT_OID,
        values.length,
        values.reduce((bytes, value) => bytes + 4 + value.length, 0),
      );
      for (const value of values) ascii(value);
    },
    int8Array(values, from = 0, to = values.length) {
      arrayHead(INT8_OID, to - from, (to - from) * 12);
      for (let i = from; i < to; i += 1) {
        view.setInt32(at, 8);
        at += 4;
        put8(values[i] as number);
      }
    },
    int4Array(values, from = 0, to = values.length) {
      arrayHead(INT4_OID, to - from, (to - from) * 8);
      for (let i = from; i < to; i += 1) {
        const value = values[i] as number;
        if (value > INT4_MAX || value < -INT4_MAX) throw new RangeError(`beyond 32 bits: ${value}`);
        view.setInt32(at, 4);
        view.setInt32(at + 4, value);
        at += 8;
      }
    },
    raw(value) {
      room(4 + value.length);
      view.setInt32(at, value.length);
      buffer.set(value, at + 4);
      at += 4 + value.length;
    },
    null() {
      room(4);
      view.setInt32(at, -1);
      at += 4;
    },
    bytes() {
      view.setInt16(at, -1);
      return buffer.subarray(0, at + 2);
    },
    reset() {
      at = HEADER_BYTES;
      rowCount = 0;
    },
  };
}
