import { issueCertificateDocument } from '../../archive/index.ts';
import { insertCase } from '../../casework/index.ts';
import { hasArrears, listPaidCells } from '../../collection/index.ts';
import { refuse } from '../../kernel/errors.ts';
import { INSURANCE_NAMES, type Insurance } from '../../kernel/insurance.ts';
import { dateOf, type Month, monthOf } from '../../kernel/month.ts';
import { audit } from '../../platform/audit/index.ts';
import { findPersons } from '../../registry/index.ts';
import { findRegion, lookupNumber, officeOf } from '../../rules/index.ts';
import type { ItemEnv } from '../model.ts';

export type Candidate = {
  readonly personNo: string;
  readonly name: string;
  readonly idNo: string;
  readonly from: Month;
  readonly to: Month;
  readonly months: number;
};

export type Candidates = {
  /** 缴费总人数: who is paid in the newest of the months. */
  readonly payers: number;
  readonly rows: readonly Candidate[];
};

/** «最近 N 个月»: the insurance's last N months with money arrived, not the last N calendar months (HB-CERT-03). */
export async function certificateCandidates(env: ItemEnv, insurance: Insurance, span: number): Promise<Candidates> {
  const { ctx, employer } = env;
  const paid = (await listPaidCells(ctx.tx, ctx.region, employer.employerNo, dateOf(ctx.now), { insurance })).filter(
    (cell) => cell.paid,
  );
  const months = [...new Set(paid.map((cell) => cell.month))].sort().slice(-span);
  const people = await findPersons(ctx.tx, ctx.region, [...new Set(paid.map((cell) => cell.personNo))]);
  const rows = [...people.values()].flatMap((person) => {
    const own = paid
      .filter((cell) => cell.personNo === person.personNo && months.includes(cell.month))
      .map((cell) => cell.month);
    const [from, to] = [own[0], own.at(-1)];
    return from && to
      ? [{ personNo: person.personNo, name: person.name, idNo: person.idNo, from, to, months: own.length }]
      : [];
  });
  const payers = new Set(paid.filter((cell) => cell.month === months.at(-1)).map((cell) => cell.personNo)).size;
  return { payers, rows: rows.sort((a, b) => a.personNo.localeCompare(b.personNo)) };
}

type CertificateInput = {
  readonly insurance: Insurance;
  readonly span: number;
  readonly personNos: readonly string[];
};

/** What a certificate of these people says now; all but its code. */
export async function certificateOf(env: ItemEnv, input: CertificateInput) {
  const { ctx, law, employer } = env;
  if (input.personNos.length === 0) {
    refuse({
      code: 'CERT-001',
      message: '请选择需要打印的人员',
      why: '右边的名单是空的。',
      next: '在左表勾选人员，点【移入右表 >>】。',
    });
  }
  const candidates = await certificateCandidates(env, input.insurance, input.span);
  const chosen = candidates.rows.filter((row) => input.personNos.includes(row.personNo));
  if (chosen.length !== new Set(input.personNos).size) {
    refuse({ code: 'CERT-002', message: '有的人员在所选时间没有到账记录', next: '请刷新名单后重新选择。' });
  }
  const today = dateOf(ctx.now);
  const { officeName, certificateTitle, verificationPlatform } = officeOf(ctx.region);
  return {
    employerNo: employer.employerNo,
    employerName: employer.name,
    insuranceName: INSURANCE_NAMES[input.insurance],
    payerCount: candidates.payers,
    region: findRegion(ctx.region)?.name ?? ctx.region,
    period: monthOf(today),
    inArrears: await hasArrears(ctx.tx, ctx.region, employer.employerNo, today),
    officeName,
    certificateTitle,
    verificationPlatform,
    verifyMonths: lookupNumber(law.book, ctx.region, 'certificate.verifyMonths', today),
    printedOn: today,
    rows: chosen.map((row) => ({
      name: row.name,
      idNo: row.idNo,
      personNo: row.personNo,
      from: row.from,
      to: row.to,
      status: '实缴到账',
    })),
  };
}

/** 开具单位参保证明: printed, signed, kept, and recorded as a case. */
export async function issueCertificate(env: ItemEnv, input: CertificateInput, caseNo: string, verifyPage: string) {
  const { ctx, employer } = env;
  const certificate = await certificateOf(env, input);
  const today = dateOf(ctx.now);
  const issued = await issueCertificateDocument(ctx, certificate, {
    ref: caseNo,
    verifyPage,
  });
  await insertCase(ctx.tx, ctx.region, {
    caseNo,
    employerNo: employer.employerNo,
    itemCode: 'cert.enroll',
    itemName: '单位参保证明',
    summary: `${INSURANCE_NAMES[input.insurance]} ${certificate.rows.length} 人`,
    actorId: ctx.actor.id,
    actorName: ctx.actor.name,
    submittedAt: ctx.now,
    form: { ...input },
    result: { authCode: issued.authCode },
    refs: { documentId: issued.documentId },
  });
  // Official prints carry full identity numbers; each print is logged (design §6).
  await audit(ctx, {
    action: 'item.submit cert.enroll',
    object: `case:${caseNo}`,
    detail: { documentId: issued.documentId, persons: certificate.rows.length },
  });
  return {
    documentId: issued.documentId,
    title: issued.title,
    authCode: issued.authCode,
    issuedAt: ctx.now,
    validThrough: issued.validThrough ?? today,
    persons: certificate.rows.length,
    caseNo,
  };
}
