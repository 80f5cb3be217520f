/** The tax side's process: reads the environment the launcher gives it, migrates, listens, says one line. */
import { startBeat } from '../src/platform/beat.ts';
import { openDb } from '../src/platform/db.ts';
import { migrate, oneStarts } from '../src/platform/migrate.ts';
import { closeOnSignal, readJsonFile, readProgramEnv, required } from '../src/platform/program.ts';
import { startTraces } from '../src/platform/telemetry/start.ts';
import { environmentComplete } from '../src/platform/told.ts';
import { httpTransport } from '../wire/http.ts';
import type { Signer, VerifyKey } from '../wire/index.ts';
import { createTaxProgram, taxMigrations } from './server.ts';

const { mode, region, host, log, clock, trustedProxies, standalone, controlToken } = readProgramEnv();
const traces = await startTraces('tongzheng-tax', region);
await environmentComplete();
const db = openDb(required('TAX_DATABASE_URL'), { max: 12, applicationName: 'tongzheng-tax' });

await migrate(db, taxMigrations());
const program = await oneStarts(db, () =>
  createTaxProgram({
    services: { db, clock, region, mode, log },
    signer: readJsonFile<Signer>('WIRE_SIGNER'),
    agencyKeys: [readJsonFile<VerifyKey>('WIRE_PEER_KEY')],
    send: httpTransport(required('AGENCY_URL')),
    controlToken,
    metricsToken: process.env.METRICS_TOKEN,
    trustedProxies,
  }),
);
const address = await program.app.listen({ port: Number(required('TAX_PORT')), host });
if (!standalone) process.stdout.write(`税务端 已就绪 ${address}\n`);
process.send?.({ ready: address });

const beat = standalone ? startBeat(program, log) : undefined;

closeOnSignal(async () => {
  await beat?.stop();
  await program.close();
  await db.destroy();
  await traces?.stop();
});
