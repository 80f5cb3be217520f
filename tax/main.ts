/** The tax side's process: reads the environment the launcher gives it, migrates, listens, says one line. */
import { readFileSync } from 'node:fs';
import { pino } from 'pino';
import { type ClockSetting, createClock, REAL_TIME } from '../src/platform/clock/index.ts';
import { openDb } from '../src/platform/db.ts';
import { migrate } from '../src/platform/migrate.ts';
import type { Mode } from '../src/platform/services.ts';
import { httpTransport } from '../wire/http.ts';
import type { Signer, VerifyKey } from '../wire/index.ts';
import { createTaxProgram, taxMigrations } from './server.ts';

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`environment variable ${name} is missing`);
  return value;
}

const readKey = <T>(name: string): T => JSON.parse(readFileSync(required(name), 'utf8')) as T;

const mode = (process.env.TONGZHENG_MODE ?? 'demo') as Mode;
const log = pino({ level: process.env.LOG_LEVEL ?? (mode === 'production' ? 'info' : 'warn') });
const db = openDb(required('TAX_DATABASE_URL'), { max: 12, applicationName: 'tongzheng-tax' });
const clock = createClock(
  process.env.TONGZHENG_CLOCK ? (JSON.parse(process.env.TONGZHENG_CLOCK) as ClockSetting) : REAL_TIME,
);

await migrate(db, taxMigrations());
const program = await createTaxProgram({
  services: { db, clock, region: process.env.TONGZHENG_REGION ?? '420500', mode, log },
  signer: readKey<Signer>('WIRE_SIGNER'),
  agencyKeys: [readKey<VerifyKey>('WIRE_PEER_KEY')],
  send: httpTransport(required('AGENCY_URL')),
  controlToken: required('CONTROL_TOKEN'),
});
const address = await program.app.listen({ port: Number(required('TAX_PORT')), host: process.env.HOST ?? '127.0.0.1' });
process.stdout.write(`税务端 已就绪 ${address}\n`);
process.send?.({ ready: address });

let closing = false;
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    if (closing) return;
    closing = true;
    void program
      .close()
      .then(() => db.destroy())
      .finally(() => process.exit(0));
  });
}
