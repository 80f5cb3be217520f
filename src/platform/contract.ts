import type { z } from 'zod';

/** Who may call: everyone, a signed-in employer account, its legal account only, agency staff, or the sister process on loopback. */
export type Access = 'public' | 'employer' | 'employer.legal' | 'staff' | 'internal';

/** A response that is not JSON: a PDF, a workbook, an event stream. */
export type FileResponse = 'file';

/** An endpoint is a plain object that server and browser share; OpenAPI is an output of it. */
export type Endpoint<
  P extends z.ZodType = z.ZodType,
  Q extends z.ZodType = z.ZodType,
  B extends z.ZodType = z.ZodType,
  R extends z.ZodType | FileResponse = z.ZodType | FileResponse,
> = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Fastify style: `/api/bills/:billNo`. */
  readonly path: string;
  readonly summary: string;
  readonly access: Access;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly response: R;
};

export function endpoint<
  P extends z.ZodType,
  Q extends z.ZodType,
  B extends z.ZodType,
  R extends z.ZodType | FileResponse,
>(declaration: Endpoint<P, Q, B, R>): Endpoint<P, Q, B, R> {
  return declaration;
}
