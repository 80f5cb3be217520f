/** Reads a complete binary COPY answer, field by field, in the order of the columns and without an object per row. */
const TWO_32 = 0x1_0000_0000;
const COMMA = 44;
const INT8_OID = 20;

/** A column of numbers that grows and keeps its memory: set `length` to 0 to fill it anew. */
export type NumberColumn = { values: Float64Array<ArrayBuffer>; length: number };

export const numberColumn = (): NumberColumn => ({ values: new Float64Array(1024), length: 0 });

/** Room for `count` numbers in all; what is in it stays. */
export function ensureRoom(column: NumberColumn, count: number): void {
  if (count <= column.values.length) return;
  const grown = new Float64Array(Math.max(count, column.values.length * 2));
  grown.set(column.values.subarray(0, column.length));
  column.values = grown;
}

/** More digits only make a number greater: to look at its end is enough. */
function exact(value: number): number {
  if (value > Number.MAX_SAFE_INTEGER) throw new RangeError('a number beyond the exact range');
  return value;
}

export type CopyReader = {
  /** Goes to the next row; false at the end. */
  next(): boolean;
  ascii(): string;
  /** The field's text as a whole number (up to 15 digits); anything else is a bug. */
  digits(): number;
  /** The field's text as whole numbers parted by commas, put at the end of `into`. */
  digitsList(into: NumberColumn): void;
  /** True when the field holds the very bytes of the list read last by `digitsList`: it is passed over. Otherwise it is still to be read. */
  repeats(): boolean;
  /** First byte of a text field; 0 when null. */
  letter(): number;
  int4(): number;
  /** A bigint that is checked to be safe. */
  int8(): number;
  bool(): boolean;
  /** An int4[] or int8[] without nulls takes the place of what is in `into`; null and an empty array leave nothing. */
  integers(into: number[]): void;
};

export function copyReader(bytes: Buffer): CopyReader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 19 + (bytes.length >= 19 ? view.getInt32(15) : 0);
  const length = (): number => {
    const found = view.getInt32(at);
    at += 4;
    return found;
  };
  const fixed = (expected: number): void => {
    const found = length();
    if (found !== expected) throw new RangeError(`a field of ${expected} bytes expected, ${found} found`);
  };
  let list = { from: 0, to: 0 };
  return {
    next() {
      if (at + 2 > bytes.length) throw new RangeError('the answer of COPY ends without its trailer');
      const fields = view.getInt16(at);
      at += 2;
      return fields !== -1;
    },
    ascii() {
      const size = length();
      if (size < 0) throw new RangeError('null where text was expected');
      at += size;
      return bytes.toString('latin1', at - size, at);
    },
    digits() {
      const size = length();
      if (size < 1 || size > 15) throw new RangeError(`a number of 1 to 15 digits expected, ${size} found`);
      let value = 0;
      for (const end = at + size; at < end; at += 1) {
        const digit = (bytes[at] as number) - 48;
        if (digit < 0 || digit > 9) throw new RangeError('not a digit');
        value = value * 10 + digit;
      }
      return value;
    },
    digitsList(into) {
      const size = length();
      if (size < 1) throw new RangeError('no number where some were expected');
      // A number takes at least one digit and a comma.
      ensureRoom(into, into.length + (size >> 1) + 1);
      const { values } = into;
      let count = into.length;
      let value = 0;
      list = { from: at, to: at + size };
      for (const end = at + size; at < end; at += 1) {
        const byte = bytes[at] as number;
        if (byte === COMMA) {
          values[count] = exact(value);
          count += 1;
          value = 0;
          continue;
        }
        if (byte < 48 || byte > 57) throw new RangeError('not a digit');
        value = value * 10 + byte - 48;
      }
      values[count] = exact(value);
      into.length = count + 1;
    },
    repeats() {
      const size = view.getInt32(at);
      if (size !== list.to - list.from || bytes.compare(bytes, list.from, list.to, at + 4, at + 4 + size) !== 0)
        return false;
      at += 4 + size;
      return true;
    },
    letter() {
      const size = length();
      if (size < 0) return 0;
      at += size;
      return bytes[at - size] as number;
    },
    int4() {
      fixed(4);
      at += 4;
      return view.getInt32(at - 4);
    },
    int8() {
      fixed(8);
      at += 8;
      const value = view.getInt32(at - 8) * TWO_32 + view.getUint32(at - 4);
      if (!Number.isSafeInteger(value)) throw new RangeError(`bigint outside the exact range: ${value}`);
      return value;
    },
    integers(into) {
      const size = length();
      into.length = 0;
      // An empty array has no dimension and ends here.
      if (size <= 12) {
        if (size > 0) at += size;
        return;
      }
      if (view.getInt32(at) !== 1 || view.getInt32(at + 4) !== 0)
        throw new RangeError('a plain array without nulls expected');
      const wide = view.getInt32(at + 8) === INT8_OID;
      const count = view.getInt32(at + 12);
      if (size !== 20 + count * (wide ? 12 : 8)) throw new RangeError('an array of int4 or int8 expected');
      at += 20;
      for (let i = 0; i < count; i += 1) {
        const value = wide ? view.getInt32(at + 4) * TWO_32 + view.getUint32(at + 8) : view.getInt32(at + 4);
        if (wide && !Number.isSafeInteger(value)) throw new RangeError(`bigint outside the exact range: ${value}`);
        into.push(value);
        at += wide ? 12 : 8;
      }
    },
    bool() {
      fixed(1);
      at += 1;
      return bytes[at - 1] === 1;
    },
  };
}
