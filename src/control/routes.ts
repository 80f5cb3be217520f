import type { FastifyInstance } from 'fastify';
import { releaseArrears } from '../collection/index.ts';
import { DomainError, refuse } from '../kernel/errors.ts';
import { checkIdNumber } from '../kernel/id-number.ts';
import { type Moment, type Month, parseMoment } from '../kernel/month.ts';
import { addOverlays, loadLaw } from '../parameters/index.ts';
import { audit } from '../platform/audit/index.ts';
import { portalActor, route } from '../platform/http/index.ts';
import { once } from '../platform/idempotency.ts';
import type { Services } from '../platform/services.ts';
import { transact } from '../platform/services.ts';
import { findPersonsByIdNo, insertExemption } from '../registry/index.ts';
import { createBook, type Overlay } from '../rules/index.ts';
import { callConductor } from './conductor-client.ts';
import {
  advanceClockEndpoint,
  exemptionEndpoint,
  integrityEndpoint,
  openingEndpoint,
  operationsEndpoint,
  overlayEndpoint,
  releaseArrearsEndpoint,
  siteEndpoint,
  suspenseEndpoint,
} from './contract.ts';
import { runIntegrity } from './integrity.ts';
import { registerJobRoutes } from './job-routes.ts';
import { type OpeningDeps, openBooks } from './opening.ts';
import { buildOverview, type OverviewDeps, suspenseWords } from './overview.ts';
import { buildSite } from './site.ts';
import { listSuspense } from './store.ts';

export type ControlDeps = OverviewDeps & Pick<OpeningDeps, 'syncEmployer'> & { readonly controlToken: string };

/** What the operator sees and may do. Every act is audited with who did it. */
export function registerControlRoutes(app: FastifyInstance, deps: ControlDeps): void {
  const { services } = deps;

  route(app, siteEndpoint, () => buildSite(services));

  route(app, operationsEndpoint, ({ query }) => buildOverview(deps, query));

  route(app, integrityEndpoint, async ({ principal }) => {
    const integrity = await runIntegrity(services);
    await transact(services, portalActor(principal), (ctx) =>
      audit(ctx, { action: 'ops.integrity', object: 'integrity', detail: { violations: integrity.violations } }),
    );
    return integrity;
  });

  registerJobRoutes(app, deps);

  route(app, advanceClockEndpoint, async ({ principal, body }) => {
    demoOnly(services, '推进业务时钟');
    const to = parseMoment(body.to);
    if (!to) refuse({ code: 'OPS-002', message: '时间写得不对', next: '写成 2023-04-11 09:00。', field: 'to' });
    if (to < services.clock.now()) {
      refuse({
        code: 'OPS-002',
        message: '业务时钟只能往前走',
        why: `现在是 ${services.clock.now().slice(0, 16).replace('T', ' ')}。`,
        next: '请选以后的时间。',
        field: 'to',
      });
    }
    if (!deps.conductorUrl) {
      return refuse({
        code: 'OPS-003',
        message: '这里不能推进业务时钟',
        why: '程序不是由启动器启动的。',
        next: '请用 npm start 启动。',
      });
    }
    await transact(services, portalActor(principal), (ctx) =>
      audit(ctx, { action: 'ops.clock.advance', object: 'clock', detail: { to, freeze: body.freeze } }),
    );
    return callConductor<{ now: Moment; slotsRun: number }>(deps.conductorUrl, deps.controlToken, '/advance', {
      to,
      freeze: body.freeze,
    });
  });

  route(app, openingEndpoint, ({ principal, body, idempotencyKey }) =>
    once(services, principal, idempotencyKey, () =>
      transact(services, portalActor(principal), async (ctx) => ({
        employers: await openBooks(ctx, await loadLaw(ctx.tx), body, {
          mode: services.mode,
          ...(deps.syncEmployer ? { syncEmployer: deps.syncEmployer } : {}),
        }),
      })),
    ),
  );

  route(app, overlayEndpoint, async ({ principal, body }) => {
    demoOnly(services, '叠加测试参数');
    const overlays = body.overlays as readonly Overlay[];
    checkOverlays(overlays);
    await transact(services, portalActor(principal), async (ctx) => {
      await addOverlays(ctx.tx, overlays, ctx.now);
      await audit(ctx, { action: 'ops.overlays', object: 'policy', detail: { keys: overlays.map((one) => one.key) } });
    });
    return { count: overlays.length };
  });

  route(app, exemptionEndpoint, ({ principal, body }) =>
    transact(services, portalActor(principal), async (ctx) => {
      const identity = checkIdNumber(body.idNo);
      const idNo = identity.ok ? identity.idNo : body.idNo.trim().toUpperCase();
      const person = (await findPersonsByIdNo(ctx.tx, ctx.region, [idNo])).get(idNo);
      if (!person) {
        return refuse({ code: 'OPS-004', message: '没有这个参保人', next: '请核对证件号码。', field: 'idNo' }, 404);
      }
      const { personNo } = person;
      await insertExemption(
        ctx.tx,
        ctx.region,
        { personNo, reason: body.reason, from: body.from as Month, to: body.to as Month | null },
        ctx.now,
      );
      // The reason is a health or criminal matter: the audit names the fact, not the reason (HB-DEC-05).
      await audit(ctx, { action: 'ops.exemption', object: `person:${personNo}`, detail: { from: body.from } });
      return { personNo };
    }),
  );

  route(app, releaseArrearsEndpoint, ({ principal, params: { billNo } }) =>
    transact(services, portalActor(principal), async (ctx) => {
      await releaseArrears(ctx, billNo);
      await audit(ctx, { action: 'ops.arrears.release', object: `bill:${billNo}` });
      return { billNo };
    }),
  );

  route(app, suspenseEndpoint, async () =>
    (await listSuspense(services.db, services.region)).map((row) => ({ ...row, reason: suspenseWords(row.reason) })),
  );
}

function demoOnly(services: Services, what: string): void {
  if (services.mode === 'production') {
    refuse({ code: 'OPS-005', message: `正式运行时不能${what}`, next: '只在演示和演练时可用。' }, 403);
  }
}

/** What the book cannot read must not get into the database: every later request would fail on it. */
function checkOverlays(overlays: readonly Overlay[]): void {
  const dated = /^\d{4}-\d{2}(-\d{2})?$/;
  for (const { key, value, from, to } of overlays) {
    const plain = typeof value === 'number' || typeof value === 'string';
    if (!plain || !dated.test(from) || (to !== null && !dated.test(to))) {
      refuse({ code: 'OPS-006', message: `测试参数 ${key} 写得不对`, next: '值是整数或文字，日期写成 2023-04-01。' });
    }
  }
  try {
    createBook(overlays);
  } catch (error) {
    if (error instanceof DomainError) throw error;
    refuse({ code: 'OPS-006', message: '测试参数写得不对', why: (error as Error).message, next: '请核对参数名和值。' });
  }
}
