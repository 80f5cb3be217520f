import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAgency } from '../../src/app/agency.ts';
import { createConductor } from '../../src/app/conductor.ts';
import { httpParty } from '../../src/app/http-party.ts';
import { agencyMigrations } from '../../src/app/migrations.ts';
import { emptyWorld } from '../../src/app/play/pair.ts';
import type { World } from '../../src/app/play/world.ts';
import { seedCalendar, seedStaff } from '../../src/app/seed.ts';
import { createLog } from '../../src/platform/log.ts';
import { momentAt, type TestServices, testServices } from '../../src/platform/testing/services.ts';
import { createTaxProgram, taxMigrations } from '../../tax/server.ts';
import { httpTransport } from '../../wire/http.ts';
import { generateSigner, verifyKeyOf } from '../../wire/index.ts';

/** What left the two programs where others may read it. */
export type Heard = {
  /** Every line of both logs, at their most talkative. */
  readonly logs: string[];
  /** Every address that was asked for, as the servers saw it: pages, control and wire. */
  readonly urls: string[];
  /** Every name given to a file that was sent. */
  readonly names: string[];
  /** Every document between the two sides, as it was on the wire. */
  readonly wire: string[];
};

export type Listened = {
  readonly world: World;
  readonly heard: Heard;
  readonly agency: TestServices;
  close(): Promise<void>;
};

const REGION = '420500';
const TOKEN = 'token-of-the-pair';

/** Both programs in this process over real HTTP and PostgreSQL, with ears at every way out. */
export async function openListened(at: string): Promise<Listened> {
  const heard: Heard = { logs: [], urls: [], names: [], wire: [] };
  const log = createLog('trace', { write: (line) => void heard.logs.push(line) });
  const services = async (folders: ReturnType<typeof taxMigrations>): Promise<TestServices> => ({
    ...(await testServices({ folders, region: REGION, now: at })),
    log,
  });
  const [own, other] = [await services(agencyMigrations()), await services(taxMigrations())];
  await seedCalendar(own);
  await seedStaff(own);
  const [signer, taxSigner] = [generateSigner('agency-1'), generateSigner('tax-1')];
  const urls = { agency: '', tax: '' };
  const transport = (to: keyof typeof urls): ReturnType<typeof httpTransport> => {
    const send = httpTransport(() => urls[to]);
    return (documents) => {
      heard.wire.push(...documents);
      return send(documents);
    };
  };
  const listen = (server: Server): void => {
    server.on('request', (request, response) => {
      heard.urls.push(request.url ?? '');
      const { writeHead } = response;
      response.writeHead = ((...head: Parameters<typeof writeHead>) => {
        const sent = JSON.stringify(head.slice(1)) + String(response.getHeader('content-disposition') ?? '');
        const name = /filename\*=UTF-8''([^"\\]+)/.exec(sent)?.[1];
        if (name) heard.names.push(decodeURIComponent(name));
        return writeHead.apply(response, head);
      }) as typeof writeHead;
    });
  };

  const tax = await createTaxProgram({
    services: other,
    signer: taxSigner,
    agencyKeys: [verifyKeyOf(signer)],
    send: transport('agency'),
    controlToken: TOKEN,
  });
  listen(tax.app.server);
  urls.tax = await tax.app.listen({ port: 0, host: '127.0.0.1' });
  const agency = await createAgency({
    services: own,
    databaseUrl: own.database.url,
    signer,
    taxKeys: [verifyKeyOf(taxSigner)],
    send: transport('tax'),
    publicUrl: 'http://127.0.0.1:8080',
    taxUrl: urls.tax,
    controlToken: TOKEN,
    conductorUrl: null,
  });
  listen(agency.app.server);
  await agency.app.listen({ port: 0, host: '127.0.0.1' });
  urls.agency = `http://127.0.0.1:${(agency.app.server.address() as AddressInfo).port}`;

  const conductor = createConductor({
    parties: [httpParty('经办端', urls.agency, TOKEN), httpParty('税务端', urls.tax, TOKEN)],
    initial: { offsetMs: 0, frozenAt: momentAt(at) },
  });
  const world = emptyWorld(REGION, urls.agency, urls.tax, {
    now: async () => conductor.now(),
    set: async (moment) => void (await conductor.set(moment)),
    advance: (to) => conductor.advance(to, { freeze: true }),
    settle: () => conductor.settle(),
  });
  return {
    world,
    heard,
    agency: own,
    async close() {
      await agency.close();
      await tax.close();
      await own.close();
      await other.close();
    },
  };
}
