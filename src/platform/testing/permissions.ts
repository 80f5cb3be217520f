import type { FastifyInstance } from 'fastify';
import type { Access } from '../contract.ts';
import { CSRF_HEADER, registeredRoutes } from '../http/index.ts';

/** The kinds of caller a route can meet. */
export type Caller = 'nobody' | 'legal' | 'agent' | 'staff';
const CALLERS: readonly Caller[] = ['nobody', 'legal', 'agent', 'staff'];

/** Who may pass each access rule. Written out here, not derived from the server's own check. */
const MAY_PASS: Readonly<Record<Access, readonly Caller[]>> = {
  public: CALLERS,
  // Guarded by a token instead of a session; nobody in this table has it.
  internal: [],
  employer: ['legal', 'agent'],
  'employer.legal': ['legal'],
  staff: ['staff'],
};

export type PermissionStep = {
  readonly route: string;
  readonly caller: Caller;
  readonly status: number;
  readonly wanted: string;
};

/**
 * Calls every registered route as every caller and returns the ones that were answered otherwise than their access rule says.
 * `skip`: paths that would end the callers' own sessions.
 */
export async function walkPermissions(
  app: FastifyInstance,
  cookies: Readonly<Record<Exclude<Caller, 'nobody'>, string>>,
  options: { readonly skip?: readonly string[] } = {},
): Promise<{ readonly walked: number; readonly wrong: readonly PermissionStep[] }> {
  const wrong: PermissionStep[] = [];
  let walked = 0;
  for (const endpoint of registeredRoutes(app)) {
    if (options.skip?.includes(endpoint.path)) continue;
    for (const caller of CALLERS) {
      const answer = await app.inject({
        method: endpoint.method,
        url: endpoint.path.replace(/:\w+/g, '0'),
        headers: {
          [CSRF_HEADER]: 'tongzheng',
          ...(caller === 'nobody' ? {} : { cookie: cookies[caller] }),
        },
        ...(endpoint.method === 'GET' ? {} : { payload: {} }),
      });
      walked += 1;
      const allowed = MAY_PASS[endpoint.access].includes(caller);
      const refusal = endpoint.access === 'internal' ? 404 : caller === 'nobody' ? 401 : 403;
      // Behind the door a route may still say 404, 409 or 422; only the door itself is looked at.
      const passed = answer.statusCode !== 401 && answer.statusCode !== 403;
      const right = endpoint.access === 'public' ? true : allowed ? passed : answer.statusCode === refusal;
      if (!right || answer.statusCode >= 500) {
        wrong.push({
          route: `${endpoint.method} ${endpoint.path}`,
          caller,
          status: answer.statusCode,
          wanted: allowed ? 'let through' : String(refusal),
        });
      }
    }
  }
  return { walked, wrong };
}
