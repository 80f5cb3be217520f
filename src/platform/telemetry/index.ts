/**
 * Traces: which statements a request, a job, a message took, and how long. Only the interface of OpenTelemetry is used here; until `startTraces`
 * has loaded what collects them (start.ts) nothing is kept. No span holds what a person typed or a number that names somebody: routes by their
 * pattern, statements without their values, errors not at all (the log has them, with the same trace id).
 */
import {
  type Attributes,
  type Context,
  context,
  defaultTextMapGetter,
  defaultTextMapSetter,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import type { FastifyInstance } from 'fastify';
import type { LogEvent } from 'kysely';

let collecting = false;

/** Told by `startTraces`; before that the hooks below are not even set. */
export function setCollecting(on: boolean): void {
  collecting = on;
}

export const isCollecting = (): boolean => collecting;

const tracer = () => trace.getTracer('tongzheng');

/** The trace a log line belongs to; nothing outside of one. */
export function traceFields(): { readonly traceId?: string; readonly spanId?: string } {
  const span = collecting ? trace.getActiveSpan()?.spanContext() : undefined;
  return span ? { traceId: span.traceId, spanId: span.spanId } : {};
}

/** Work as a span of its own: a job, a push to the other side. */
export async function inSpan<T>(
  name: string,
  options: { readonly kind?: SpanKind; readonly attributes?: Attributes },
  work: (span: Span) => Promise<T>,
): Promise<T> {
  if (!collecting) return work(trace.wrapSpanContext({ traceId: '', spanId: '', traceFlags: 0 }));
  return tracer().startActiveSpan(name, options, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
}

/** The headers that carry the trace to the other side of the exchange. */
export function traceHeaders(): Record<string, string> {
  const headers: Record<string, string> = {};
  if (collecting) propagation.inject(context.active(), headers, defaultTextMapSetter);
  return headers;
}

/** Asked all the time by machines: their spans would hide the others. */
const SILENT = /^\/(?:healthz|metrics|internal\/.*|assets\/.*)$/;
const WIRE = /^\/wire\//;

/**
 * A span for every request, by its route. Only the other side of the exchange may carry its trace on in here: what a browser says of traces is
 * not believed.
 */
export function traceRequests(app: FastifyInstance): void {
  if (!collecting) return;
  const spans = new WeakMap<object, Span>();
  app.addHook('onRequest', (request, _reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    if (SILENT.test(route)) return done();
    const from: Context = WIRE.test(route)
      ? propagation.extract(ROOT_CONTEXT, request.headers, defaultTextMapGetter)
      : ROOT_CONTEXT;
    const span = tracer().startSpan(
      `${request.method} ${route}`,
      {
        kind: SpanKind.SERVER,
        attributes: { 'http.request.method': request.method, 'http.route': route, 'tongzheng.request_id': request.id },
      },
      from,
    );
    spans.set(request, span);
    context.with(trace.setSpan(from, span), done);
  });
  app.addHook('onResponse', (request, reply, done) => {
    const span = spans.get(request);
    if (span) {
      span.setAttribute('http.response.status_code', reply.statusCode);
      if (reply.statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    }
    done();
  });
  // A caller that hangs up gets no response, and a span that never ends is never sent.
  app.addHook('onRequestAbort', (request, done) => {
    spans.get(request)?.end();
    done();
  });
}

const TABLE = /\b(?:from|into|update|join)\s+(?:only\s+)?"?([a-z_]+)"?/i;
const TEXT_MAX = 1_000;

/** `select collection_bill`: what a statement does to which table first. */
function summaryOf(statement: string): string {
  const [, verb = 'sql'] = /^\s*(?:\/\*.*?\*\/\s*)?(\w+)/.exec(statement) ?? [];
  const [, table] = TABLE.exec(statement) ?? [];
  return table ? `${verb.toLowerCase()} ${table.toLowerCase()}` : verb.toLowerCase();
}

/**
 * Kysely's `log`: a statement that has run becomes a span of what was under way, seen afterwards. Its text has placeholders where its values
 * are; the values stay here. Statements outside of any trace (the beat that looks for work every second) leave none.
 */
export function traceStatement(event: LogEvent): void {
  const parent = trace.getActiveSpan();
  if (!parent?.isRecording()) return;
  const text = event.query.sql.replace(/\s+/g, ' ').trim();
  const summary = summaryOf(text);
  const end = Date.now();
  const span = tracer().startSpan(summary, {
    kind: SpanKind.CLIENT,
    startTime: end - event.queryDurationMillis,
    attributes: {
      'db.system.name': 'postgresql',
      'db.query.summary': summary,
      'db.query.text': text.slice(0, TEXT_MAX),
    },
  });
  if (event.level === 'error') span.setStatus({ code: SpanStatusCode.ERROR });
  span.end(end);
}
