import { z } from 'zod';
import { endpoint } from '../platform/contract.ts';
import {
  dateSchema,
  fenSchema,
  insuranceSchema,
  momentSchema,
  monthSchema,
  pageOf,
  pageQuery,
  sortBy,
} from '../platform/schemas.ts';

export const personRowSchema = z.object({
  personNo: z.string(),
  name: z.string(),
  idNoMasked: z.string(),
  sex: z.enum(['male', 'female']),
  birthDate: dateSchema,
  state: z.enum(['PAYING', 'STOPPED', 'EXEMPT']),
  stateName: z.string().describe('参保缴费／已停保／退休审批通过…'),
  insurances: z.object({ pension: z.string(), unemployment: z.string(), injury: z.string() }),
  baseFen: fenSchema.nullable(),
  clamped: z.enum(['lower', 'upper']).nullable(),
  monthlyFen: fenSchema.nullable(),
  retired: z.string(),
});

const filters = {
  q: z.string().optional().describe('姓名、姓名拼音首字母、证件号码、个人编号'),
  insurance: insuranceSchema.optional(),
  state: z.enum(['PAYING', 'STOPPED', 'EXEMPT']).optional(),
};

export const peopleSort = sortBy('name', 'personNo', 'birth', 'state', 'base', 'monthly', 'retired');

/** A search is a POST: what is typed may be an identity number, and no address may hold one (wire.md §10 test 76). */
export const peopleEndpoint = endpoint({
  method: 'POST',
  path: '/api/people/search',
  summary: '单位参保人员查询（HB-QRY-10）',
  access: 'employer',
  body: z.object({ ...filters, ...pageQuery, sort: peopleSort }),
  response: pageOf(personRowSchema).extend({
    counts: z.object({ all: z.int(), paying: z.int(), stopped: z.int(), exempt: z.int() }),
  }),
});

export const peopleFileEndpoint = endpoint({
  method: 'POST',
  path: '/api/people.xlsx',
  summary: '导出参保人员',
  access: 'employer',
  body: z.object({ ...filters, sort: peopleSort }),
  response: 'file',
});

export const personEndpoint = endpoint({
  method: 'GET',
  path: '/api/people/:personNo',
  summary: '人员详情与缴费月历',
  access: 'employer',
  params: z.object({ personNo: z.string() }),
  response: personRowSchema.extend({
    firstWorkDate: dateSchema.nullable(),
    entryDate: dateSchema.nullable(),
    wageFen: fenSchema.nullable(),
    spans: z.array(z.object({ insurance: insuranceSchema, from: monthSchema, to: monthSchema.nullable() })),
    ribbon: z.array(
      z.object({
        insurance: insuranceSchema,
        months: z.array(
          z.object({
            month: monthSchema,
            state: z.enum(['PAID', 'ASSESSED', 'ARREARS', 'NONE', 'FUTURE']),
            label: z.string(),
          }),
        ),
      }),
    ),
    events: z.array(z.object({ at: momentSchema, text: z.string(), caseNo: z.string().nullable() })),
  }),
});

export const revealEndpoint = endpoint({
  method: 'POST',
  path: '/api/people/:personNo/reveal',
  summary: '显示完整证件号码（须选用途，留痕）',
  access: 'employer',
  params: z.object({ personNo: z.string() }),
  body: z.object({ purpose: z.enum(['核对合同', '核对工资表', '联系本人', '其他']) }),
  response: z.object({ idNo: z.string(), seconds: z.int() }),
});
