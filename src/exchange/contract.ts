/** Interface of the exchange for the employer's pages. */
import { z } from 'zod';
import { endpoint } from '../platform/contract.ts';
import { momentSchema, problemSchema } from '../platform/schemas.ts';

export const taxBillStateEndpoint = endpoint({
  method: 'GET',
  path: '/api/bills/:billNo/tax',
  summary: '向税务问一张单据现在的状态（bill.query，HB-TRK-01）；税务没有应答为 null',
  access: 'employer',
  params: z.object({ billNo: z.string() }),
  response: z.object({
    /** UNKNOWN, OPEN, INVOICED, PAYING, POSTED, VOID, EXPIRED; null: no answer within 5 s. */
    state: z.string().nullable(),
    asOf: momentSchema.nullable(),
    /** TRK-001 when the money is there and has not been told here. */
    problem: problemSchema.nullable(),
  }),
});
