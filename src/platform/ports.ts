import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const LOOPBACK = '127.0.0.1';
/**
 * Ports for whoever does not care which: below those the system lends to outgoing connections (Linux: from 32768 on). One of these is free
 * when asked and may be lent out before its program listens.
 */
const LOWEST = 12_000;
const HIGHEST = 32_000;

function listens(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, host, () => probe.close(() => resolve(true)));
  });
}

/** The first free port from `from` on. */
export async function firstFreePort(from: number, host: string): Promise<number> {
  for (let port = from; port < Math.min(from + 200, 65_536); port += 1) {
    if (await listens(port, host)) return port;
  }
  throw new Error(`从 ${from} 起的 200 个端口都被占用，请用 PORT 或 TAX_PORT 指定别的端口`);
}

const given = new Set<number>();

/** A port nobody listens on at this moment; no port twice in the life of this process, also when several are asked for at once. */
export async function freePort(host = LOOPBACK): Promise<number> {
  for (;;) {
    const port = randomInt(LOWEST, HIGHEST);
    // The port beside one is left to who has it: his other program takes it (firstFreePort).
    if ([port - 1, port, port + 1].some((one) => given.has(one))) continue;
    given.add(port);
    if (await listens(port, host)) return port;
  }
}

/** Waits for a port that is about to be left; false when it is still taken after `timeoutMs`. */
export async function becomesFree(port: number, host: string, timeoutMs: number): Promise<boolean> {
  const until = Date.now() + timeoutMs;
  while (!(await listens(port, host))) {
    if (Date.now() > until) return false;
    await sleep(50);
  }
  return true;
}
