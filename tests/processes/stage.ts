import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Conductor, createConductor, type Party } from '../../src/app/conductor.ts';
import { httpParty } from '../../src/app/http-party.ts';
import { ensureKeys } from '../../src/app/launcher/keys.ts';
import { freePort } from '../../src/platform/ports.ts';
import { type TestDatabase, testDatabase } from '../../src/platform/testing/index.ts';
import { momentAt } from '../../src/platform/testing/services.ts';
import { ROOT } from '../source-files.ts';

const HOST = '127.0.0.1';
const TOKEN = 'token-of-several';
const READY_MS = 60_000;

export type Several = {
  /** The one address of the agency: each request goes to the next process. */
  readonly url: string;
  readonly taxUrl: string;
  readonly conductor: Conductor;
  readonly databases: { readonly agency: TestDatabase; readonly tax: TestDatabase };
  /** Requests that each agency process was given by the one address. */
  readonly served: readonly number[];
  readonly output: readonly string[];
  /** kill -9 of one agency process; the one address goes on with the others. */
  kill(index: number): Promise<void>;
  close(): Promise<void>;
};

/** Each request to the next of the targets that live, as a load balancer without memory does. */
async function roundRobin(targets: readonly (string | undefined)[], served: number[]): Promise<[string, Server]> {
  let turn = 0;
  const server = createServer((incoming, answer) => {
    do turn = (turn + 1) % targets.length;
    while (!targets[turn]);
    served[turn] = (served[turn] ?? 0) + 1;
    const outgoing = httpRequest(
      new URL(incoming.url ?? '/', targets[turn]),
      { method: incoming.method, headers: incoming.headers },
      (response) => {
        answer.writeHead(response.statusCode ?? 502, response.headers);
        response.pipe(answer);
      },
    );
    outgoing.on('error', () => answer.destroy());
    incoming.pipe(outgoing);
  });
  server.listen(0, HOST);
  await once(server, 'listening');
  return [`http://${HOST}:${(server.address() as AddressInfo).port}`, server];
}

/** Several processes asked as one: everything that may be done is asked of all of them at the same moment. */
function together(parties: () => readonly Party[]): Party {
  const all = <T>(ask: (party: Party) => Promise<T>): Promise<T[]> => Promise.all(parties().map(ask));
  const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
  return {
    name: '经办端',
    setClock: async (setting) => void (await all((party) => party.setClock(setting))),
    nextSlot: async () => (await all((party) => party.nextSlot())).filter((at) => at !== null).sort()[0] ?? null,
    runDue: async () => sum(await all((party) => party.runDue())),
    pump: async () => sum(await all((party) => party.pump())),
    idle: async () => (await all((party) => party.idle())).every(Boolean),
  };
}

/** `count` agency processes on one empty database, started at the same moment, and one tax process. */
export async function openSeveral(count: number, at: string, region: string): Promise<Several> {
  const dataDir = mkdtempSync(join(tmpdir(), 'tongzheng-several-'));
  const databases = { agency: await testDatabase([]), tax: await testDatabase([]) };
  const keys = ensureKeys(dataDir);
  const output: string[] = [];
  const ports = await Promise.all(Array.from({ length: count }, () => freePort()));
  const targets: (string | undefined)[] = ports.map((port) => `http://${HOST}:${port}`);
  const served: number[] = [];
  const [url, balancer] = await roundRobin(targets, served);
  const taxPort = await freePort();
  const taxUrl = `http://${HOST}:${taxPort}`;
  const initial = { offsetMs: 0, frozenAt: momentAt(at) };

  const start = (file: string, env: Record<string, string>): ChildProcess => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', file], {
      cwd: ROOT,
      env: {
        ...process.env,
        HOST,
        TONGZHENG_MODE: 'test',
        TONGZHENG_REGION: region,
        TONGZHENG_DATA: dataDir,
        TONGZHENG_CLOCK: JSON.stringify(initial),
        CONTROL_TOKEN: TOKEN,
        AGENCY_URL: url,
        TAX_URL: taxUrl,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => output.push(...text.split('\n').filter(Boolean)));
    }
    return child;
  };
  const tax = start('tax/main.ts', {
    TAX_PORT: String(taxPort),
    TAX_DATABASE_URL: databases.tax.url,
    WIRE_SIGNER: join(keys, 'tax.json'),
    WIRE_PEER_KEY: join(keys, 'agency.pub.json'),
  });
  const agencies = ports.map((port) =>
    start('src/app/server.ts', {
      PORT: String(port),
      DATABASE_URL: databases.agency.url,
      SEAL_SECRET: join(keys, 'seal.json'),
      WIRE_SIGNER: join(keys, 'agency.json'),
      WIRE_PEER_KEY: join(keys, 'tax.pub.json'),
    }),
  );
  const children = [tax, ...agencies];
  const close = async (): Promise<void> => {
    balancer.closeAllConnections();
    balancer.close();
    for (const child of children) if (child.exitCode === null) child.kill('SIGKILL');
    await Promise.all(Object.values(databases).map((database) => database.close()));
    rmSync(dataDir, { recursive: true, force: true });
  };
  const until = Date.now() + READY_MS;
  for (const base of [taxUrl, ...targets]) {
    while ((await fetch(`${base}/healthz`).catch(() => undefined))?.status !== 200) {
      if (Date.now() > until || children.some((child) => child.exitCode !== null)) {
        await close();
        throw new Error(`not all processes came up:\n${output.join('\n')}`);
      }
      await sleep(100);
    }
  }
  const living = () =>
    targets.flatMap((target, index) => (target ? [httpParty(`经办端 ${index}`, target, TOKEN)] : []));
  return {
    url,
    taxUrl,
    databases,
    served,
    output,
    conductor: createConductor({ parties: [together(living), httpParty('税务端', taxUrl, TOKEN)], initial }),
    async kill(index) {
      targets[index] = undefined;
      const child = agencies[index];
      const ended = child && once(child, 'exit');
      child?.kill('SIGKILL');
      await ended;
    },
    close,
  };
}
