import { resolve } from 'node:path';
import { readTrustedProxies } from '../../platform/trusted-proxies.ts';

/** What the environment asks of `npm start`. */
export type LaunchSettings = {
  readonly host: string;
  readonly port: number;
  /** Undefined: the first free port after `port`. */
  readonly taxPort: number | undefined;
  readonly dataDir: string;
  readonly databaseUrl: string | undefined;
  readonly taxDatabaseUrl: string | undefined;
  /** Where the embedded server keeps its log for a restore to a moment; undefined: nowhere. */
  readonly walArchive?: string | undefined;
  /** `test` is for stories: no demo city, the clock stands still. */
  readonly mode: LaunchMode;
  /** 统筹区 this deployment serves. */
  readonly region: string;
};

export type LaunchMode = 'demo' | 'test' | 'production';

const DEFAULT_REGION = '420500';

/** Reads the environment; a value that makes no sense is an Error with a Chinese sentence for the person who set it. */
export function readSettings(env: NodeJS.ProcessEnv): LaunchSettings {
  const port = readPort('PORT', env.PORT) ?? 8080;
  const mode = env.TONGZHENG_MODE ?? 'demo';
  if (mode !== 'demo' && mode !== 'production') {
    throw new Error(`TONGZHENG_MODE 只能是 demo 或 production，现在是“${mode}”`);
  }
  // The programs read them themselves; a wrong one is said before anything starts.
  readTrustedProxies(env);
  return {
    host: env.HOST || '127.0.0.1',
    port,
    taxPort: readPort('TAX_PORT', env.TAX_PORT),
    dataDir: resolve(env.TONGZHENG_DATA || 'data'),
    databaseUrl: env.DATABASE_URL || undefined,
    taxDatabaseUrl: env.TAX_DATABASE_URL || undefined,
    walArchive: env.TONGZHENG_WAL_ARCHIVE || undefined,
    mode,
    region: env.TONGZHENG_REGION || DEFAULT_REGION,
  };
}

function readPort(name: string, text: string | undefined): number | undefined {
  if (!text) return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 65_535) {
    throw new Error(`${name} 应为 1 到 65535 之间的端口号，现在是“${text}”`);
  }
  return value;
}
