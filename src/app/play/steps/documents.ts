import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Session } from '../client.ts';
import { type Observed, observed } from '../observed.ts';
import { mistake, recall, remember, type Verb } from '../world.ts';
import { readInsurances } from './opening.ts';
import { currentOf } from './session.ts';

/** Text and signature of a PDF by poppler, an independent reader. */
function readPdf(bytes: Buffer): { text: string; signature: string } {
  const folder = mkdtempSync(join(tmpdir(), 'tongzheng-pdf-'));
  const file = join(folder, 'file.pdf');
  try {
    writeFileSync(file, bytes);
    const text = spawnSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' });
    if (text.error) mistake('读 PDF 需要 poppler-utils（pdftotext、pdfsig）');
    const signature = spawnSync('pdfsig', ['-nocert', file], { encoding: 'utf8' }).stdout;
    const line = /Signature Validation:\s*(.+)/.exec(signature)?.[1] ?? '没有签名';
    return { text: text.stdout, signature: line.replace(/\.$/, '') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function viewPdf(bytes: Buffer, facts: Readonly<Record<string, string>> = {}, raw: unknown = null): Observed {
  const { text, signature } = readPdf(bytes);
  return observed({ raw, text, facts: { 签名: signature, 字节: String(bytes.length), ...facts } });
}

/** `打印单据`: the 应缴认定单 as a PDF; `预期 文字 …` looks into it. */
export const printBill: Verb = async (world, step) => {
  const billNo = recall(world, '单据', step.words[0]);
  return viewPdf(await currentOf(world).session.file(`/api/bills/${billNo}/pdf`), { 单据号: billNo });
};

const SPANS: Readonly<Record<string, string>> = { 三: '3', 六: '6', 九: '9', 十二: '12', 二十四: '24' };

function spanOf(text: string): string {
  const months = text.replace(/个月$/, '');
  return SPANS[months] ?? months;
}

type Candidates = {
  readonly rows: readonly {
    readonly personNo: string;
    readonly name: string;
    readonly from: string;
    readonly to: string;
  }[];
};
type Certificate = {
  readonly documentId: string;
  readonly authCode: string;
  readonly issuedAt: string;
  readonly validThrough: string;
};

/** `出具证明 失业 三个月` for everybody who can be chosen, or `出具证明 失业 三个月 样甲 样乙`. */
export const issueCertificate: Verb = async (world, step) => {
  const { session } = currentOf(world);
  const [insuranceName = '', spanText = '', ...names] = step.words;
  const insurance = readInsurances(insuranceName)[0] ?? mistake('请写明险种');
  const span = spanOf(spanText);
  const { rows } = await session.call<Candidates>('POST', '/api/certificates/candidates', { insurance, span });
  const chosen = names.length > 0 ? rows.filter((row) => names.includes(row.name)) : rows;
  const certificate = await session.call<Certificate>('POST', '/api/certificates', {
    insurance,
    span,
    personNos: chosen.map((row) => row.personNo),
  });
  remember(world, step, '证明', certificate.authCode);
  world.remembered.set('证明文件', certificate.documentId);
  const compact = (month: string | undefined) => (month ?? '').replace('-', '');
  const seen = viewPdf(
    await session.file(`/api/documents/${certificate.documentId}`),
    {
      授权码: certificate.authCode,
      有效期至: certificate.validThrough,
      人数: String(chosen.length),
      起: compact(chosen[0]?.from),
      止: compact(chosen[0]?.to),
    },
    certificate,
  );
  return {
    ...seen,
    rows: chosen.map((row) => ({ label: row.name, values: { 起: compact(row.from), 止: compact(row.to) } })),
  };
};

type Verified = {
  readonly state: string;
  readonly title: string;
  readonly message: string;
  readonly code: string | null;
  readonly fields: readonly { readonly label: string; readonly value: string }[];
};

const STATES: Readonly<Record<string, string>> = {
  VALID: '有效',
  EXPIRED: '超过验证期限',
  NOT_FOUND: '未查询到',
  VOIDED: '已作废',
  ALTERED: '已被改动',
};

function viewVerified(result: Verified): Observed {
  return observed({
    raw: result,
    facts: {
      结论: STATES[result.state] ?? result.state,
      说明: result.message,
      错误码: result.code ?? '无',
      ...Object.fromEntries(result.fields.map((field) => [field.label, field.value])),
    },
    notices: [result.title, result.message],
  });
}

/** `验证证明`: public check by code; `验证证明 改一字符` with one character changed. */
export const verifyCertificate: Verb = async (world, step) => {
  const changed = step.words.includes('改一字符');
  const name = step.words.find((word) => word !== '改一字符');
  const code = recall(world, '证明', name);
  const last = code.at(-1) === 'A' ? 'B' : 'A';
  const result = await new Session(world.agencyUrl).call<Verified>('POST', '/api/verify', {
    code: changed ? `${code.slice(0, -1)}${last}` : code,
  });
  return viewVerified(result);
};

/** `验证文件`: the whole file's digest and signature; `验证文件 改一字节` after flipping one byte. */
export const verifyFile: Verb = async (world, step) => {
  const documentId = recall(world, '证明文件', undefined);
  const bytes = await currentOf(world).session.file(`/api/documents/${documentId}`);
  const at = Math.floor(bytes.length / 2);
  if (step.words.includes('改一字节')) bytes[at] = (bytes[at] ?? 0) ^ 1;
  const form = new FormData();
  form.set('file', new Blob([new Uint8Array(bytes)], { type: 'application/pdf' }), 'certificate.pdf');
  const result = await new Session(world.agencyUrl).call<Verified>('POST', '/api/verify/file', form);
  const seen = viewVerified(result);
  return { ...seen, facts: { ...seen.facts, 签名: readPdf(bytes).signature } };
};
