export { replyError } from './errors.ts';
export { readFile, sendFile } from './files.ts';
export { type Principal, portalActor } from './principal.ts';
export { accessProblem, CSRF_HEADER, type RouteRequest, registeredRoutes, route } from './route.ts';
export { createHttpServer, SESSION_COOKIE } from './server.ts';
