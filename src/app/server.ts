/** The agency's process: reads the environment the launcher gives it, migrates, seeds, listens. */
import { httpTransport } from '../../wire/http.ts';
import type { Signer, VerifyKey } from '../../wire/index.ts';
import { setSealSecret, warmDocuments } from '../archive/index.ts';
import { startBeat } from '../platform/beat.ts';
import { openDb } from '../platform/db.ts';
import { migrate, oneStarts } from '../platform/migrate.ts';
import { closeOnSignal, readJsonFile, readProgramEnv, required } from '../platform/program.ts';
import type { Services } from '../platform/services.ts';
import { startTraces } from '../platform/telemetry/start.ts';
import { environmentComplete } from '../platform/told.ts';
import { officeOf } from '../rules/index.ts';
import { createAgency } from './agency.ts';
import { agencyMigrations } from './migrations.ts';
import { seedCalendar, seedStaff } from './seed.ts';

const { mode, region, host, log, clock, trustedProxies, standalone, controlToken } = readProgramEnv();
const traces = await startTraces('tongzheng-agency', region);
await environmentComplete();
const databaseUrl = required('DATABASE_URL');
const db = openDb(databaseUrl, { max: 16, applicationName: 'tongzheng-agency' });
const services: Services = { db, clock, region, mode, log };
setSealSecret(readJsonFile<{ readonly secret: string }>('SEAL_SECRET').secret);

await migrate(db, agencyMigrations());
await oneStarts(db, async () => {
  await seedCalendar(services);
  await seedStaff(services);
});
const taxUrl = required('TAX_URL');
const agency = await createAgency({
  services,
  databaseUrl,
  signer: readJsonFile<Signer>('WIRE_SIGNER'),
  taxKeys: [readJsonFile<VerifyKey>('WIRE_PEER_KEY')],
  send: httpTransport(taxUrl),
  publicUrl: process.env.PUBLIC_URL ?? required('AGENCY_URL'),
  taxUrl,
  controlToken,
  conductorUrl: process.env.CONDUCTOR_URL ?? null,
  metricsToken: process.env.METRICS_TOKEN,
  trustedProxies,
});
await oneStarts(db, () => agency.seedDemo());
await agency.app.listen({ port: Number(required('PORT')), host });
void warmDocuments(services, officeOf(region).officeName).catch((err) => log.error({ err }, 'warming up failed'));

const beat = standalone ? startBeat(agency.conducted, log) : undefined;

closeOnSignal(async () => {
  await beat?.stop();
  await agency.close();
  await db.destroy();
  await traces?.stop();
});
