import { pino } from 'pino';
import { registerAgencyRoutes } from '../../src/app/routes.ts';
import { createAgencyExchange } from '../../src/exchange/index.ts';
import { createClock } from '../../src/platform/clock/index.ts';
import { openDb } from '../../src/platform/db.ts';
import { createHttpServer } from '../../src/platform/http/index.ts';
import { createScheduler } from '../../src/platform/jobs/index.ts';
import type { Services } from '../../src/platform/services.ts';
import { generateSigner } from '../../wire/index.ts';
import type { Generated } from '../generate.ts';

/** Objects by name, so that the order in which routes are registered changes nothing. Lists keep theirs. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(entries.map(([key, one]) => [key, sorted(one)]));
}

/** docs/openapi.json: the interface as GET /openapi.json gives it, from the declarations alone: nothing is connected or started. */
export async function openApi(): Promise<Generated> {
  const services: Services = {
    // Opens its first connection with its first query, and there is none.
    db: openDb('postgresql://127.0.0.1/none'),
    clock: createClock(),
    region: '420500',
    mode: 'production',
    log: pino({ level: 'silent' }),
  };
  const exchange = createAgencyExchange({
    services,
    signer: generateSigner('agency-1'),
    taxKeys: [],
    send: () => Promise.reject(new Error('nothing is sent from here')),
  });
  const app = await createHttpServer({ services, title: '统征 经办端', findPrincipal: async () => undefined });
  registerAgencyRoutes(app, {
    services,
    exchange,
    scheduler: createScheduler(services, []),
    publicUrl: '',
    taxUrl: null,
    conductorUrl: null,
    controlToken: '',
  });
  await app.ready();
  const document = app.swagger();
  await app.close();
  return new Map([['docs/openapi.json', `${JSON.stringify(sorted(document), null, 2)}\n`]]);
}
