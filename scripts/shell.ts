import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's top folder. */
export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** Vitest and tsc print their counts here; colours are stripped before reading. */
export type Ran = { readonly code: number; readonly output: string; readonly seconds: number };

/** Runs a command in the repository, shows its output as it comes and keeps a copy. */
export function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}), ...env },
    });
    const chunks: string[] = [];
    const keep = (target: NodeJS.WriteStream) => (chunk: Buffer) => {
      chunks.push(chunk.toString());
      target.write(chunk);
    };
    child.stdout.on('data', keep(process.stdout));
    child.stderr.on('data', keep(process.stderr));
    child.on('error', reject);
    child.on('close', (code) => {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: that is how terminal colours begin
      const output = chunks.join('').replace(/\u001b\[[0-9;]*m/g, '');
      resolve({ code: code ?? 1, output, seconds: (performance.now() - began) / 1000 });
    });
  });
}

/** Runs a JavaScript or TypeScript file with the Node 26 we are on. */
export function runNode(file: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> {
  return run(process.execPath, [join(ROOT, file), ...args], env);
}

const VITEST = 'node_modules/vitest/vitest.mjs';

export function runVitest(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> {
  // The root is named, because the web build's configuration names another.
  return runNode(VITEST, ['run', '--root', ROOT, ...args], { CI: 'true', ...env });
}
