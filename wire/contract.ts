/** 交换：待人处理. The same on both sides of the wire. */
import { z } from 'zod';
import { endpoint } from '../src/platform/contract.ts';
import { momentSchema } from '../src/platform/schemas.ts';

export const HELD_KINDS = ['DEAD', 'REFUSED', 'QUARANTINED', 'FAILED', 'GIVEN_UP', 'ALARM'] as const;

export const heldEndpoint = endpoint({
  method: 'GET',
  path: '/api/exchange/held',
  summary: '交换中待人处理的：死信、整件被拒、隔离、处理出错、告警',
  access: 'staff',
  response: z.array(
    z.object({
      kind: z.enum(HELD_KINDS),
      id: z.string(),
      peer: z.string(),
      type: z.string().describe('报文类型；告警为空'),
      typeName: z.string(),
      about: z.string().describe('报文号、对象或告警的对象'),
      reason: z.string(),
      next: z.string().describe('怎么办'),
      at: momentSchema,
    }),
  ),
});

export const settleHeldEndpoint = endpoint({
  method: 'POST',
  path: '/api/exchange/held/:kind/:id',
  summary: '处理一件：重发、放行、再做一遍、知道了；写明理由，留审计',
  access: 'staff',
  params: z.object({ kind: z.enum(HELD_KINDS), id: z.string().max(100) }),
  body: z.object({ reason: z.string().trim().min(2).max(200) }),
  response: z.object({ id: z.string() }),
});
