import cookies from '@fastify/cookie';
import helmet from '@fastify/helmet';
import multipart from '@fastify/multipart';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import fastify, { type FastifyInstance, LogController } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject, serializerCompiler } from 'fastify-type-provider-zod';
import type { Services } from '../services.ts';
import { traceRequests } from '../telemetry/index.ts';
import { replyError } from './errors.ts';
import { PORTALS, type Portal } from './portals.ts';
import type { Principal } from './principal.ts';
import { validatorCompiler } from './validate.ts';

export type HttpServerOptions = {
  readonly services: Services;
  readonly title: string;
  /** Cookie value → who it is; undefined when the session is unknown, expired or revoked. */
  readonly findPrincipal: (token: string) => Promise<Principal | undefined>;
  /** The one cookie of a program without separate doors; default: the agency's portals, a cookie each. */
  readonly cookieName?: string;
  /** Reverse proxies beside this machine itself: addresses, subnets. What others say of who is calling is not believed. */
  readonly trustedProxies?: readonly string[] | undefined;
};

const BODY_BYTES_MAX = 20 * 1024 * 1024;
const REQUESTS_PER_MINUTE = 600;

/** A Fastify server with everything that has nothing to do with business: cookies, headers, limits, schemas, errors, OpenAPI. */
export async function createHttpServer(options: HttpServerOptions): Promise<FastifyInstance> {
  const { services } = options;
  const app = fastify({
    loggerInstance: services.log as never,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_BYTES_MAX,
    trustProxy: ['loopback', ...(options.trustedProxies ?? [])],
    routerOptions: { maxParamLength: 200 },
  }) as unknown as FastifyInstance;
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(replyError);
  // First of all hooks, so that what the others ask of the database is seen too.
  traceRequests(app);
  await app.register(cookies);
  await app.register(helmet, {
    contentSecurityPolicy: {
      directives: {
        defaultSrc: ["'self'"],
        // antd writes its styles into the page.
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        frameSrc: ["'self'", 'blob:'],
        objectSrc: ["'self'", 'blob:'],
        workerSrc: ["'self'", 'blob:'],
        connectSrc: ["'self'"],
        upgradeInsecureRequests: null,
      },
    },
    strictTransportSecurity: false,
    crossOriginEmbedderPolicy: false,
    frameguard: { action: 'sameorigin' },
  });
  await app.register(rateLimit, {
    max: services.mode === 'production' ? REQUESTS_PER_MINUTE : 100_000,
    timeWindow: '1 minute',
    allowList: (request) => request.url === '/healthz' || !/^\/(api|wire)\//.test(request.url),
  });
  await app.register(multipart, { limits: { fileSize: BODY_BYTES_MAX, files: 5 } });
  await app.register(swagger, {
    openapi: { info: { title: options.title, version: '1' } },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });
  const portals: readonly Portal[] = options.cookieName
    ? [{ name: 'all', cookie: options.cookieName, kinds: ['LEGAL', 'AGENT', 'STAFF'] }]
    : PORTALS;
  app.decorateRequest('sessions', null as never);
  app.addHook('onRequest', async (request) => {
    const sessions: Principal[] = [];
    for (const { cookie, kinds } of portals) {
      const token = request.cookies[cookie];
      const principal = token ? await options.findPrincipal(token) : undefined;
      if (principal && kinds.includes(principal.kind)) sessions.push(principal);
    }
    request.sessions = sessions;
  });
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  return app;
}
