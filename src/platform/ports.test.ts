import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { freePort } from './ports.ts';

test('many at once are all different, nobody’s, and never one the system lends to outgoing connections', async () => {
  const [lowest] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split(/\s+/).map(Number);
  const ports = await Promise.all(Array.from({ length: 50 }, () => freePort()));
  expect(new Set(ports).size).toBe(50);
  expect(Math.max(...ports)).toBeLessThan(lowest as number);
  const servers = ports.map((port) => createServer().listen(port, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  for (const server of servers) server.close();
});

test('the port beside one is left to who has it', async () => {
  const ports = await Promise.all(Array.from({ length: 2_000 }, () => freePort()));
  const sorted = ports.sort((a, b) => a - b);
  expect(sorted.filter((port, index) => port - (sorted[index - 1] ?? 0) < 2)).toEqual([]);
});
