/** The floor of perf.md P1: a plain binary COPY of the same lines, one row per person and insurance, into a logged table without a key. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Pool } from 'pg';
import { from } from 'pg-copy-streams';
import { INSURANCES } from '../src/kernel/insurance.ts';
import { copyWriter } from '../src/platform/copy/index.ts';

const HEADER_BYTES = 19;
const TRAILER_BYTES = 2;
const ROWS_PER_CHUNK = 3_000;

/**
 * Rows of the same shape and number; encoded once and sent again and again, so that the floor pays for the writing alone.
 * @returns milliseconds from begin to the durable commit.
 */
export async function runFloor(pool: Pool, lines: number): Promise<number> {
  const client = await pool.connect();
  try {
    await client.query(
      `drop table if exists bench_floor; checkpoint;
       create table bench_floor (region text, employer_no text, person_no bigint, insurance text, month text,
                                 base_fen bigint, employer_fen bigint, person_fen bigint)`,
    );
    const started = performance.now();
    await client.query('begin');
    const stream = client.query(from('copy bench_floor from stdin (format binary)'));
    await pipeline(Readable.from(chunks(lines)), stream);
    await client.query('commit');
    const elapsed = performance.now() - started;
    if (stream.rowCount !== lines) throw new Error(`${stream.rowCount} rows written instead of ${lines}`);
    return elapsed;
  } finally {
    await client.query('drop table if exists bench_floor').catch(() => undefined);
    client.release();
  }
}

function* chunks(lines: number): Generator<Buffer> {
  const whole = encode(Math.min(lines, ROWS_PER_CHUNK));
  const body = whole.subarray(HEADER_BYTES, whole.length - TRAILER_BYTES);
  yield whole.subarray(0, HEADER_BYTES);
  let left = lines;
  for (; left >= ROWS_PER_CHUNK; left -= ROWS_PER_CHUNK) yield body;
  if (left > 0) {
    const rest = encode(left);
    yield rest.subarray(HEADER_BYTES, rest.length - TRAILER_BYTES);
  }
  yield whole.subarray(whole.length - TRAILER_BYTES);
}

function encode(rows: number): Buffer {
  const writer = copyWriter();
  for (let i = 0; i < rows; i += 1) {
    writer.row(8);
    writer.ascii('420500');
    writer.ascii(String(100_000_001 + Math.floor(i / 60)));
    writer.int8(42_000_000_001 + i);
    writer.ascii(INSURANCES[i % 3] as string);
    writer.ascii('2023-04');
    writer.int8(345_000 + i);
    writer.int8(55_200 + i);
    writer.int8(27_600 + i);
  }
  return Buffer.from(writer.bytes());
}
