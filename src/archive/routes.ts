import type { FastifyInstance } from 'fastify';
import { refuse } from '../kernel/errors.ts';
import { createLimit, portalActor, readFile, route, sendFile } from '../platform/http/index.ts';
import { read, type Services, systemActor } from '../platform/services.ts';
import { certificatesEndpoint, documentEndpoint, verifyEndpoint, verifyFileEndpoint } from './contract.ts';
import { listDocuments, openDocument, verifyByCode, verifyFile } from './index.ts';

/** Codes are not to be guessed: so many tries a minute from one address, and of one code from anywhere (design §9.15). */
const TRIES_OF_ADDRESS = 60;
const TRIES_OF_CODE = 20;

/** Downloads for the employer, and the public verification page. Issuing is an act of the service items. */
export function registerArchiveRoutes(app: FastifyInstance, services: Services): void {
  const ofAddress = createLimit(services.db, 'verify-address', TRIES_OF_ADDRESS);
  const ofCode = createLimit(services.db, 'verify-code', TRIES_OF_CODE);

  route(app, verifyEndpoint, async ({ body, ip }) => {
    await ofAddress.take(ip);
    await ofCode.take(body.code.replace(/\s/g, '').toUpperCase().slice(0, 40));
    return read(services, systemActor('verify'), ({ tx }) => verifyByCode(tx, body.code, services.clock.today()));
  });

  route(app, verifyFileEndpoint, async ({ raw, ip }) => {
    await ofAddress.take(ip);
    const { bytes } = await readFile(raw);
    return read(services, systemActor('verify'), ({ tx }) => verifyFile(tx, bytes, services.clock.today()));
  });

  route(app, certificatesEndpoint, async ({ principal }) => {
    const today = services.clock.today();
    const documents = await read(services, portalActor(principal), ({ tx, region }) =>
      listDocuments(tx, region, principal?.employerNo ?? '', 'CERTIFICATE'),
    );
    return documents.map((document) => ({
      documentId: document.documentId,
      kind: document.kind,
      title: document.title,
      authCode: document.authCode,
      issuedAt: document.issuedAt,
      validThrough: document.validThrough,
      valid: !document.voidedAt && (document.validThrough === null || today <= document.validThrough),
    }));
  });

  route(app, documentEndpoint, async ({ params, principal, reply }) => {
    const document = await read(services, portalActor(principal), ({ tx, region }) =>
      openDocument(tx, region, params.documentId),
    );
    // Another employer's document is answered like one that does not exist.
    if (!document || document.employerNo !== principal?.employerNo) {
      refuse({ code: 'CERT-006', message: '未查询到该文件', next: '请到“业务单据查询”或“证明”里重新打开。' }, 404);
    }
    return sendFile(reply, {
      name: document.fileName,
      type: 'application/pdf',
      bytes: document.bytes,
      inline: true,
    });
  });
}
