import { globSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import type { Endpoint } from '../../src/platform/contract.ts';
import { isTest, ROOT, readSources } from '../source-files.ts';

/** What may hold a person's name or identity number when somebody types it: never a part of an address (wire.md §10 test 76). */
const TYPED = /^(q|idNo|idNumber|name|mobile|keyword|search|text|person)$/;

const FILES = globSync('{src,tax,wire}/**/*contract.ts', { cwd: ROOT }).sort();

const isEndpoint = (value: unknown): value is Endpoint =>
  typeof value === 'object' && value !== null && 'method' in value && 'path' in value;

async function endpoints(): Promise<Endpoint[]> {
  const modules = await Promise.all(FILES.map((file) => import(join(ROOT, file)) as Promise<Record<string, unknown>>));
  return [...new Set(modules.flatMap((module) => Object.values(module).filter(isEndpoint)))];
}

/** Names of the fields that an endpoint writes into its address; one of a fixed list of words is not typed. */
function inAddress(endpoint: Endpoint): string[] {
  return [endpoint.params, endpoint.query].flatMap((schema) => {
    if (!schema) return [];
    if (!(schema instanceof z.ZodObject)) return ['not an object'];
    return Object.entries(schema.shape).flatMap(([name, field]) => (field instanceof z.ZodEnum ? [] : name));
  });
}

test('no endpoint has a typed name, keyword or identity number in its address', async () => {
  const all = await endpoints();
  expect(all.length).toBeGreaterThan(70);
  expect(new Set(FILES.map((file) => file.split('/')[0]))).toEqual(new Set(['src', 'tax']));
  expect(
    all.flatMap((endpoint) =>
      inAddress(endpoint)
        .filter((field) => TYPED.test(field) || field === 'not an object')
        .map((field) => `${endpoint.method} ${endpoint.path}: ${field} belongs into a body`),
    ),
  ).toEqual([]);
});

test('a GET has no body to move anything into', async () => {
  for (const endpoint of await endpoints()) {
    if (endpoint.method === 'GET') expect(endpoint.body, endpoint.path).toBeUndefined();
  }
});

test('programs log through src/platform/log.ts, which knows what must not stand in a log', () => {
  // The people of a simulation are made up, and what its programs log stays in its memory.
  const others = readSources().filter(
    ({ path, text }) =>
      !isTest(path) &&
      !/^(?:scripts|simulation)\//.test(path) &&
      /import \{[^}]*\bpino\b[^}]*\} from 'pino'/.test(text),
  );
  expect(others.map((file) => file.path)).toEqual(['src/platform/log.ts']);
});
