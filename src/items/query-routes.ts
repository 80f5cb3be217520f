import type { FastifyInstance } from 'fastify';
import {
  certificateCandidatesEndpoint,
  issueCertificateEndpoint,
  previewCertificateEndpoint,
} from '../archive/contract.ts';
import { findByRef, openDocument, renderCertificatePreview } from '../archive/index.ts';
import { transactCase } from '../casework/index.ts';
import {
  billEndpoint,
  billPdfEndpoint,
  billPersonsEndpoint,
  billPersonsFileEndpoint,
  billsEndpoint,
  explainEndpoint,
  homeEndpoint,
} from '../collection/contract.ts';
import { peopleEndpoint, peopleFileEndpoint, personEndpoint, revealEndpoint } from '../enrolment/contract.ts';
import { refuse } from '../kernel/errors.ts';
import { maskIdNo } from '../kernel/id-number.ts';
import { INSURANCE_SHORT_NAMES } from '../kernel/insurance.ts';
import { audit } from '../platform/audit/index.ts';
import { type Principal, portalActor, route, sendFile } from '../platform/http/index.ts';
import { once } from '../platform/idempotency.ts';
import { read, transact } from '../platform/services.ts';
import { writeTableAside, XLSX } from '../platform/workbook/index.ts';
import { findPersons } from '../registry/index.ts';
import { type ItemServices, openEnv } from './engine.ts';
import type { ItemEnv } from './model.ts';
import { billPage, billPersons, billPersonsPage, billView, NO_SUCH_BILL } from './queries/bills.ts';
import { certificateCandidates, certificateOf, issueCertificate } from './queries/certificates.ts';
import { explain } from './queries/explain.ts';
import { homeView } from './queries/home.ts';
import { getPerson, listPeople } from './queries/people.ts';

const REVEAL_SECONDS = 60;

export type QueryAddresses = { readonly taxUrl: string | null; readonly verifyPage: string };

export function registerQueryRoutes(app: FastifyInstance, deps: ItemServices, addresses: QueryAddresses): void {
  const { services } = deps;
  const reading = <T>(principal: Principal | null, work: (env: ItemEnv) => Promise<T>): Promise<T> =>
    read(services, portalActor(principal), async (ctx) =>
      work(await openEnv(ctx, deps, principal?.employerNo ?? '', false)),
    );
  const writing = <T>(principal: Principal | null, work: (env: ItemEnv) => Promise<T>): Promise<T> =>
    transact(services, portalActor(principal), async (ctx) =>
      work(await openEnv(ctx, deps, principal?.employerNo ?? '', true)),
    );

  route(app, homeEndpoint, ({ principal }) => reading(principal, (env) => homeView(env, addresses.taxUrl)));

  route(app, billsEndpoint, ({ principal, query }) => reading(principal, (env) => billPage(env, query)));
  route(app, billEndpoint, ({ principal, params }) =>
    reading(principal, (env) => billView(env, params.billNo, addresses.taxUrl)),
  );
  route(app, billPersonsEndpoint, ({ principal, params, body }) =>
    reading(principal, async (env) => {
      const { total, rows } = await billPersonsPage(env, params.billNo, body);
      return { total, page: body.page, size: body.size, rows };
    }),
  );
  route(app, billPersonsFileEndpoint, async ({ principal, params, query, reply }) => {
    const rows = await reading(principal, (env) => billPersons(env, params.billNo, query.sort));
    const bytes = await writeTableAside(
      [
        { key: 'name', header: '姓名' },
        { key: 'idNo', header: '证件号码', width: 22 },
        { key: 'personNo', header: '个人编号', width: 16 },
        { key: 'insurance', header: '险种' },
        { key: 'kind', header: '核定数据类型', width: 16 },
        { key: 'month', header: '费款所属期' },
        { key: 'base', header: '缴费基数', type: 'money' },
        { key: 'employer', header: '单位缴纳金额', type: 'money', width: 16 },
        { key: 'person', header: '个人缴纳金额', type: 'money', width: 16 },
      ],
      rows.map((row) => ({
        name: row.name,
        idNo: row.idNoMasked,
        personNo: row.personNo,
        insurance: INSURANCE_SHORT_NAMES[row.insurance],
        kind: row.kindName,
        month: row.month,
        base: row.baseFen,
        employer: row.employerFen,
        person: row.personFen,
      })),
      '缴费明细',
    );
    return sendFile(reply, { name: `缴费明细_${params.billNo}.xlsx`, type: XLSX, bytes });
  });
  route(app, billPdfEndpoint, async ({ principal, params, reply }) => {
    const document = await reading(principal, async (env) => {
      const found = await findByRef(env.ctx.tx, env.ctx.region, 'BILL', params.billNo);
      return found?.employerNo === env.employer.employerNo
        ? openDocument(env.ctx.tx, env.ctx.region, found.documentId)
        : undefined;
    });
    if (!document) refuse(NO_SUCH_BILL, 404);
    return sendFile(reply, { name: document.fileName, type: 'application/pdf', bytes: document.bytes, inline: true });
  });
  route(app, explainEndpoint, ({ principal, query }) => reading(principal, (env) => explain(env, query)));

  route(app, peopleEndpoint, ({ principal, body }) =>
    reading(principal, async (env) => {
      const { total, rows, counts } = await listPeople(env, body, body);
      return { total, page: body.page, size: body.size, rows, counts };
    }),
  );
  route(app, peopleFileEndpoint, async ({ principal, body, reply }) => {
    const { rows } = await reading(principal, (env) => listPeople(env, body));
    const bytes = await writeTableAside(
      [
        { key: 'name', header: '姓名' },
        { key: 'idNo', header: '证件号码', width: 22 },
        { key: 'personNo', header: '个人编号', width: 16 },
        { key: 'sex', header: '性别' },
        { key: 'birth', header: '出生年月' },
        { key: 'state', header: '缴费状态' },
        { key: 'pension', header: '养老' },
        { key: 'unemployment', header: '失业' },
        { key: 'injury', header: '工伤' },
        { key: 'base', header: '缴费基数', type: 'money' },
        { key: 'clamped', header: '上下限' },
        { key: 'monthly', header: '每月合计', type: 'money' },
        { key: 'retired', header: '离退休标志', width: 16 },
      ],
      rows.map((row) => ({
        name: row.name,
        idNo: row.idNoMasked,
        personNo: row.personNo,
        sex: row.sex === 'male' ? '男' : '女',
        birth: row.birthDate.slice(0, 7),
        state: row.stateName,
        ...row.insurances,
        base: row.baseFen,
        clamped: row.clamped === null ? '' : row.clamped === 'lower' ? '按下限' : '达上限',
        monthly: row.monthlyFen,
        retired: row.retired,
      })),
      '参保人员',
    );
    return sendFile(reply, { name: '单位参保人员.xlsx', type: XLSX, bytes });
  });
  route(app, personEndpoint, ({ principal, params }) => reading(principal, (env) => getPerson(env, params.personNo)));
  route(app, revealEndpoint, ({ principal, params, body }) =>
    writing(principal, async (env) => {
      await getPerson(env, params.personNo);
      const person = (await findPersons(env.ctx.tx, env.ctx.region, [params.personNo])).get(params.personNo);
      if (!person) refuse({ code: 'SYS-404', message: '本单位没有这个人员' }, 404);
      await audit(env.ctx, {
        action: 'person.reveal',
        object: `person:${params.personNo}`,
        detail: { purpose: body.purpose },
      });
      return { idNo: person.idNo, seconds: REVEAL_SECONDS };
    }),
  );

  route(app, certificateCandidatesEndpoint, ({ principal, body }) =>
    reading(principal, async (env) => {
      const { rows } = await certificateCandidates(env, body.insurance, Number(body.span));
      const [name, idNo] = [body.name?.trim(), body.idNo?.trim().toUpperCase()];
      return {
        rows: rows
          .filter((row) => (!name || row.name.includes(name)) && (!idNo || row.idNo.includes(idNo)))
          .map(({ idNo: full, ...row }) => ({ ...row, idNoMasked: maskIdNo(full) })),
      };
    }),
  );
  route(app, previewCertificateEndpoint, async ({ principal, body, reply }) => {
    const certificate = await reading(principal, (env) => certificateOf(env, { ...body, span: Number(body.span) }));
    const bytes = await renderCertificatePreview(certificate, services.clock.now());
    return sendFile(reply, { name: '参保证明预览.pdf', type: 'application/pdf', bytes, inline: true });
  });
  route(app, issueCertificateEndpoint, ({ principal, body, idempotencyKey }) =>
    once(services, principal, idempotencyKey, () =>
      transactCase(services, portalActor(principal), async (ctx, caseNo) => {
        const env = await openEnv(ctx, deps, principal?.employerNo ?? '', true);
        return issueCertificate(env, { ...body, span: Number(body.span) }, caseNo, addresses.verifyPage);
      }),
    ),
  );
}
