export { replyError } from './errors.ts';
export { readFile, sendFile } from './files.ts';
export { createLimit, type Limit } from './limit.ts';
export { findPortal, PORTAL_NAMES, PORTALS, type Portal, type PortalName, portalOf } from './portals.ts';
export { type Principal, portalActor } from './principal.ts';
export { accessProblem, CSRF_HEADER, type RouteRequest, registeredRoutes, route } from './route.ts';
export { createHttpServer } from './server.ts';
