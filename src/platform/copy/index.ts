/** Binary COPY beside ordinary statements, in the same transaction (perf.md: several times faster than rows through the driver). */
import { finished } from 'node:stream/promises';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { from, to } from 'pg-copy-streams';
import type { Db } from '../db.ts';
import { copyParts } from './parts.ts';
import { type CopyReader, copyReader } from './reader.ts';

export { type CopyReader, copyReader, ensureRoom, type NumberColumn, numberColumn } from './reader.ts';
export { type CopyWriter, copyWriter } from './writer.ts';

/** One connection: `db` and COPY share it, so a COPY belongs to the transaction that is open on `db`. Not for use by two at a time. */
export type CopySession = {
  readonly db: Db;
  /** `query` is a whole SELECT; values go in by `literal`. Returns the binary answer. */
  copyOut(query: string): Promise<Buffer>;
  /**
   * The same for an answer of any size: a reader for every few megabytes of it, each at its beginning. An error of `take` is thrown when
   * the whole answer has come in; until then it is not called again.
   */
  copyOutParts(query: string, take: (reader: CopyReader) => void): Promise<void>;
  /** `target` is `table (columns)`. Returns the number of rows. */
  copyIn(target: string, bytes: Uint8Array): Promise<number>;
  /** Gives the connection back. */
  release(): void;
};

/** COPY takes no parameters: a value as SQL text. */
export const literal = (value: string): string => pg.escapeLiteral(value);

export async function openCopySession(pool: pg.Pool): Promise<CopySession> {
  const client = await pool.connect();
  // Kysely gives its connection back after every transaction; ours stays until `release`.
  const kept = new Proxy(client, {
    get: (target, name) => {
      if (name === 'release') return () => undefined;
      const value = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const db = new Kysely<unknown>({
    dialect: new PostgresDialect({
      pool: { connect: async () => kept, end: async () => undefined, options: pool.options, Client: pg.Client },
    }),
  });
  return {
    db,
    async copyOut(query) {
      const stream = client.query(to(`copy (${query}) to stdout (format binary)`));
      const chunks: Buffer[] = [];
      for await (const chunk of stream) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks);
    },
    async copyOutParts(query, take) {
      const parts = copyParts();
      let failed: { readonly error: unknown } | undefined;
      // The stream gives the connection back only at its end: whoever leaves early leaves a connection that never answers again.
      for await (const chunk of client.query(to(`copy (${query}) to stdout (format binary)`))) {
        if (failed) continue;
        try {
          const part = parts.add(chunk as Buffer);
          if (part) take(copyReader(part));
        } catch (error) {
          failed = { error };
        }
      }
      if (failed) throw failed.error;
      take(copyReader(parts.end()));
    },
    async copyIn(target, bytes) {
      const stream = client.query(from(`copy ${target} from stdin (format binary)`));
      stream.end(bytes);
      await finished(stream);
      return stream.rowCount;
    },
    release: () => client.release(),
  };
}
