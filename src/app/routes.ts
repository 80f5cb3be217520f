import type { FastifyInstance } from 'fastify';
import { registerHeldRoutes } from '../../wire/held-routes.ts';
import { registerWire } from '../../wire/http.ts';
import { registerArchiveRoutes } from '../archive/routes.ts';
import { registerControlRoutes } from '../control/routes.ts';
import type { createAgencyExchange } from '../exchange/index.ts';
import { registerExchangeRoutes } from '../exchange/routes.ts';
import { registerItemRoutes, registerQueryRoutes } from '../items/index.ts';
import { registerIdentityRoutes } from '../platform/identity/routes.ts';
import type { Scheduler } from '../platform/jobs/index.ts';
import type { Services } from '../platform/services.ts';

export type AgencyRouteDeps = {
  readonly services: Services;
  readonly exchange: ReturnType<typeof createAgencyExchange>;
  readonly scheduler: Scheduler;
  readonly publicUrl: string;
  readonly taxUrl: string | null;
  readonly conductorUrl: string | null;
  readonly controlToken: string;
};

/** Everything people and the tax side may call. Asks nothing of the database, so that the interface can be written out without one. */
export function registerAgencyRoutes(app: FastifyInstance, deps: AgencyRouteDeps): void {
  const { services, exchange, scheduler, taxUrl, conductorUrl, controlToken } = deps;
  const items = { services, bills: exchange.bills, verifyPage: `${deps.publicUrl}/verify` };
  registerIdentityRoutes(app, services);
  registerItemRoutes(app, items);
  registerQueryRoutes(app, items, { taxUrl, verifyPage: items.verifyPage });
  registerArchiveRoutes(app, services);
  registerControlRoutes(app, {
    services,
    scheduler,
    endpoint: exchange.endpoint,
    syncEmployer: (ctx, employer) => exchange.syncEmployer(ctx, employer, employer.insurances),
    conductorUrl,
    controlToken,
    taxUrl,
  });
  registerExchangeRoutes(app, services, exchange);
  registerHeldRoutes(app, services, exchange.endpoint);
  registerWire(app, exchange.endpoint);
}
