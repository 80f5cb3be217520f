import type { Actor } from '../context.ts';

/** Who is signed in. */
export type Principal = {
  readonly accountId: string;
  readonly kind: 'LEGAL' | 'AGENT' | 'STAFF';
  readonly name: string;
  readonly employerNo?: string;
  readonly region: string;
  readonly roles: readonly string[];
  readonly sessionId: string;
};

/** The actor of a portal request. The access rule of the route has made sure that somebody is signed in. */
export function portalActor(principal: Principal | null): Actor {
  if (!principal) throw new Error('no principal on a route that needs one');
  return {
    kind: principal.kind === 'STAFF' ? 'staff' : 'portal',
    id: principal.accountId,
    name: principal.name,
    ...(principal.employerNo ? { employerNo: principal.employerNo } : {}),
    legal: principal.kind === 'LEGAL',
  };
}
