import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { becomesFree, firstFreePort } from '../../platform/ports.ts';
import { type ClockSetting, type Conductor, createConductor, type Party } from '../conductor.ts';
import { httpParty } from '../http-party.ts';
import { openClockFile } from './clock-file.ts';
import { openControlPort } from './control-port.ts';
import { type Databases, openDatabases } from './databases.ts';
import { ensureKeys } from './keys.ts';
import { forgetRunning, wasKilled, writeRunning } from './running.ts';
import type { LaunchSettings } from './settings.ts';
import { type Program, supervise } from './supervisor.ts';

const HERE = dirname(fileURLToPath(import.meta.url));
/** What runs as the two programs; tests put small ones in their place. */
export type ProgramFiles = { readonly agency: string; readonly tax: string };
export type LaunchOptions = {
  readonly files?: ProgramFiles;
  /** Databases somebody else keeps: a story's scratch server. */
  readonly databases?: Databases;
  /** Where the clock begins; default: where it was. */
  readonly clock?: ClockSetting;
};

const PROGRAMS: ProgramFiles = { agency: join(HERE, '../server.ts'), tax: join(HERE, '../../../tax/main.ts') };
const READY_TIMEOUT_MS = 180_000;
const BEAT_MS = 1_000;
const ORPHANS_END_MS = 20_000;

export type Launched = {
  readonly agencyUrl: string;
  readonly taxUrl: string;
  readonly conductor: Conductor;
  readonly programs: readonly Program[];
  stop(): Promise<void>;
};

/** A program that is starting again has nothing to do at the moment; the other one goes on (design §7). */
function tolerant(party: Party, log: (line: string) => void): Party {
  let down = false;
  const orElse = async <T>(work: () => Promise<T>, instead: T): Promise<T> => {
    try {
      const result = await work();
      down = false;
      return result;
    } catch (error) {
      if (!down) log(`${party.name} 暂时没有应答：${(error as Error).message}`);
      down = true;
      return instead;
    }
  };
  return {
    name: party.name,
    setClock: (setting) => orElse(() => party.setClock(setting), undefined),
    nextSlot: () => orElse(() => party.nextSlot(), null),
    runDue: () => orElse(() => party.runDue(), 0),
    pump: () => orElse(() => party.pump(), 0),
    idle: () => orElse(() => party.idle(), true),
  };
}

/**
 * Keeps the clock while it is being moved, too: a launcher killed on the way must not go back behind what the programs have booked. On the
 * way the clock stands at each slot; whether it stands afterwards is known at the end only.
 */
function movingClock(initial: ClockSetting, save: (setting: ClockSetting) => void) {
  let { frozenAt } = initial;
  return {
    initial,
    save(setting: ClockSetting): void {
      frozenAt = setting.frozenAt;
      save(setting);
    },
    seenBy: (party: Party): Party => ({
      ...party,
      setClock(setting) {
        save(frozenAt === null ? { ...setting, frozenAt: null } : setting);
        return party.setClock(setting);
      },
    }),
  };
}

/**
 * Starts everything: the databases, the two programs, the clock and the beat. What it started it stops, in the opposite order, also when
 * a later step fails.
 */
export async function launch(
  settings: LaunchSettings,
  log: (line: string) => void,
  options: LaunchOptions = {},
): Promise<Launched> {
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of stops.splice(0).reverse()) await step().catch((error: Error) => log(error.message));
  };
  try {
    return await start(settings, log, options, stops, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  settings: LaunchSettings,
  log: (line: string) => void,
  options: LaunchOptions,
  stops: (() => Promise<void>)[],
  stop: () => Promise<void>,
): Promise<Launched> {
  mkdirSync(settings.dataDir, { recursive: true });
  // The programs of a launcher that was killed end by themselves (guard.ts) and leave their ports.
  const patience = wasKilled(settings.dataDir) ? ORPHANS_END_MS : 0;
  for (const [name, port] of [['PORT', settings.port] as const, ['TAX_PORT', settings.taxPort] as const]) {
    if (port !== undefined && !(await becomesFree(port, settings.host, patience))) {
      throw new Error(`端口 ${port} 已被占用，请用 ${name} 指定别的端口`);
    }
  }
  const taxPort = settings.taxPort ?? (await firstFreePort(settings.port + 1, settings.host));
  const files = options.files ?? PROGRAMS;
  // The programs load while the database comes up.
  const opening = options.databases ? Promise.resolve(options.databases) : openDatabases(settings, log);
  // It may fail before anybody waits for it; then `opened` says so.
  opening.catch(() => undefined);
  stops.push(async () => (await opening.catch(() => undefined))?.stop());

  const token = randomBytes(24).toString('hex');
  // The programs call each other on loopback whatever address they listen on for people.
  const local = (port: number) => `http://${settings.host === '0.0.0.0' ? '127.0.0.1' : settings.host}:${port}`;
  const [agencyUrl, taxUrl] = [local(settings.port), local(taxPort)];
  const clockFile = openClockFile(settings.dataDir, settings.mode);
  const clock = movingClock(options.clock ?? clockFile.load(), clockFile.save);
  const parties = [
    tolerant(httpParty('经办端', agencyUrl, token), log),
    tolerant(httpParty('税务端', taxUrl, token), log),
  ];
  const conductor = createConductor({
    parties: [clock.seenBy(parties[0] as Party), ...parties.slice(1)],
    initial: clock.initial,
    save: clock.save,
  });
  const control = await openControlPort(conductor, token);
  stops.push(control.close);

  // Only after the folder is known to be ours and no other starter's.
  const opened = opening.then((databases) => {
    clock.save(conductor.setting());
    ensureKeys(settings.dataDir);
    return databases;
  });
  const keys = join(settings.dataDir, 'keys');
  const shared: NodeJS.ProcessEnv = {
    ...process.env,
    HOST: settings.host,
    TONGZHENG_MODE: settings.mode,
    TONGZHENG_DATA: settings.dataDir,
    TONGZHENG_REGION: settings.region,
    TONGZHENG_KEYS: keys,
    CONTROL_TOKEN: token,
    AGENCY_URL: agencyUrl,
    TAX_URL: taxUrl,
  };
  const program = (
    name: string,
    file: string,
    url: string,
    party: Party | undefined,
    logName: string,
    env: NodeJS.ProcessEnv,
    later: (databases: Databases) => NodeJS.ProcessEnv,
  ): Program => {
    const started = supervise({
      name,
      file,
      env: () => ({ ...shared, ...env, TONGZHENG_CLOCK: JSON.stringify(conductor.setting()) }),
      later: opened.then(later),
      healthUrl: `${url}/healthz`,
      log,
      logFile: settings.mode === 'production' ? undefined : join(settings.dataDir, logName),
      onRestarted: () => conductor.announce(party),
    });
    stops.push(started.stop);
    return started;
  };
  const taxEnv = {
    TAX_PORT: String(taxPort),
    WIRE_SIGNER: join(keys, 'tax.json'),
    WIRE_PEER_KEY: join(keys, 'agency.pub.json'),
  };
  const agencyEnv = {
    PORT: String(settings.port),
    CONDUCTOR_URL: control.url,
    SEAL_SECRET: join(keys, 'seal.json'),
    WIRE_SIGNER: join(keys, 'agency.json'),
    WIRE_PEER_KEY: join(keys, 'tax.pub.json'),
  };
  // The first page is the agency's: it begins to load first.
  const agency = program(
    '经办端',
    files.agency,
    agencyUrl,
    parties[0],
    'agency.log',
    agencyEnv,
    ({ agencyUrl: url }) => ({
      DATABASE_URL: url,
    }),
  );
  const tax = program('税务端', files.tax, taxUrl, parties[1], 'tax.log', taxEnv, ({ taxUrl: url }) => ({
    TAX_DATABASE_URL: url,
  }));
  const databases = await opened;
  writeRunning(settings.dataDir, {
    pid: process.pid,
    agencyUrl,
    taxUrl,
    databaseUrl: databases.agencyUrl,
    taxDatabaseUrl: databases.taxUrl,
  });
  stops.push(async () => forgetRunning(settings.dataDir));
  await Promise.all([databases.durable, tax.ready(READY_TIMEOUT_MS), agency.ready(READY_TIMEOUT_MS)]);
  await conductor.announce();

  // A story moves the clock and the exchange itself.
  if (settings.mode !== 'test') {
    const beat = setInterval(() => void conductor.beat().catch((error: Error) => log(error.message)), BEAT_MS);
    stops.push(async () => clearInterval(beat));
  }
  return { agencyUrl, taxUrl, conductor, programs: [tax, agency], stop };
}
