/** Statements that come again are prepared: the server parses and plans them once for a connection instead of every time. */
import pg from 'pg';

/** Texts beyond this are sent as they are: their number is bounded by the code, unless somebody builds them from data. */
const NAMES_MAX = 500;
/** A plan made while a table was small would stay until the server's own statistics catch up. */
const PLANS_KEPT_MS = 5_000;

/** A connection whose statements with values are prepared on first use. COPY and statements without values pass as they are. */
export class PreparingClient extends pg.Client {
  readonly #names = new Map<string, string>();
  #plannedAt = performance.now();

  #nameOf(text: string): string | undefined {
    const known = this.#names.get(text);
    if (known || this.#names.size >= NAMES_MAX) return known;
    const name = `s${this.#names.size}`;
    this.#names.set(text, name);
    return name;
  }

  /** pg declares a dozen forms of this method; all but (text, values) go through unchanged. */
  override query(...args: readonly unknown[]): never {
    const send = super.query as (...all: readonly unknown[]) => never;
    const [text, values, ...rest] = args;
    if (typeof text !== 'string' || !Array.isArray(values) || values.length === 0)
      return send.apply(this, args as unknown[]);
    const name = this.#nameOf(text);
    if (!name) return send.apply(this, args as unknown[]);
    const at = performance.now();
    if (at - this.#plannedAt > PLANS_KEPT_MS) {
      this.#plannedAt = at;
      // Goes ahead of the statement on the same connection; in a transaction that has failed already nothing depends on it.
      (send.call(this, 'discard plans') as Promise<unknown>).catch(() => undefined);
    }
    return send.call(this, { name, text, values }, ...rest);
  }
}
