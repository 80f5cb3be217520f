import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { refuse } from '../kernel/errors.ts';
import type { Moment } from '../kernel/month.ts';
import type { BusinessClock } from './clock/index.ts';
import { endpoint } from './contract.ts';
import { route } from './http/index.ts';

/** What the conductor of the pair may ask of a program (design §7). */
export type Conducted = {
  readonly clock: BusinessClock;
  readonly nextSlot: () => Promise<Moment | null>;
  readonly runDue: () => Promise<number>;
  readonly pump: () => Promise<number>;
  readonly idle: () => Promise<boolean>;
};

const setting = z.object({ offsetMs: z.number(), frozenAt: z.string().nullable() });
const internal = { access: 'internal' as const };
const CLOCK = endpoint({
  ...internal,
  method: 'POST',
  path: '/internal/clock',
  summary: '设置业务时钟',
  body: setting,
  response: setting,
});
const NEXT = endpoint({
  ...internal,
  method: 'GET',
  path: '/internal/next-slot',
  summary: '下一个时点',
  response: z.object({ at: z.string().nullable() }),
});
const RUN = endpoint({
  ...internal,
  method: 'POST',
  path: '/internal/run-due',
  summary: '运行到期作业',
  response: z.object({ ran: z.int() }),
});
const PUMP = endpoint({
  ...internal,
  method: 'POST',
  path: '/internal/pump',
  summary: '发送一轮',
  response: z.object({ sent: z.int() }),
});
const IDLE = endpoint({
  ...internal,
  method: 'GET',
  path: '/internal/idle',
  summary: '收发是否已空',
  response: z.object({ idle: z.boolean() }),
});

/** Routes for the starter of the pair: loopback only, with the token both were given. */
export function registerControl(app: FastifyInstance, token: string, conducted: Conducted): void {
  const wanted = Buffer.from(token);
  const guarded = new Set([CLOCK, NEXT, RUN, PUMP, IDLE].map((each) => each.path));
  // Before the body is read: to everybody else these addresses do not exist.
  app.addHook('onRequest', async (request) => {
    if (!guarded.has(request.routeOptions.url ?? '')) return;
    const given = Buffer.from(String(request.headers['x-control-token'] ?? ''));
    const loopback = /^(::1|::ffff:127\.|127\.)/.test(request.socket.remoteAddress ?? '127.0.0.1');
    if (!loopback || given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
      refuse({ code: 'SYS-404', message: '没有这个地址' }, 404);
    }
  });
  route(app, CLOCK, async ({ body }) => {
    conducted.clock.set({ offsetMs: body.offsetMs, frozenAt: body.frozenAt as Moment | null });
    return conducted.clock.setting();
  });
  route(app, NEXT, async () => ({ at: await conducted.nextSlot() }));
  route(app, RUN, async () => ({ ran: await conducted.runDue() }));
  route(app, PUMP, async () => ({ sent: await conducted.pump() }));
  route(app, IDLE, async () => ({ idle: await conducted.idle() }));
}
