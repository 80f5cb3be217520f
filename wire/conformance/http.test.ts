import { gzipSync } from 'node:zlib';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { httpTransport, registerWire, WIRE_PATH } from '../http.ts';
import type { ReceiveReply } from '../types.ts';
import { type Author, billItem, makeAuthor, readAcks } from './author.ts';
import { type EngineSubject, makeEngineSubject } from './subject.ts';

let subject: EngineSubject;
let author: Author;
let app: FastifyInstance;
let url: string;
let front: ((body: string) => Promise<ReceiveReply | undefined>) | undefined;

beforeAll(async () => {
  author = makeAuthor('tax.429999', () => subject.now());
  subject = await makeEngineSubject(author);
  app = Fastify();
  registerWire(app, subject.endpoint, { receive: (body) => (front ? front(body) : subject.endpoint.receive(body)) });
  app.post('/echo', async (request) => ({ got: request.body }));
  url = await app.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(async () => {
  await app.close();
  await subject.close();
});

test('documents go over HTTP, packed or plain, and acks come back', async () => {
  const small = author.write('bills', 'bill.issue', [billItem('2023041209000300')]);
  const large = author.write(
    'bills',
    'bill.issue',
    Array.from({ length: 200 }, (_, n) => billItem(`20230412090003${String(n).padStart(3, '0')}`)),
  );
  const reply = await httpTransport(url)([small.text, large.text]);
  expect(reply.status).toBe(200);
  expect([...readAcks(reply.body).values()].map((ack) => ack.level)).toEqual(['accepted', 'accepted']);
});

test('11 a gzip bomb ends at the limit', async () => {
  const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024, 'x'), { level: 9 });
  expect(bomb.length).toBeLessThan(1024 * 1024);
  const response = await fetch(`${url}${WIRE_PATH}`, {
    method: 'POST',
    headers: { 'content-encoding': 'gzip', 'content-type': 'text/plain' },
    body: new Uint8Array(bomb),
  });
  expect(response.status).toBe(413);
  expect(await response.text()).toContain('TZ-WIR-105');
});

test('503 with Retry-After reaches the sender; silence is an error', async () => {
  front = async () => ({ status: 503, headers: { 'retry-after': '120' }, body: '' });
  expect(await httpTransport(url)(['x\n'])).toEqual({ status: 503, retryAfterSeconds: 120, body: '' });
  front = async () => undefined;
  await expect(httpTransport(url)(['x\n'])).rejects.toThrow();
  front = undefined;
  await expect(httpTransport('http://127.0.0.1:1')(['x\n'])).rejects.toThrow();
});

test('other routes of the program keep their own parsers', async () => {
  const response = await fetch(`${url}/echo`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"a":1}',
  });
  expect(await response.json()).toEqual({ got: { a: 1 } });
});
