import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { DomainError, type Problem } from '../../kernel/errors.ts';
import type { Access, Endpoint, FileResponse } from '../contract.ts';
import { type SubmissionKey, submissionKey } from '../idempotency.ts';
import { problemSchema } from '../schemas.ts';
import type { Principal } from './principal.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is signed in, one by portal. */
    sessions: readonly Principal[];
  }
}

type Out<T> = T extends z.ZodType ? z.output<T> : undefined;
/** What the handler may return: the response schema's input, or a reply that was already sent. */
type Result<R> = R extends FileResponse ? FastifyReply : R extends z.ZodType ? z.input<R> : never;

export type RouteRequest<P, Q, B> = {
  readonly params: Out<P>;
  readonly query: Out<Q>;
  readonly body: Out<B>;
  /** Whose session this route accepts. */
  readonly principal: Principal | null;
  readonly ip: string;
  readonly idempotencyKey: SubmissionKey | undefined;
  readonly raw: FastifyRequest;
  readonly reply: FastifyReply;
};

/** Every route a server has, so that a test can walk route × role. */
const registered = new WeakMap<FastifyInstance, Endpoint[]>();

export function registeredRoutes(app: FastifyInstance): readonly Endpoint[] {
  return registered.get(app) ?? [];
}

const LOGIN: Problem = {
  code: 'LOG-010',
  message: '请先登录',
  why: '没有登录，或登录已过期。',
  next: '登录后回到这一页。',
  link: { label: '去登录', to: '/login' },
};
const FORBIDDEN: Problem = {
  code: 'MENU-001',
  message: '您没有该功能的权限',
  why: '现在登录的账号不办这项业务。',
  next: '请用有权限的账号登录。',
};
const LEGAL_ONLY: Problem = {
  code: 'CHG-001',
  message: '请使用法人账号登录',
  why: '这项功能只有法人账号能用。',
  next: '退出后用法人账号登录。',
};

export function accessProblem(
  access: Access,
  principal: Principal | null,
): { status: number; problem: Problem } | undefined {
  switch (access) {
    case 'public':
    case 'internal':
      return undefined;
    case 'employer':
      if (!principal) return { status: 401, problem: LOGIN };
      return principal.employerNo ? undefined : { status: 403, problem: FORBIDDEN };
    case 'employer.legal':
      if (!principal) return { status: 401, problem: LOGIN };
      return principal.kind === 'LEGAL' ? undefined : { status: 403, problem: LEGAL_ONLY };
    case 'staff':
      if (!principal) return { status: 401, problem: LOGIN };
      return principal.kind === 'STAFF' ? undefined : { status: 403, problem: FORBIDDEN };
  }
}

/** Of the sessions of this browser the one that may pass; if none may, the first, so that the refusal names what is wrong. */
function principalFor(access: Access, sessions: readonly Principal[]): Principal | null {
  return sessions.find((one) => !accessProblem(access, one)) ?? sessions[0] ?? null;
}

/** Named, so that the interface description says it once. */
const errors = z
  .object({ problems: z.array(problemSchema), requestId: z.string().optional() })
  .meta({ id: 'Problems', description: '错误：发生了什么、为什么、怎么办' });

const WRITING = new Set(['POST', 'PUT', 'DELETE']);

/** Forged cross-site posts cannot set this header (with SameSite=Lax cookies the second lock). */
export const CSRF_HEADER = 'x-requested-by';

/** Registers an endpoint: its access rule, its schemas, its documentation. The response is filtered by its schema. */
export function route<
  P extends z.ZodType,
  Q extends z.ZodType,
  B extends z.ZodType,
  R extends z.ZodType | FileResponse,
>(
  app: FastifyInstance,
  endpoint: Endpoint<P, Q, B, R>,
  handler: (request: RouteRequest<P, Q, B>) => Promise<Result<R>>,
): void {
  const list = registered.get(app) ?? [];
  list.push(endpoint as unknown as Endpoint);
  registered.set(app, list);
  app.route({
    method: endpoint.method,
    url: endpoint.path,
    schema: {
      summary: endpoint.summary,
      tags: [endpoint.path.split('/')[2] ?? 'api'],
      ...(endpoint.params ? { params: endpoint.params } : {}),
      ...(endpoint.query ? { querystring: endpoint.query } : {}),
      ...(endpoint.body ? { body: endpoint.body } : {}),
      ...(endpoint.response === 'file' ? {} : { response: { 200: endpoint.response, '4xx': errors, '5xx': errors } }),
    },
    preValidation: async (request) => {
      const refused = accessProblem(endpoint.access, principalFor(endpoint.access, request.sessions));
      if (refused) throw new DomainError(refused.problem, refused.status);
      if (
        WRITING.has(endpoint.method) &&
        endpoint.access !== 'internal' &&
        request.headers[CSRF_HEADER] !== 'tongzheng'
      ) {
        throw new DomainError({ code: 'SYS-403', message: '请求来源不明', next: '请刷新页面后再试。' }, 403);
      }
    },
    handler: async (request, reply) => {
      const key = request.headers['idempotency-key'];
      return handler({
        params: request.params as Out<P>,
        query: request.query as Out<Q>,
        body: request.body as Out<B>,
        principal: principalFor(endpoint.access, request.sessions),
        ip: request.ip,
        idempotencyKey:
          typeof key === 'string' && key !== '' && key.length <= 100
            ? submissionKey(key, request.method, request.url, request.body)
            : undefined,
        raw: request,
        reply,
      });
    },
  });
}
