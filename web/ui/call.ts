import type { z } from 'zod';
import type { Problem } from '../../src/kernel/errors.ts';
import type { Endpoint } from '../../src/platform/contract.ts';

/** What an endpoint accepts, seen from the browser: values before the server's defaults are filled in. */
export type CallInput<E extends Endpoint> = {
  readonly params?: Input<E['params']>;
  readonly query?: Input<E['query']>;
  readonly body?: Input<E['body']>;
  /** multipart: sent instead of a body (workbooks, files to verify). */
  readonly form?: FormData;
  /** A submit repeated with the same key is done once. */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
};
type Input<T> = T extends z.ZodType ? z.input<T> : undefined;

/** What it answers. */
export type Answer<E extends Endpoint> = E['response'] extends z.ZodType ? z.output<E['response']> : Blob;

/** An expected refusal: the server's four-part problems. `status` 0 means that the server was not reached. */
export class ApiError extends Error {
  readonly status: number;
  readonly problems: readonly Problem[];

  constructor(status: number, problems: readonly Problem[]) {
    super(problems.map((problem) => `${problem.code}：${problem.message}`).join('；'));
    this.name = 'ApiError';
    this.status = status;
    this.problems = problems;
  }
}

const UNREACHED: Problem = {
  code: 'SYS-000',
  message: '没能连上服务器。',
  why: '网络断了，或者服务正在重启。',
  next: '您填的内容还在这一页，过一会儿再点一次。',
};

/** The address of an endpoint, for links to files and for fetch. */
export function address(endpoint: Endpoint, input: { readonly params?: unknown; readonly query?: unknown }): string {
  const params = (input.params ?? {}) as Record<string, unknown>;
  const path = endpoint.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params[name] ?? '')));
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries((input.query ?? {}) as Record<string, unknown>)) {
    if (value !== undefined && value !== null && value !== '') search.set(key, String(value));
  }
  const text = search.toString();
  return text ? `${path}?${text}` : path;
}

let onSignedOut: (() => void) | undefined;
/** Told when a call was answered 401, so that the shell can ask for a login and come back. */
export function whenSignedOut(listener: () => void): void {
  onSignedOut = listener;
}

export async function call<E extends Endpoint>(endpoint: E, input: CallInput<E> = {}): Promise<Answer<E>> {
  const headers: Record<string, string> = { 'X-Requested-By': 'tongzheng', Accept: 'application/json' };
  const hasBody = endpoint.method !== 'GET' && !input.form;
  if (hasBody) headers['Content-Type'] = 'application/json';
  if (input.idempotencyKey) headers['Idempotency-Key'] = input.idempotencyKey;
  let response: Response;
  try {
    response = await fetch(address(endpoint, input), {
      method: endpoint.method,
      credentials: 'same-origin',
      headers,
      body: input.form ?? (hasBody ? JSON.stringify(input.body ?? {}) : undefined),
      signal: input.signal ?? null,
    });
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new ApiError(0, [UNREACHED]);
  }
  if (!response.ok) throw await refusal(response);
  return (endpoint.response === 'file' ? await response.blob() : await response.json()) as Answer<E>;
}

async function refusal(response: Response): Promise<ApiError> {
  if (response.status === 401) onSignedOut?.();
  const body = (await response.json().catch(() => null)) as { problems?: Problem[] } | null;
  if (body?.problems?.length) return new ApiError(response.status, body.problems);
  return new ApiError(response.status, [
    {
      code: `SYS-${response.status}`,
      message: response.status === 429 ? '点得太快了，请过一分钟再试。' : '系统没能办成，已记录。',
      next: '请稍后再试；仍不行，请把错误编号告诉经办机构。',
    },
  ]);
}

/** Saves an answer of type `file` under a name. */
export function saveBlob(blob: Blob, fileName: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 30_000);
}

export function newKey(): string {
  return globalThis.crypto.randomUUID?.() ?? `${Date.now()}-${Math.floor(performance.now() * 1000)}`;
}
