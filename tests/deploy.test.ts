import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { ensureKeys } from '../src/app/launcher/keys.ts';
import { PROGRAM_FLAGS } from '../src/platform/node-flags.ts';
import { freePort } from '../src/platform/ports.ts';
import { archiveSettings } from '../src/platform/postgres/backup/index.ts';
import { type TestDatabase, testDatabase } from '../src/platform/testing/index.ts';
import { ROOT } from './source-files.ts';

const deploy = (path: string) => readFileSync(join(ROOT, 'deploy', path), 'utf8');

/** `KEY=value` lines of an example, as systemd reads them. */
function environment(path: string): Record<string, string> {
  const lines = deploy(path)
    .split('\n')
    .filter((line) => /^\w+=/.test(line));
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}

type Service = {
  readonly depends_on?: Record<string, { condition: string }>;
  readonly environment?: Record<string, string>;
  readonly healthcheck?: { test: string[] };
  readonly ports?: string[];
  readonly volumes?: string[];
};
type Compose = {
  readonly services: Record<string, Service>;
  readonly volumes: Record<string, unknown>;
  readonly networks: { readonly default: { readonly ipam: { readonly config: readonly [{ subnet: string }] } } };
};
const composeFile = () => parse(deploy('compose.yaml'), { merge: true }) as Compose;

test('every command that starts a program gives Node the flags the launcher gives', () => {
  const commands = globSync('{Dockerfile,*.y?(a)ml,systemd/*.service}', { cwd: join(ROOT, 'deploy') }).flatMap((file) =>
    deploy(file)
      .split('\n')
      .filter((line) => /(?:src\/app\/server|tax\/main)\.ts/.test(line)),
  );
  expect(commands.length).toBeGreaterThanOrEqual(5);
  expect(commands.filter((line) => !PROGRAM_FLAGS.every((flag) => line.includes(flag)))).toEqual([]);
});

describe('the two programs, each alone, with no more than the example files say', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'tongzheng-deploy-'));
  const databases: TestDatabase[] = [];
  const children: ChildProcess[] = [];
  const output: string[] = [];
  let urls: { readonly agency: string; readonly tax: string };

  /** The command of a unit, with the places of this test instead of those of the example. */
  function start(unit: string, example: string, own: Record<string, string>): void {
    const [, command = ''] = /^ExecStart=\S+\/node (.*)$/m.exec(deploy(`systemd/${unit}`)) ?? [];
    const keys = ensureKeys(dataDir);
    const env = Object.fromEntries(
      Object.entries(environment(`systemd/${example}`)).map(([name, value]) => [
        name,
        value.replace(/^\/var\/lib\/tongzheng(-tax)?\/keys/, keys),
      ]),
    );
    const child = spawn(process.execPath, command.split(' '), {
      cwd: ROOT,
      // On a slim system Node's own library is found by this path (scripts/run.cjs); the manual installs its package.
      env: {
        PATH: process.env.PATH,
        LD_LIBRARY_PATH: process.env.LD_LIBRARY_PATH,
        ...env,
        TONGZHENG_DATA: dataDir,
        AGENCY_URL: urls.agency,
        TRUSTED_PROXIES: composeFile().services.agency?.environment?.TRUSTED_PROXIES,
        ...own,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => output.push(...text.split('\n').filter(Boolean)));
    }
    children.push(child);
  }

  beforeAll(async () => {
    databases.push(await testDatabase([]), await testDatabase([]));
    const port = await freePort();
    const taxPort = await freePort();
    urls = { agency: `http://127.0.0.1:${port}`, tax: `http://127.0.0.1:${taxPort}` };
    start('tongzheng-tax.service', 'tax.env.example', {
      TAX_DATABASE_URL: databases[1]?.url ?? '',
      TAX_PORT: String(taxPort),
    });
    start('tongzheng-agency.service', 'agency.env.example', {
      DATABASE_URL: databases[0]?.url ?? '',
      PORT: String(port),
      TAX_URL: urls.tax,
    });
    const ready = async () => (await fetch(`${urls.agency}/healthz`).catch(() => undefined))?.status === 200;
    for (let i = 0; i < 600 && !(await ready()); i += 1) await sleep(100);
  });
  afterAll(async () => {
    for (const child of children) if (child.exitCode === null) child.kill('SIGKILL');
    for (const database of databases) await database.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  test('come up, are healthy, and show every measure that the rules and the manual name', async () => {
    expect(await (await fetch(`${urls.agency}/healthz`)).json()).toEqual({ status: 'ok' });
    const pages = await Promise.all(Object.values(urls).map(async (url) => (await fetch(`${url}/metrics`)).text()));
    const shown = new Set(
      pages.flatMap((page) => [...page.matchAll(/^# TYPE (\S+)/gm)].map((match) => match[1] ?? '')),
    );
    const named = [deploy('prometheus/rules.yaml'), deploy('README.md')].flatMap((text) =>
      [...text.matchAll(/\b(?:tongzheng|nodejs)_[a-z0-9_]+[a-z0-9]/g)].map((match) =>
        match[0].replace(/_(?:bucket|count|sum)$/, ''),
      ),
    );
    expect(named.length).toBeGreaterThan(15);
    expect([...new Set(named)].filter((name) => !shown.has(name) && name !== 'nodejs_eventloop_lag')).toEqual([]);
  });

  test('believe the proxy in front of the containers, and no other', async () => {
    const { subnet } = composeFile().networks.default.ipam.config[0];
    const [proxy, other] = [subnet.replace(/0\/24$/, '1'), '203.0.113.7'];
    // /metrics opens to this machine only: here to whom the last of the line names.
    const ask = async (url: string, from: string) =>
      (await fetch(`${url}/metrics`, { headers: { 'x-forwarded-for': `127.0.0.1, ${from}` } })).status;
    for (const url of Object.values(urls)) expect([await ask(url, proxy), await ask(url, other)]).toEqual([200, 404]);
  });

  test('log one JSON object a line, and end in order when told to', async () => {
    expect(output.length).toBeGreaterThan(0);
    for (const line of output) expect(JSON.parse(line)).toMatchObject({ level: 30 });
    const codes = children.map(async (child) => {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      return (await ended)[0] as number | null;
    });
    expect(await Promise.all(codes)).toEqual([0, 0]);
  });
});

describe('the files of deploy/', () => {
  test('name commands that exist', () => {
    const units = globSync('deploy/systemd/*.service', { cwd: ROOT });
    expect(units.length).toBe(4);
    const texts = [
      ...units.map((unit) => readFileSync(join(ROOT, unit), 'utf8')),
      deploy('compose.yaml'),
      deploy('Dockerfile'),
    ];
    const files = texts.flatMap((text) =>
      [...text.matchAll(/\b(?:src|tax|bin)\/[\w/.-]+\.(?:ts|cjs)\b/g)].map((match) => match[0]),
    );
    expect(files.length).toBeGreaterThanOrEqual(5);
    expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });

  test('compose asks for no variable that the example leaves out, and the example for none that nobody reads', () => {
    const wanted = new Set([...deploy('compose.yaml').matchAll(/\$\{(\w+):\?\}/g)].map((match) => match[1]));
    expect([...wanted].sort()).toEqual(Object.keys(environment('env.example')).sort());
  });

  test('compose is a file that holds together: volumes, dependencies, health, nothing open to other machines', () => {
    const compose = composeFile();
    expect(Object.keys(compose.services)).toEqual(['agency', 'tax', 'postgres', 'backup']);
    for (const [name, service] of Object.entries(compose.services)) {
      for (const wanted of Object.keys(service.depends_on ?? {})) {
        expect(compose.services[wanted]?.healthcheck, `${name} waits for ${wanted}`).toBeDefined();
      }
      for (const volume of service.volumes ?? []) {
        const [from = ''] = volume.split(':');
        expect(from.startsWith('./') || from in compose.volumes, volume).toBe(true);
      }
      for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/);
    }
    // A proxy of the host comes in by the gateway of the network: both programs believe it.
    const { subnet } = compose.networks.default.ipam.config[0];
    for (const name of ['agency', 'tax']) expect(compose.services[name]?.environment?.TRUSTED_PROXIES).toBe(subnet);
    // What the programs ask for at their start is given.
    for (const [name, file] of [
      ['agency', 'src/app/server.ts'],
      ['tax', 'tax/main.ts'],
    ] as const) {
      const asked = [
        ...readFileSync(join(ROOT, file), 'utf8').matchAll(/(?:required|readJsonFile<[^(]*>)\('(\w+)'\)/g),
      ].map((match) => match[1] ?? '');
      expect(asked.length).toBeGreaterThan(4);
      expect(asked.filter((each) => !(each in (compose.services[name]?.environment ?? {})))).toEqual([]);
    }
  });

  test('a log segment that is in the archive already must be the same, whoever runs the server', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tongzheng-archive-'));
    const embedded = archiveSettings(folder).archive_command;
    rmSync(folder, { recursive: true });
    const manual = readFileSync(join(ROOT, 'docs/how-to/backup-and-restore.md'), 'utf8');
    const commands = [
      embedded,
      /archive_command=(.*)/.exec(deploy('compose.yaml'))?.[1],
      /archive_command = '(.*)'/.exec(manual)?.[1],
    ];
    const places = [folder, '/archive', '/backup/log'];
    const said = commands.map((command, i) => command?.replace(/['"]/g, '').replaceAll(places[i] ?? '', '<folder>'));
    expect(said[0]).toContain('cmp');
    // The server drops its own once this says it is kept: the name must be on disk by then, also when it was there already.
    expect(said[0]).toMatch(/; fi && sync <folder>$/);
    expect(new Set(said).size).toBe(1);
  });

  test('the rules and the scrape file of Prometheus are YAML, and the manual says of each rule what to do', () => {
    type Rule = { readonly alert: string; readonly expr: string };
    const { groups } = parse(deploy('prometheus/rules.yaml')) as { groups: { rules: Rule[] }[] };
    const rules = groups.flatMap((group) => group.rules);
    expect(rules.length).toBeGreaterThan(5);
    expect(rules.filter((rule) => !rule.expr)).toEqual([]);
    const found = [...deploy('README.md').matchAll(/^\| ([^|]+) \|[^|]+\|[^|]+\|$/gm)].map((match) => match[1]);
    expect(rules.filter(({ alert }) => !found.some((what) => what?.includes(alert)))).toEqual([]);
    expect(parse(deploy('prometheus/scrape.yaml'))).toHaveProperty('scrape_configs');
  });

  test('links of the manual lead somewhere', () => {
    const links = [...deploy('README.md').matchAll(/\]\((?!https?:)([^)#\s]+)/g)].map((match) => match[1] ?? '');
    expect(links.length).toBeGreaterThan(5);
    expect(links.filter((target) => !existsSync(join(ROOT, 'deploy', target)))).toEqual([]);
  });
});
