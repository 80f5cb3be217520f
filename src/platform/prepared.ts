/** Statements that come again are prepared: the server parses and plans them once for a connection instead of every time. */
import pg from 'pg';

/** Texts beyond this are sent as they are: their number is bounded by the code, unless somebody builds them from data. */
const NAMES_MAX = 500;
/** Longer ones are put together for as many things as there are: they rarely come again, and the server keeps what was prepared. */
const NAMED_LENGTH_MAX = 8_000;
/** A plan made while a table was small would stay until the server's own statistics catch up. */
const PLANS_KEPT_MS = 5_000;

type Send = (...all: readonly unknown[]) => Promise<unknown>;
type Statement = readonly [text: string, values: readonly unknown[]];
/** What pg does not declare of itself. */
type Inside = { pipeline: boolean; readonly connection: { readonly stream: Corked } };
type Corked = { cork(): void; uncork(): void };

/** Without values, these are statements of the program all the same; anything else without values may be a script of several. */
const READS = /^\s*(?:select|with)\b[^;]*$/i;
/** As transactions begin: those of Kysely, with or without a level. */
const BEGINS = /^(?:begin$|start transaction\b)/;

/** Asked of a connection through Kysely, which hides it: it answers with itself. Nothing goes to the server. */
export const WHICH_CONNECTION = 'which connection';

/** Of the whole transaction, or to a savepoint. */
const UNDOES = /^\s*rollback/;

/**
 * A connection whose statements are prepared on first use. COPY, scripts and the ends of transactions pass as they are. A transaction
 * begins on the server with its first statement: one that asks nothing never does; joined, both go in one packet.
 *
 * While it is joined (`join`), statements go out without waiting for the answers to those before, and those given at the same moment go
 * out together; one whose answer nobody needs (`later`) goes with the next one. The server carries them out one by one in their order.
 */
export class PreparingClient extends pg.Client {
  readonly #names = new Map<string, string>();
  #plannedAt = performance.now();
  #joined = false;
  #held: Statement[] = [];
  #beginning: readonly unknown[] | undefined;
  #failed: unknown;
  #corked = false;

  #nameOf(text: string): string | undefined {
    const known = this.#names.get(text);
    if (known || this.#names.size >= NAMES_MAX || text.length > NAMED_LENGTH_MAX) return known;
    const name = `s${this.#names.size}`;
    this.#names.set(text, name);
    return name;
  }

  /** pg declares a dozen forms of this method; all but (text, values) go through unchanged. */
  override query(...args: readonly unknown[]): never {
    if (args[0] === WHICH_CONNECTION) return Promise.resolve({ rows: [this], rowCount: 1, command: 'SELECT' }) as never;
    if (typeof args[0] === 'string' && BEGINS.test(args[0])) {
      this.#beginning = args;
      return Promise.resolve({ rows: [], rowCount: null, command: 'BEGIN' }) as never;
    }
    if (this.#joined) return this.#queryJoined(args) as never;
    const beginning = this.#takeBeginning();
    if (!beginning) return this.#send(args) as never;
    const begun = this.#send(beginning);
    // A statement waits for the beginning: without it, it would be a transaction of its own.
    if (typeof args[0] === 'string') return begun.then(() => this.#send(args)) as never;
    // A COPY is a stream and handed out at once. Its connection is closed when its transaction did not begin.
    begun.catch(() => void this.end());
    return this.#send(args) as never;
  }

  #takeBeginning(): readonly unknown[] | undefined {
    const beginning = this.#beginning;
    this.#beginning = undefined;
    return beginning;
  }

  /** From here to its commit or rollback a transaction runs on the connection; a COPY cannot run in it. */
  join(): void {
    this.#joined = true;
    this.#held = [];
    this.#failed = undefined;
    (this as unknown as Inside).pipeline = true;
  }

  #part(): void {
    this.#joined = false;
    (this as unknown as Inside).pipeline = false;
  }

  /** Goes out with the next statement; when it fails, that one, or the commit, fails with its error. */
  later(text: string, values: readonly unknown[]): void {
    this.#held.push([text, values]);
  }

  /** What was given to `later` has been answered; throws the error of the one that failed. */
  async settled(): Promise<void> {
    if (this.#held.length > 0) await this.#queryJoined(['select']);
  }

  async #queryJoined(args: readonly unknown[]): Promise<unknown> {
    const [text] = args;
    const undoes = typeof text === 'string' && UNDOES.test(text);
    const held = this.#held;
    this.#held = [];
    this.#cork();
    const beginning = this.#takeBeginning();
    if (beginning) {
      this.#send(beginning).catch((error: unknown) => {
        this.#failed ??= error;
      });
    }
    // What is undone need not be sent first.
    for (const statement of undoes ? [] : held) {
      this.#send(statement).catch((error: unknown) => {
        this.#failed ??= error;
      });
    }
    try {
      const answer = await this.#send(args);
      if (undoes) this.#failed = undefined;
      // A commit after a failure is answered as a rollback, without an error.
      if (this.#failed !== undefined) throw this.#failed;
      return answer;
    } catch (error) {
      // After a failure everything fails, of no other cause.
      throw this.#failed ?? error;
    } finally {
      if (text === 'commit' || text === 'rollback') this.#part();
    }
  }

  /** One packet for the statements of this moment. */
  #cork(): void {
    if (this.#corked) return;
    const { stream } = (this as unknown as Inside).connection;
    this.#corked = true;
    stream.cork();
    process.nextTick(() => {
      this.#corked = false;
      stream.uncork();
    });
  }

  #send(args: readonly unknown[]): Promise<unknown> {
    const send = super.query as Send;
    const [text, values, ...rest] = args;
    if (typeof text !== 'string' || !Array.isArray(values)) return send.apply(this, args as []);
    const name = values.length > 0 || READS.test(text) ? this.#nameOf(text) : undefined;
    if (!name) return send.apply(this, args as []);
    const at = performance.now();
    if (at - this.#plannedAt > PLANS_KEPT_MS) {
      this.#plannedAt = at;
      // Goes ahead of the statement on the same connection; in a transaction that has failed already nothing depends on it.
      send.call(this, 'discard plans').catch(() => undefined);
    }
    return send.call(this, { name, text, values }, ...rest);
  }
}
