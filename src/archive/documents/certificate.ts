import { readFileSync } from 'node:fs';
import { maskIdNo } from '../../kernel/id-number.ts';
import { type CivilDate, compactMonth, type Moment, type Month } from '../../kernel/month.ts';
import { qrSvg } from '../../platform/pdf/qr.ts';
import { renderPdf } from '../../platform/pdf/render.ts';
import { agencySeal } from '../../platform/pdf/seal.ts';
import { chineseDate } from './bill.ts';

export type CertificateRow = {
  readonly name: string;
  readonly idNo: string;
  readonly personNo: string;
  /** First and last of the paid months (HB-CERT-03). */
  readonly from: Month;
  readonly to: Month;
  /** 「实缴到账」 */
  readonly status: string;
};

/** What stands on a 单位参保证明 (HB-CERT-02). */
export type CertificateDocument = {
  readonly certificateTitle: string;
  readonly employerNo: string;
  readonly employerName: string;
  readonly insuranceName: string;
  /** 缴费总人数 of the employer in this insurance. */
  readonly payerCount: number;
  /** 参保所属地. */
  readonly region: string;
  /** 做账期号 as shown: the month of printing (HB-CERT-03). */
  readonly period: Month;
  readonly inArrears: boolean;
  readonly officeName: string;
  /** For so many months after the issue it can be verified there (HB-CERT-04). */
  readonly verifyMonths: number;
  readonly verificationPlatform: string;
  readonly printedOn: CivilDate;
  readonly rows: readonly CertificateRow[];
  readonly authCode: string;
  /** Address of the public verification page; the QR code holds it. */
  readonly verifyUrl: string;
};

const CERTIFICATE_PAGE_ROWS = 20;

/** HB-CERT-04. */
const notesOf = ({ verifyMonths, verificationPlatform }: Uncoded): readonly string[] => [
  '1.社会保障号：中国公民为身份证号，外国公民为护照号或居留证号。',
  '2.本证明信息为打印时单位在参保所属地的情况，由单位自行保管，因遗失或泄露造成的不良后果由单位自行承担。',
  `3.本参保证明出具后${verifyMonths}个月内可在“${verificationPlatform}”进行验证。`,
];

const template = { name: 'certificate', source: readFileSync(new URL('./certificate.typ', import.meta.url), 'utf8') };

type Code = Pick<CertificateDocument, 'authCode' | 'verifyUrl'>;
type Uncoded = Omit<CertificateDocument, keyof Code>;

/** The unsigned PDF; `at` is the moment of issue. */
export function renderCertificate(certificate: CertificateDocument, at: Moment): Promise<Uint8Array> {
  return render(certificate, certificate, at);
}

/**
 * 预览: how it would look, 预览 across it, without code and seal, so that nobody takes it for one. The numbers are masked: who looks
 * at a preview is not recorded.
 */
export function renderCertificatePreview(certificate: Uncoded, at: Moment): Promise<Uint8Array> {
  const rows = certificate.rows.map((row) => ({ ...row, idNo: maskIdNo(row.idNo) }));
  return render({ ...certificate, rows }, null, at);
}

function render(certificate: Uncoded, code: Code | null, at: Moment): Promise<Uint8Array> {
  const pageCount = Math.max(1, Math.ceil(certificate.rows.length / CERTIFICATE_PAGE_ROWS));
  const pages = Array.from({ length: pageCount }, (_, page) =>
    Array.from({ length: CERTIFICATE_PAGE_ROWS }, (_, at) => {
      const index = page * CERTIFICATE_PAGE_ROWS + at;
      const row = certificate.rows[index];
      const cells = row
        ? [row.name, row.idNo, row.personNo, compactMonth(row.from), compactMonth(row.to), row.status]
        : new Array<string>(6).fill('');
      return [String(index + 1), ...cells];
    }),
  );
  const data = {
    title: certificate.certificateTitle,
    employerNo: certificate.employerNo,
    employerName: certificate.employerName,
    insuranceName: certificate.insuranceName,
    payerCount: String(certificate.payerCount),
    region: certificate.region,
    period: compactMonth(certificate.period),
    inArrears: certificate.inArrears ? '是' : '否',
    headline: `${chineseMonth(certificate.period)}，该单位以下参保缴费人员信息`,
    pages,
    notes: notesOf(certificate),
    printedOn: chineseDate(certificate.printedOn),
    code: code && {
      authCode: code.authCode,
      verifyUrl: code.verifyUrl,
      qr: qrSvg(code.verifyUrl),
      seal: agencySeal(certificate.officeName),
    },
    officeName: certificate.officeName,
  };
  return renderPdf(template, data, at);
}

/** 2021年11月. */
function chineseMonth(month: Month): string {
  return `${month.slice(0, 4)}年${Number(month.slice(5))}月`;
}
