import type { Principal } from './principal.ts';

/**
 * A door of a program. Its sessions live in a cookie of their own: in one browser an employer and the agency's staff do not end
 * each other's.
 */
export type Portal = { readonly name: string; readonly cookie: string; readonly kinds: readonly Principal['kind'][] };

/** The agency's doors: 单位网厅 and 工作台. */
export const PORTALS = [
  { name: 'employer', cookie: 'tz_session', kinds: ['LEGAL', 'AGENT'] },
  { name: 'office', cookie: 'tz_office', kinds: ['STAFF'] },
] as const satisfies readonly Portal[];

export type PortalName = (typeof PORTALS)[number]['name'];
export const PORTAL_NAMES = PORTALS.map((portal) => portal.name) as [PortalName, ...PortalName[]];

/** The door somebody of this kind comes in by. */
export function portalOf(kind: Principal['kind']): Portal {
  const portal = PORTALS.find((one) => (one.kinds as readonly string[]).includes(kind));
  if (!portal) throw new Error(`no portal for ${kind}`);
  return portal;
}

export function findPortal(name: PortalName): Portal {
  return PORTALS.find((one) => one.name === name) ?? PORTALS[0];
}
