import { createHash } from 'node:crypto';
import type { CivilDate } from '../../kernel/month.ts';
import type { Executor } from '../../platform/db.ts';
import { parseAuthCode } from '../documents/authCode.ts';
import type { ArchivedDocument, Verification } from '../model.ts';
import { findByCode, findByDigest, isOurCertificate } from '../store.ts';

/** 凭授权码验证 (HB-CERT-05). What is expired or void shows no particulars. */
export async function verifyByCode(on: Executor, code: string, today: CivilDate): Promise<Verification> {
  const authCode = parseAuthCode(code);
  const document = authCode ? await findByCode(on, authCode) : undefined;
  return document ? judge(document, today, '证明有效，内容以本页为准') : notFound;
}

/** 凭文件验证: the digest of the whole file must be the archived one and the signature right and by our certificate. */
export async function verifyFile(on: Executor, bytes: Uint8Array, today: CivilDate): Promise<Verification> {
  const { verifySignature } = await import('../../platform/pdf/verify.ts');
  const signature = verifySignature(bytes);
  const document = await findByDigest(on, createHash('sha256').update(bytes).digest('hex'));
  if (document) {
    const ours = signature.valid && (await isOurCertificate(on, signature.certificateDigest ?? ''));
    return ours ? judge(document, today, '文件与存档一致，签章有效') : altered;
  }
  const claimsToBeSigned = Buffer.from(bytes).includes('/ByteRange');
  return claimsToBeSigned ? altered : notFound;
}

const notFound: Verification = {
  state: 'NOT_FOUND',
  title: '未查询到该证明',
  message: '未查询到该证明',
  code: 'CERT-006',
  fields: [],
};

const altered: Verification = {
  state: 'ALTERED',
  title: '文件与存档不一致',
  message: '文件被改动过，或不是本机构出具，请勿采信',
  code: 'CERT-006',
  fields: [],
};

function judge(document: ArchivedDocument, today: CivilDate, message: string): Verification {
  const { title } = document;
  if (document.voidedAt) return { state: 'VOIDED', title, message: '该单据已作废', code: null, fields: [] };
  if (document.validThrough && today > document.validThrough) {
    return { state: 'EXPIRED', title, message: '该证明已超过验证期限', code: 'CERT-005', fields: [] };
  }
  return { state: 'VALID', title, message, code: null, fields: [...document.fields] };
}
