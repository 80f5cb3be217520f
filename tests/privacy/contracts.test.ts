import { expect, test } from 'vitest';
import { z } from 'zod';
import type { Endpoint } from '../../src/platform/contract.ts';
import { allEndpoints, CONTRACT_FILES } from '../endpoints.ts';
import { isTest, readSources } from '../source-files.ts';

/** What may hold a person's name or identity number when somebody types it: never a part of an address (wire.md §10 test 76). */
const TYPED = /^(q|idNo|idNumber|name|mobile|keyword|search|text|person)$/;

/** Names of the fields that an endpoint writes into its address; one of a fixed list of words is not typed. */
function inAddress(endpoint: Endpoint): string[] {
  return [endpoint.params, endpoint.query].flatMap((schema) => {
    if (!schema) return [];
    if (!(schema instanceof z.ZodObject)) return ['not an object'];
    return Object.entries(schema.shape).flatMap(([name, field]) => (field instanceof z.ZodEnum ? [] : name));
  });
}

test('no endpoint has a typed name, keyword or identity number in its address', async () => {
  const all = await allEndpoints();
  expect(all.length).toBeGreaterThan(70);
  expect(new Set(CONTRACT_FILES.map((file) => file.split('/')[0]))).toEqual(new Set(['src', 'tax', 'wire']));
  expect(
    all.flatMap((endpoint) =>
      inAddress(endpoint)
        .filter((field) => TYPED.test(field) || field === 'not an object')
        .map((field) => `${endpoint.method} ${endpoint.path}: ${field} belongs into a body`),
    ),
  ).toEqual([]);
});

test('a GET has no body to move anything into', async () => {
  for (const endpoint of await allEndpoints()) {
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
