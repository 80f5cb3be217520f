/** What we use of the load generator, which brings no types. */
declare module 'autocannon' {
  import type { EventEmitter } from 'node:events';

  type Request = { method?: string; path?: string; headers?: Record<string, string>; body?: string };
  type Options = {
    readonly url: string;
    readonly connections: number;
    readonly duration: number;
    readonly requests: readonly { readonly setupRequest: (request: Request) => Request }[];
  };
  type Result = {
    readonly errors: number;
    readonly timeouts: number;
    readonly non2xx: number;
    readonly duration: number;
  };

  /** Emits `response` (client, status, bytes, milliseconds) for every answer. */
  export default function autocannon(options: Options): EventEmitter & PromiseLike<Result>;
}
