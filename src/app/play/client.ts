import type { Problem } from '../../kernel/errors.ts';

/** A refusal with its four parts, as the pages show it. */
export class Refused extends Error {
  readonly status: number;
  readonly problems: readonly Problem[];

  constructor(status: number, problems: readonly Problem[]) {
    super(problems.map((problem) => `${problem.code} ${problem.message}`).join('；'));
    this.status = status;
    this.problems = problems;
  }
}

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** One signed-in browser: its own cookies, talking to one program over HTTP exactly as the pages do. */
export class Session {
  readonly #base: string;
  readonly #cookies = new Map<string, string>();

  constructor(base: string) {
    this.#base = base;
  }

  async #send(method: Method, path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    const multipart = body instanceof FormData;
    const response = await fetch(new URL(path, this.#base), {
      method,
      headers: {
        'x-requested-by': 'tongzheng',
        cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(body === undefined || multipart ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? null : multipart ? body : JSON.stringify(body),
      redirect: 'manual',
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';');
      const at = pair.indexOf('=');
      this.#cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    if (response.ok) return response;
    const text = await response.text();
    let problems: readonly Problem[] | undefined;
    try {
      problems = (JSON.parse(text) as { problems?: Problem[] }).problems;
    } catch {
      // Not ours: a proxy, a crash.
    }
    throw new Refused(
      response.status,
      problems ?? [{ code: `HTTP-${response.status}`, message: `${method} ${path}：${text.slice(0, 300)}` }],
    );
  }

  async call<T>(method: Method, path: string, body?: unknown, headers?: Record<string, string>): Promise<T> {
    return (await (await this.#send(method, path, body, headers)).json()) as T;
  }

  /** A file; with a body it is asked for by POST. */
  async file(path: string, body?: unknown): Promise<Buffer> {
    return Buffer.from(await (await this.#send(body === undefined ? 'GET' : 'POST', path, body)).arrayBuffer());
  }
}

export function query(values: Readonly<Record<string, string | number | undefined>>): string {
  const set = Object.entries(values).filter((entry): entry is [string, string | number] => entry[1] !== undefined);
  return set.length === 0 ? '' : `?${new URLSearchParams(set.map(([name, value]) => [name, String(value)]))}`;
}
