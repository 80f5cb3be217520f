import type { FastifyInstance } from 'fastify';
import { refuse } from '../src/kernel/errors.ts';
import { audit } from '../src/platform/audit/index.ts';
import { portalActor, route } from '../src/platform/http/index.ts';
import { type Services, transact } from '../src/platform/services.ts';
import { heldEndpoint, settleHeldEndpoint } from './contract.ts';
import type { Endpoint } from './types.ts';

/** 交换：待人处理. Every decision is audited with its reason. */
export function registerHeldRoutes(app: FastifyInstance, services: Services, endpoint: Endpoint): void {
  route(app, heldEndpoint, () => endpoint.held());

  route(app, settleHeldEndpoint, ({ principal, params: { kind, id }, body }) =>
    transact(services, portalActor(principal), async (ctx) => {
      if (!(await endpoint.settleHeld(ctx.tx, kind, id))) {
        refuse({ code: 'OPS-010', message: '这一件已经处理过了', next: '请刷新页面看现在的名单。' }, 409);
      }
      await audit(ctx, { action: 'ops.exchange.settle', object: `wire:${id}`, detail: { kind, reason: body.reason } });
      return { id };
    }),
  );
}
