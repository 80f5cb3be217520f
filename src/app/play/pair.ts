import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Moment, momentToMs, parseMoment } from '../../kernel/month.ts';
import { freePort } from '../../platform/ports.ts';
import { startEmbeddedPostgres, THROWAWAY } from '../../platform/postgres/index.ts';
import { commandOf, isAlive, waitForExit } from '../../platform/postgres/processes.ts';
import { DEMO_START } from '../launcher/clock-file.ts';
import { type Launched, launch } from '../launcher/index.ts';
import { query, Session } from './client.ts';
import type { Story } from './parse.ts';
import { staffOf } from './steps/session.ts';
import type { StoryClock, World } from './world.ts';

/** Where stories are played; each gets a world of its own. */
export type Stage = {
  open(story: Story): Promise<{ readonly world: World; close(): Promise<void> }>;
  close(): Promise<void>;
};

export function emptyWorld(region: string, agencyUrl: string, taxUrl: string, clock: StoryClock): World {
  return {
    region,
    agencyUrl,
    taxUrl,
    clock,
    clockWasSet: false,
    between: undefined,
    logs: [],
    staff: undefined,
    taxClerk: undefined,
    current: undefined,
    employers: new Map(),
    sessions: new Map(),
    remembered: new Map(),
    people: new Map(),
  };
}

/** The pair is born at the moment the story begins, so that nothing is owed for the time before. */
function startOf(story: Story): Moment {
  const first = story.steps.find((step) => step.verb === '时钟');
  const start = parseMoment(first ? first.words.join(' ') : DEMO_START);
  if (!start) throw new Error(`不是时间：${first?.text}`);
  return start;
}

const HOST = '127.0.0.1';

const PREFIX = 'tongzheng-play-';

/** Ends what a run that was killed with -9 left behind. */
async function sweep(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((each) => each.startsWith(PREFIX))) {
    const folder = join(tmpdir(), name);
    try {
      const { pid } = JSON.parse(readFileSync(join(folder, 'starter.json'), 'utf8')) as { pid: number };
      if (isAlive(pid)) continue;
      const server = Number(readFileSync(join(folder, 'postgres/postmaster.pid'), 'utf8').split('\n')[0]);
      if (commandOf(server).includes(folder)) {
        process.kill(server, 'SIGINT');
        await waitForExit(server, 10_000);
      }
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // Another run's folder that is just being made, or somebody else's: not ours to touch.
    }
  }
}

/** A scratch server for this run; every story gets two fresh databases and a pair of programs on free ports. */
export async function openScratch(options: { readonly kill?: boolean } = {}): Promise<Stage> {
  await sweep();
  const dataDir = mkdtempSync(join(tmpdir(), PREFIX));
  chmodSync(dataDir, 0o755);
  // The database dies with the run: nothing in it needs to survive a cut of power.
  const server = await startEmbeddedPostgres({
    dataDir,
    settings: THROWAWAY,
  });
  let count = 0;
  let open: (() => Promise<void>) | undefined;
  return {
    async open(story) {
      count += 1;
      const start = startOf(story);
      const databases = {
        agencyUrl: await server.ensureDatabase(`agency_${count}`),
        taxUrl: await server.ensureDatabase(`tax_${count}`),
        embedded: true,
        stop: async () => undefined,
      };
      const launched = await launch(
        {
          host: HOST,
          port: await freePort(),
          taxPort: await freePort(),
          dataDir: join(dataDir, `story-${count}`),
          databaseUrl: undefined,
          taxDatabaseUrl: undefined,
          mode: 'test',
          region: story.region,
        },
        (line) => process.stderr.write(`${line}\n`),
        { databases, clock: { offsetMs: momentToMs(start) - Date.now(), frozenAt: start } },
      );
      open = launched.stop;
      const world = emptyWorld(story.region, launched.agencyUrl, launched.taxUrl, ownClock(launched));
      world.logs = ['agency.log', 'tax.log'].map((name) => join(dataDir, `story-${count}`, name));
      if (options.kill) {
        world.between = async () => void (await Promise.all(launched.programs.map((program) => program.crash())));
      }
      return { world, close: launched.stop };
    },
    async close() {
      await open?.();
      await server.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function ownClock({ conductor }: Launched): StoryClock {
  return {
    now: async () => conductor.now(),
    set: async (at) => void (await conductor.set(at, { freeze: true })),
    advance: (to) => conductor.advance(to, { freeze: true }),
    settle: () => conductor.settle(),
  };
}

/** Plays against a running demo: its clock can only go forward, through the operations page. */
export function playAgainst(agencyUrl: string, taxUrl: string | undefined): Stage {
  return {
    async open(story) {
      const base = new URL(agencyUrl);
      const next = new URL(agencyUrl);
      next.port = String(Number(base.port || 80) + 1);
      const world: World = emptyWorld(story.region, agencyUrl, taxUrl ?? next.href, {
        now: async () => (await new Session(agencyUrl).call<{ now: Moment }>('GET', '/api/session')).now,
        set: async (at) => void (await move(world, at)),
        advance: (to) => move(world, to),
        settle: async () => {
          await move(world, await world.clock.now());
          const { exchange } = await (await staffOf(world)).call<{ exchange: { waiting: number; parked: number } }>(
            'GET',
            `/api/ops/overview${query({})}`,
          );
          return exchange.waiting === 0 && exchange.parked === 0;
        },
      });
      return { world, close: async () => undefined };
    },
    close: async () => undefined,
  };
}

/** A running clock has gone on since it was read; a moment already past means now. */
async function move(world: World, to: Moment): Promise<{ slotsRun: number }> {
  const now = await world.clock.now();
  const target = to > now ? to : now;
  return (await staffOf(world)).call<{ slotsRun: number }>('POST', '/api/ops/clock', { to: target, freeze: true });
}
