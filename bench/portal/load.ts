/** A number of browsers that ask as fast as they are answered. */
import autocannon from 'autocannon';
import { quantile } from '../harness.ts';

export type Asked = {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body?: unknown;
};

export type Load = { readonly perSecond: number; readonly p50: number; readonly p95: number; readonly p99: number };

const CONNECTIONS = 10;

/** @throws Error when any request was not answered with 2xx: what is refused is fast, and would be counted. */
export async function load(url: string, durationSeconds: number, next: () => Asked): Promise<Load> {
  const taken: number[] = [];
  const statuses = new Map<number, number>();
  const instance = autocannon({
    url,
    connections: CONNECTIONS,
    duration: durationSeconds,
    requests: [
      {
        setupRequest: (request) => {
          const { method, path, headers, body } = next();
          return {
            ...{ ...request, method, path },
            headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
            ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          };
        },
      },
    ],
  });
  instance.on('response', (_client: unknown, status: number, _bytes: number, ms: number) => {
    taken.push(ms);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  });
  const started = performance.now();
  const { errors, timeouts } = await instance;
  const elapsed = (performance.now() - started) / 1000;
  const refused = [...statuses].filter(([status]) => status >= 300);
  if (errors + timeouts > 0 || refused.length > 0) {
    throw new Error(`${errors} errors, ${timeouts} timeouts, answers ${JSON.stringify([...statuses])}`);
  }
  return {
    perSecond: taken.length / elapsed,
    ...{ p50: quantile(taken, 0.5), p95: quantile(taken, 0.95), p99: quantile(taken, 0.99) },
  };
}
