import type { CivilDate, Moment } from '../kernel/month.ts';
import { type Executor, first, rows, run, sql } from '../platform/db.ts';
import type { ArchivedDocument, DocumentKind, KeyField } from './model.ts';

type DocumentRow = {
  region: string;
  document_id: string;
  kind: DocumentKind;
  ref: string;
  title: string;
  employer_no: string;
  auth_code: string;
  sha256: string;
  fields: KeyField[];
  issued_at: Moment;
  valid_through: CivilDate | null;
  voided_at: Moment | null;
};

const columns = sql`region, document_id, kind, ref, title, employer_no, auth_code, sha256, fields, issued_at, valid_through, voided_at`;

const toDocument = (row: DocumentRow): ArchivedDocument => ({
  region: row.region,
  documentId: row.document_id,
  kind: row.kind,
  ref: row.ref,
  title: row.title,
  employerNo: row.employer_no,
  authCode: row.auth_code,
  sha256: row.sha256,
  fields: row.fields,
  issuedAt: row.issued_at,
  validThrough: row.valid_through,
  voidedAt: row.voided_at,
});

/** `data` is what the template was given; a void copy is printed from it. */
export type NewDocument = Omit<ArchivedDocument, 'voidedAt'> & { readonly bytes: Uint8Array; readonly data: unknown };

export async function insertDocument(on: Executor, document: NewDocument): Promise<void> {
  await run(
    on,
    sql`insert into archive_document (region, document_id, kind, ref, title, employer_no, auth_code, sha256, bytes, data, fields, issued_at, valid_through)
        values (${document.region}, ${document.documentId}, ${document.kind}, ${document.ref}, ${document.title}, ${document.employerNo},
                ${document.authCode}, ${document.sha256}, ${Buffer.from(document.bytes)}, ${JSON.stringify(document.data)}::jsonb,
                ${JSON.stringify(document.fields)}::jsonb, ${document.issuedAt}, ${document.validThrough})`,
  );
}

export async function findByCode(on: Executor, authCode: string): Promise<ArchivedDocument | undefined> {
  const row = await first(on, sql<DocumentRow>`select ${columns} from archive_document where auth_code = ${authCode}`);
  return row && toDocument(row);
}

export async function findByDigest(on: Executor, sha256: string): Promise<ArchivedDocument | undefined> {
  const row = await first(
    on,
    sql<DocumentRow>`select ${columns} from archive_document where sha256 = ${sha256} limit 1`,
  );
  return row && toDocument(row);
}

export async function findDocument(
  on: Executor,
  region: string,
  documentId: string,
): Promise<ArchivedDocument | undefined> {
  const row = await first(
    on,
    sql<DocumentRow>`select ${columns} from archive_document where region = ${region} and document_id = ${documentId}`,
  );
  return row && toDocument(row);
}

/** The newest document of a bill or case. */
export async function findByRef(
  on: Executor,
  region: string,
  kind: DocumentKind,
  ref: string,
): Promise<ArchivedDocument | undefined> {
  const row = await first(
    on,
    sql<DocumentRow>`select ${columns} from archive_document where region = ${region} and kind = ${kind} and ref = ${ref}
                     order by document_id desc limit 1`,
  );
  return row && toDocument(row);
}

export async function listDocuments(
  on: Executor,
  region: string,
  employerNo: string,
  kind: DocumentKind,
  limit = 200,
): Promise<ArchivedDocument[]> {
  return (
    await rows(
      on,
      sql<DocumentRow>`select ${columns} from archive_document
                       where region = ${region} and employer_no = ${employerNo} and kind = ${kind}
                       order by issued_at desc, document_id desc limit ${limit}`,
    )
  ).map(toDocument);
}

export async function readContent(
  on: Executor,
  region: string,
  documentId: string,
): Promise<{ bytes: Uint8Array; data: unknown } | undefined> {
  return await first(
    on,
    sql<{ bytes: Uint8Array; data: unknown }>`select bytes, data from archive_document
                                             where region = ${region} and document_id = ${documentId}`,
  );
}

export async function markVoided(
  on: Executor,
  region: string,
  kind: DocumentKind,
  ref: string,
  at: Moment,
): Promise<number> {
  return await run(
    on,
    sql`update archive_document set voided_at = ${at} where region = ${region} and kind = ${kind} and ref = ${ref} and voided_at is null`,
  );
}

/** Undoes `markVoided`: the bill counts again. */
export async function clearVoided(on: Executor, region: string, kind: DocumentKind, ref: string): Promise<number> {
  return await run(
    on,
    sql`update archive_document set voided_at = null
        where region = ${region} and kind = ${kind} and ref = ${ref} and voided_at is not null`,
  );
}

export type SigningKeyRow = { key_id: string; p12: Uint8Array };

export async function findSigningKey(
  on: Executor,
  region: string,
  officeName: string,
): Promise<SigningKeyRow | undefined> {
  return await first(
    on,
    sql<SigningKeyRow>`select key_id, p12 from archive_signing_key
                       where region = ${region} and office_name = ${officeName} and retired_at is null`,
  );
}

/** Two processes may make the first key at once: the second one's is dropped. */
export async function insertSigningKey(
  on: Executor,
  key: {
    region: string;
    keyId: string;
    officeName: string;
    p12: Uint8Array;
    certificateSha256: string;
    at: Moment;
  },
): Promise<void> {
  await run(
    on,
    sql`insert into archive_signing_key (region, key_id, office_name, p12, certificate_sha256, created_at)
        values (${key.region}, ${key.keyId}, ${key.officeName}, ${Buffer.from(key.p12)}, ${key.certificateSha256}, ${key.at})
        on conflict do nothing`,
  );
}

/** Its documents stay ours by the certificate's digest; nothing is signed with it any more. */
export async function retireSigningKey(on: Executor, region: string, keyId: string, at: Moment): Promise<void> {
  await run(
    on,
    sql`update archive_signing_key set retired_at = ${at} where region = ${region} and key_id = ${keyId} and retired_at is null`,
  );
}

export async function isOurCertificate(on: Executor, certificateSha256: string): Promise<boolean> {
  return (
    (await first(on, sql`select 1 from archive_signing_key where certificate_sha256 = ${certificateSha256}`)) !==
    undefined
  );
}
