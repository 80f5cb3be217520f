/** Programs that a case starts and ends itself. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { PROGRAM_FLAGS } from '../../src/platform/node-flags.ts';
import { freePort } from '../../src/platform/ports.ts';

export type Running = { readonly url: string; readonly child: ChildProcess; stop(): Promise<void> };

const READY_MS = 60_000;

function end(child: ChildProcess): () => Promise<void> {
  return async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  };
}

/** Starts a program that listens on PORT and waits until it answers at all. */
export async function serve(file: string, env: NodeJS.ProcessEnv): Promise<Running> {
  const port = await freePort();
  const child = spawn(process.execPath, [...PROGRAM_FLAGS, file], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env, PORT: String(port) },
  });
  const url = `http://127.0.0.1:${port}`;
  const stop = end(child);
  for (const until = Date.now() + READY_MS; Date.now() < until; await sleep(50)) {
    if (child.exitCode !== null) throw new Error(`${file} ended with ${child.exitCode}`);
    if (
      await fetch(url).then(
        () => true,
        () => false,
      )
    )
      return { url, child, stop };
  }
  await stop();
  throw new Error(`${file} did not answer`);
}

/** Starts a program that works by itself; resolves with its first line. */
export async function work(file: string, env: NodeJS.ProcessEnv): Promise<Running> {
  const child = spawn(process.execPath, [...PROGRAM_FLAGS, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
  return { url: '', child, stop: end(child) };
}
