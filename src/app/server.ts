/** The agency's process: reads the environment the launcher gives it, migrates, seeds, listens. */
import { readFileSync } from 'node:fs';
import { pino } from 'pino';
import { httpTransport } from '../../wire/http.ts';
import type { Signer, VerifyKey } from '../../wire/index.ts';
import { type ClockSetting, createClock, REAL_TIME } from '../platform/clock/index.ts';
import { openDb } from '../platform/db.ts';
import { migrate } from '../platform/migrate.ts';
import type { Mode, Services } from '../platform/services.ts';
import { createAgency } from './agency.ts';
import { agencyMigrations } from './migrations.ts';
import { seedCalendar, seedStaff } from './seed.ts';

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`environment variable ${name} is missing`);
  return value;
}

/** Keys are files that only this program may read. */
const readKey = <T>(name: string): T => JSON.parse(readFileSync(required(name), 'utf8')) as T;

const mode = (process.env.TONGZHENG_MODE ?? 'demo') as Mode;
const log = pino({ level: process.env.LOG_LEVEL ?? (mode === 'production' ? 'info' : 'warn') });
const db = openDb(required('DATABASE_URL'), { max: 16, applicationName: 'tongzheng-agency' });
const clock = createClock(
  process.env.TONGZHENG_CLOCK ? (JSON.parse(process.env.TONGZHENG_CLOCK) as ClockSetting) : REAL_TIME,
);
const services: Services = { db, clock, region: process.env.TONGZHENG_REGION ?? '420500', mode, log };

await migrate(db, agencyMigrations());
await seedCalendar(services);
await seedStaff(services);
const taxUrl = required('TAX_URL');
const agency = await createAgency({
  services,
  signer: readKey<Signer>('WIRE_SIGNER'),
  taxKeys: [readKey<VerifyKey>('WIRE_PEER_KEY')],
  send: httpTransport(taxUrl),
  publicUrl: process.env.PUBLIC_URL ?? required('AGENCY_URL'),
  taxUrl,
  controlToken: required('CONTROL_TOKEN'),
  conductorUrl: process.env.CONDUCTOR_URL ?? null,
});
await agency.seedDemo();
await agency.app.listen({ port: Number(required('PORT')), host: process.env.HOST ?? '127.0.0.1' });

let closing = false;
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    if (closing) return;
    closing = true;
    void agency
      .close()
      .then(() => db.destroy())
      .finally(() => process.exit(0));
  });
}
