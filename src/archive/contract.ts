import { z } from 'zod';
import { endpoint } from '../platform/contract.ts';
import { dateSchema, insuranceSchema, momentSchema, monthSchema } from '../platform/schemas.ts';

export const spanSchema = z.enum(['3', '6', '9', '12', '24']).describe('时间选择：最近 N 个已实缴月');

export const certificateCandidatesEndpoint = endpoint({
  method: 'POST',
  path: '/api/certificates/candidates',
  summary: '单位参保证明：可选人员（HB-CERT-01）',
  access: 'employer',
  body: z.object({
    insurance: insuranceSchema,
    span: spanSchema,
    name: z.string().optional(),
    idNo: z.string().optional(),
  }),
  response: z.object({
    rows: z.array(
      z.object({
        personNo: z.string(),
        name: z.string(),
        idNoMasked: z.string(),
        from: monthSchema,
        to: monthSchema,
        months: z.int(),
      }),
    ),
  }),
});

const certificateBody = z.object({
  insurance: insuranceSchema,
  span: spanSchema,
  personNos: z.array(z.string()).max(2000),
});

export const previewCertificateEndpoint = endpoint({
  method: 'POST',
  path: '/api/certificates/preview',
  summary: '预览单位参保证明：不登记，没有授权码和签章，号码遮盖（HB-CERT-01）',
  access: 'employer',
  body: certificateBody,
  response: 'file',
});

export const issueCertificateEndpoint = endpoint({
  method: 'POST',
  path: '/api/certificates',
  summary: '开具单位参保证明',
  access: 'employer',
  body: certificateBody,
  response: z.object({
    documentId: z.string(),
    title: z.string(),
    authCode: z.string(),
    issuedAt: momentSchema,
    validThrough: dateSchema,
    persons: z.int(),
    caseNo: z.string(),
  }),
});

export const certificatesEndpoint = endpoint({
  method: 'GET',
  path: '/api/certificates',
  summary: '已开具的证明',
  access: 'employer',
  response: z.array(
    z.object({
      documentId: z.string(),
      kind: z.string(),
      title: z.string(),
      authCode: z.string(),
      issuedAt: momentSchema,
      validThrough: dateSchema.nullable(),
      valid: z.boolean(),
    }),
  ),
});

export const documentEndpoint = endpoint({
  method: 'GET',
  path: '/api/documents/:documentId',
  summary: '电子文件（PDF，签章）',
  access: 'employer',
  params: z.object({ documentId: z.string() }),
  response: 'file',
});

const verifyResultSchema = z.object({
  state: z.enum(['VALID', 'EXPIRED', 'NOT_FOUND', 'VOIDED', 'ALTERED']),
  title: z.string(),
  message: z.string(),
  code: z.string().nullable(),
  fields: z.array(z.object({ label: z.string(), value: z.string() })),
});

export const verifyEndpoint = endpoint({
  method: 'POST',
  path: '/api/verify',
  summary: '证明验证：凭授权码（公开，限频，HB-CERT-05）',
  access: 'public',
  body: z.object({ code: z.string().max(40) }),
  response: verifyResultSchema,
});

export const verifyFileEndpoint = endpoint({
  method: 'POST',
  path: '/api/verify/file',
  summary: '证明验证：比对整个文件的摘要与签名（multipart，字段 file）',
  access: 'public',
  response: verifyResultSchema,
});
