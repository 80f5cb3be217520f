import { createHash } from 'node:crypto';
import { one, rows, sql } from '../../platform/db.ts';
import { hasTable } from '../store.ts';
import { findings, type PromiseCheck } from './promise.ts';

/** Checked a run; the choice is another one each time, so that all documents come round. */
const SAMPLE = 200;

/** 7. Every printed document is as it left the house: digest, signature and certificate. */
export const documentsPromise: PromiseCheck = {
  no: 7,
  title: '证明可验签',
  check: async ({ on, region }) => {
    const found = findings();
    if (!(await hasTable(on, 'archive_document'))) return found.result('没有档案');
    const chosen = await rows(
      on,
      sql<{ document_id: string }>`
        select document_id from archive_document where region = ${region} order by random() limit ${SAMPLE}`,
    );
    const certificates = new Set(
      (
        await rows(
          on,
          sql<{
            certificate_sha256: string;
          }>`select certificate_sha256 from archive_signing_key where region = ${region}`,
        )
      ).map((row) => row.certificate_sha256),
    );
    for (const { document_id } of chosen) {
      const document = await one(
        on,
        sql<{ bytes: Buffer; sha256: string; title: string }>`
          select bytes, sha256, title from archive_document where region = ${region} and document_id = ${document_id}`,
      );
      const object = `document:${document_id}`;
      if (createHash('sha256').update(document.bytes).digest('hex') !== document.sha256) {
        found.violation(object, `${document.title}与存档摘要不符`);
      }
      const { verifySignature } = await import('../../platform/pdf/verify.ts');
      const signature = verifySignature(document.bytes);
      if (!signature.valid) found.violation(object, `${document.title}签名无效：${signature.problem ?? ''}`);
      else if (!certificates.has(signature.certificateDigest ?? '')) {
        found.violation(object, `${document.title}不是本机构的签章`);
      }
    }
    return found.result(`抽 ${chosen.length} 份`);
  },
};
