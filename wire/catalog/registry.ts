import { z } from 'zod';
import { dateField, insField, type MessageType, monthField, regionField, textField, timeField } from './type.ts';

/** 单位登记信息 (wire.md §3.1): the full record each time. */
export const employerSync = z
  .object({
    employerNo: z.string().min(1).max(20),
    mergedNos: z.array(z.string()).max(200).optional(),
    uscc: z.string().length(18).optional(),
    otherId: z.string().optional(),
    otherIdType: z.string().optional(),
    name: textField.min(1),
    region: regionField,
    office: z.string().min(1),
    taxOrgan: z.string().optional(),
    taxRegNo: z.string().optional(),
    economicType: z.string().optional(),
    unitType: z.string().optional(),
    industryRisk: z.string().optional(),
    insurances: z.array(
      z.object({
        ins: insField,
        from: monthField,
        to: monthField.optional(),
        state: z.enum(['ACTIVE', 'PAUSED', 'CLOSED']),
        mode: z.enum(['ASSESSED', 'SELF_DECLARED']),
      }),
    ),
    state: z.enum(['ACTIVE', 'MOVED', 'CANCELLED', 'MERGED']),
    stateFrom: dateField,
    asOf: timeField,
  })
  .refine((body) => body.uscc !== undefined || (body.otherId !== undefined && body.otherIdType !== undefined), {
    message: '统一社会信用代码或其他证件必须有一个',
    path: ['uscc'],
  });
export type EmployerSync = z.infer<typeof employerSync>;

/** 税务登记关联: the tax side's answer to a sync. */
export const employerLink = z.object({
  employerNo: z.string().min(1),
  uscc: z.string().optional(),
  taxRegNo: z.string().optional(),
  taxOrgan: z.string().optional(),
  agreementState: z.enum(['NONE', 'SIGNED', 'ENDED']),
  match: z.enum(['EXACT', 'NAME_DIFFERS', 'NOT_FOUND']),
});
export type EmployerLink = z.infer<typeof employerLink>;

export const REGISTRY_TYPES: readonly MessageType[] = [
  { type: 'employer.sync', schema: 'employer.sync/1', stream: 'registry', title: '单位登记信息', body: employerSync },
  { type: 'employer.link', schema: 'employer.link/1', stream: 'registry', title: '税务登记关联', body: employerLink },
];
