import type { Moment } from '../kernel/month.ts';
import type { Party } from './conductor.ts';

class ControlError extends Error {}

/** Calls a program's control endpoints (loopback only, by token; `src/platform/clock`). */
async function callControl<T>(
  base: string,
  token: string,
  path: string,
  body?: unknown,
  timeoutMs = 120_000,
): Promise<T> {
  const response = await fetch(new URL(path, base), {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'x-control-token': token, 'content-type': 'application/json', 'x-requested-by': 'tongzheng' },
    body: body === undefined ? null : JSON.stringify(body),
    signal: AbortSignal.timeout(timeoutMs),
  });
  const text = await response.text();
  if (!response.ok) throw new ControlError(`${path} on ${base}: ${response.status} ${text.slice(0, 300)}`);
  return JSON.parse(text) as T;
}

/** A program that runs as its own process. */
export function httpParty(name: string, base: string, token: string): Party {
  const get = <T>(path: string) => callControl<T>(base, token, path);
  const post = <T>(path: string, body: unknown = {}) => callControl<T>(base, token, path, body);
  return {
    name,
    setClock: async (setting) => void (await post('/internal/clock', setting)),
    nextSlot: async () => (await get<{ at: Moment | null }>('/internal/next-slot')).at,
    runDue: async () => (await post<{ ran: number }>('/internal/run-due')).ran,
    pump: async () => (await post<{ sent: number }>('/internal/pump')).sent,
    idle: async () => (await get<{ idle: boolean }>('/internal/idle')).idle,
  };
}
