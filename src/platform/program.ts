/** What the two programs' entry files share: the environment the launcher gives them, and how they end. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Logger } from 'pino';
import { type BusinessClock, type ClockSetting, createClock, REAL_TIME } from './clock/index.ts';
import { createLog, endOnError } from './log.ts';
import type { Mode } from './services.ts';
import { readTrustedProxies } from './trusted-proxies.ts';

export type ProgramEnv = {
  readonly mode: Mode;
  /** 统筹区 this deployment serves. */
  readonly region: string;
  readonly host: string;
  readonly log: Logger;
  readonly clock: BusinessClock;
  readonly trustedProxies: readonly string[];
  /** Nobody conducts the pair: production with real time, each program under a supervisor of the system's (deploy/). */
  readonly standalone: boolean;
  /** What the conductor shows; standing alone nobody knows it. */
  readonly controlToken: string;
};

/** The variable of this name. @throws Error naming it when it is not set. */
export function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`environment variable ${name} is missing`);
  return value;
}

/** The JSON file that a variable names: keys are files that only this program may read. */
export function readJsonFile<T>(name: string): T {
  return JSON.parse(readFileSync(required(name), 'utf8')) as T;
}

export function readProgramEnv(): ProgramEnv {
  const { env } = process;
  const mode = (env.TONGZHENG_MODE ?? 'demo') as Mode;
  const log = createLog(env.LOG_LEVEL ?? (mode === 'production' ? 'info' : 'warn'));
  endOnError(log);
  const standalone = env.TONGZHENG_STANDALONE === '1';
  if (standalone && mode !== 'production') {
    throw new Error('TONGZHENG_STANDALONE 只用于正式运行，请同时设 TONGZHENG_MODE=production');
  }
  return {
    mode,
    region: required('TONGZHENG_REGION'),
    host: env.HOST ?? '127.0.0.1',
    log,
    clock: createClock(env.TONGZHENG_CLOCK ? (JSON.parse(env.TONGZHENG_CLOCK) as ClockSetting) : REAL_TIME),
    trustedProxies: readTrustedProxies(env),
    standalone,
    controlToken: standalone ? randomBytes(24).toString('hex') : required('CONTROL_TOKEN'),
  };
}

/** Ends the process in order, once, when it is told to. */
export function closeOnSignal(close: () => Promise<void>): void {
  let closing = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (closing) return;
      closing = true;
      void close().finally(() => process.exit(0));
    });
  }
}
