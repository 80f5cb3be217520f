import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { refuse } from '../../kernel/errors.ts';
import { poolCounts } from '../db.ts';
import type { Scheduler } from '../jobs/index.ts';
import { jobGauges } from '../jobs/metrics.ts';
import type { Services } from '../services.ts';
import type { GaugeSource } from './gauge.ts';

export { archiverGauge } from './archiver.ts';
export { type GaugeSource, readTogether } from './gauge.ts';

export type MetricsOptions = {
  readonly services: Services;
  readonly scheduler: Pick<Scheduler, 'missed'>;
  readonly gauges: readonly GaugeSource[];
  /** From elsewhere than this machine only with this token; undefined: only from this machine. */
  readonly token: string | undefined;
};

/** Seconds; the portal's target is tens of milliseconds, a workbook or a long run takes seconds. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const LOOPBACK = /^(::1|::ffff:127\.|127\.)/;

function tokenMatches(header: string | undefined, token: string | undefined): boolean {
  if (!token) return false;
  const [wanted, given] = [Buffer.from(`Bearer ${token}`), Buffer.from(header ?? '')];
  return wanted.length === given.length && timingSafeEqual(wanted, given);
}

function register(registry: Registry, source: GaugeSource, onFailure: (name: string, err: unknown) => void): void {
  new Gauge({
    name: `tongzheng_${source.name}`,
    help: source.help,
    labelNames: [...(source.labels ?? [])],
    registers: [registry],
    async collect() {
      this.reset();
      try {
        for (const { labels, value } of await source.read()) this.set({ ...labels }, value);
      } catch (err) {
        // A database that is away is what the other gauges are asked for: the page is still given.
        onFailure(source.name, err);
        if (!source.labels) this.set(Number.NaN);
      }
    },
  });
}

/** Pool of database connections and the jobs: what every program has. */
function commonGauges({ services, scheduler }: MetricsOptions): GaugeSource[] {
  return [
    {
      name: 'db_connections',
      help: '数据库连接池：busy 在用，idle 空闲，waiting 等连接的请求',
      labels: ['state'],
      read: () => {
        const { total, idle, waiting } = poolCounts(services.db);
        return [
          { labels: { state: 'busy' }, value: total - idle },
          { labels: { state: 'idle' }, value: idle },
          { labels: { state: 'waiting' }, value: waiting },
        ];
      },
    },
    {
      name: 'jobs_missed',
      help: '到了时点而没有跑成、也没有后来的时点补上的作业数',
      read: async () => [{ value: (await scheduler.missed()).length }],
    },
    ...jobGauges(services.db, services.region),
  ];
}

/**
 * `GET /metrics` in the Prometheus text format, for this machine or with the token; to everybody else the address does not exist.
 * Requests are counted by the pattern of their route, never by their address.
 */
export function registerMetrics(app: FastifyInstance, options: MetricsOptions): void {
  const { services } = options;
  const registry = new Registry();
  // Event loop lag, memory, garbage collection; many short-lived programs in one test process would pile up its observers.
  if (services.mode !== 'test') collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'tongzheng_http_request_seconds',
    help: '请求数与用时，按方法、路由、状态',
    labelNames: ['method', 'route', 'status'],
    buckets: BUCKETS,
    registers: [registry],
  });
  for (const source of [...commonGauges(options), ...options.gauges]) {
    register(registry, source, (name, err) => services.log.warn({ err, metric: name }, 'metric could not be read'));
  }
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    if (route === '/metrics') return;
    requests.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
  });
  app.get('/metrics', { schema: { hide: true } }, async (request, reply) => {
    // Behind a proxy of this machine `ip` is the caller the proxy names.
    if (!LOOPBACK.test(request.ip) && !tokenMatches(request.headers.authorization, options.token)) {
      refuse({ code: 'SYS-404', message: '没有这个地址' }, 404);
    }
    return reply.type(registry.contentType).send(await registry.metrics());
  });
}
