import { request as httpRequest } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { gunzip, gzip } from 'node:zlib';
import { SpanKind } from '@opentelemetry/api';
import type { FastifyInstance } from 'fastify';
import { inSpan, traceHeaders } from '../src/platform/telemetry/index.ts';
import { MAX_DOCUMENT_BYTES, MAX_DOCUMENTS, MAX_PUSH_BYTES } from './document.ts';
import type { Endpoint, ReceiveReply, Transport, TransportReply } from './types.ts';

export const WIRE_PATH = '/wire/v1/messages';
/** After unpacking; one oversized document must still get its own refusal (TZ-WIR-105) instead of a broken connection. */
const MAX_BODY = MAX_PUSH_BYTES + 2 * MAX_DOCUMENT_BYTES;
const CONTENT_TYPE = 'text/plain; charset=utf-8';

export type RegisterWireOptions = {
  /** In front of `receive`: fault desk, maintenance. `undefined` = hang up without an answer. */
  readonly receive?: (body: string) => Promise<ReceiveReply | undefined>;
};

/** POST /wire/v1/messages: documents in, answers out. Limits apply after unpacking, so a gzip bomb ends at the limit. */
export function registerWire(app: FastifyInstance, endpoint: Endpoint, options: RegisterWireOptions = {}): void {
  const receive = options.receive ?? ((body: string) => endpoint.receive(body));
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MAX_BODY }, (_request, body, done) =>
      done(null, body),
    );
    // A peer sends as fast as the window allows; the limiter of the pages does not apply.
    scope.post(WIRE_PATH, { bodyLimit: MAX_BODY, config: { rateLimit: false } }, async (request, reply) => {
      const raw = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      let text: string;
      try {
        text = (request.headers['content-encoding'] === 'gzip' ? await unpack(raw) : raw).toString('utf8');
      } catch {
        return reply.code(413).type(CONTENT_TYPE).send('TZ-WIR-105\n');
      }
      const answer = await receive(text);
      if (!answer) {
        reply.hijack();
        request.raw.socket.destroy();
        return reply;
      }
      return reply
        .code(answer.status)
        .headers({ ...answer.headers })
        .type(CONTENT_TYPE)
        .send(answer.body);
    });
  });
}

function unpack(packed: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    gunzip(packed, { maxOutputLength: MAX_BODY }, (error, plain) => (error ? reject(error) : resolve(plain)));
  });
}

function pack(plain: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    gzip(plain, { level: 1 }, (error, packed) => (error ? reject(error) : resolve(packed)));
  });
}

export type HttpTransportOptions = {
  readonly timeoutMs?: number;
  /** Mutual TLS: certificate, key and the authority that is believed. */
  readonly tls?: Pick<RequestOptions, 'cert' | 'key' | 'ca'>;
};

/** Push over HTTP(S). `url` is the base address of the peer; it may be a function because ports are chosen at start. */
export function httpTransport(url: string | (() => string), options: HttpTransportOptions = {}): Transport {
  return async (documents) => {
    if (documents.length > MAX_DOCUMENTS) throw new Error(`more than ${MAX_DOCUMENTS} documents in one push`);
    const body = documents.join('');
    const packed = body.length > 2048 ? await pack(body) : undefined;
    const target = new URL(WIRE_PATH, typeof url === 'string' ? url : url());
    return inSpan('wire push', { kind: SpanKind.CLIENT, attributes: { 'wire.documents': documents.length } }, () =>
      post(target, packed ?? Buffer.from(body), packed !== undefined, options),
    );
  };
}

function post(url: URL, body: Buffer, packed: boolean, options: HttpTransportOptions): Promise<TransportReply> {
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request = send(
      url,
      {
        method: 'POST',
        ...options.tls,
        signal: AbortSignal.timeout(options.timeoutMs ?? 30_000),
        headers: {
          'content-type': CONTENT_TYPE,
          'content-length': body.length,
          ...traceHeaders(),
          ...(packed ? { 'content-encoding': 'gzip' } : {}),
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > MAX_BODY) request.destroy(new Error('answer too large'));
          else chunks.push(chunk);
        });
        response.on('error', reject);
        response.on('end', () => {
          const retryAfter = Number(response.headers['retry-after']);
          resolve({
            status: response.statusCode ?? 0,
            ...(Number.isFinite(retryAfter) ? { retryAfterSeconds: retryAfter } : {}),
            body: Buffer.concat(chunks).toString('utf8'),
          });
        });
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}
