/** 附件: files come with the form as `{name, base64}`; the case keeps their contents, its form only what they were called. */
import { createHash } from 'node:crypto';
import type { HandedIn } from '../casework/index.ts';
import type { Problem } from '../kernel/errors.ts';
import { maskIdNumbers } from '../kernel/id-number.ts';
import type { Section } from './contract.ts';
import type { FormValues } from './model.ts';

const ATTACHMENT_BYTES_MAX = 5_000_000;
const ATTACHMENTS_MAX = 10;
/** What every desk of the agency can open. */
const ATTACHMENT_KINDS = /\.(pdf|jpe?g|png)$/i;
export const ATTACHMENT_KINDS_TEXT = `收 PDF、JPG、PNG，每个不超过 ${ATTACHMENT_BYTES_MAX / 1_000_000} MB`;

/** A file is what it begins with, whatever it is called. Pictures may stand under each other's names: any viewer shows them. */
const BEGINNINGS = [
  { names: /\.pdf$/i, text: 'PDF', hex: ['255044462d'] },
  { names: /\.(jpe?g|png)$/i, text: 'JPG 或 PNG', hex: ['ffd8ff', '89504e470d0a1a0a'] },
] as const;

type Sent = { readonly name?: unknown; readonly base64?: unknown; readonly content?: unknown };

const isSent = (value: unknown): value is Sent =>
  typeof value === 'object' && value !== null && ('base64' in value || 'content' in value);

const isFiles = (value: unknown): value is readonly Sent[] =>
  Array.isArray(value) && value.length > 0 && value.every(isSent);

/** Base64 of the page; text that is none is kept as the text it is. */
function bytesOf(sent: Sent): Uint8Array {
  const text = String(sent.base64 ?? sent.content ?? '');
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64').replaceAll('=', '') === text.replaceAll('=', '') ? bytes : Buffer.from(text, 'utf8');
}

/** The files of a field, read. */
function handedIn(field: string, value: unknown): HandedIn[] {
  if (!isFiles(value)) return [];
  return value.map((sent, index) => ({
    field,
    name: maskIdNumbers(String(sent.name || `附件${index + 1}`)).slice(0, 200),
    bytes: bytesOf(sent),
  }));
}

export function allHandedIn(values: FormValues): HandedIn[] {
  return Object.entries(values).flatMap(([field, value]) => handedIn(field, value));
}

function contentProblem(field: string, { name, bytes }: HandedIn): Problem | undefined {
  const kind = BEGINNINGS.find((one) => one.names.test(name));
  const start = Buffer.from(bytes.subarray(0, 8)).toString('hex');
  if (!kind || kind.hex.some((hex) => start.startsWith(hex))) return undefined;
  return {
    code: 'GEN-018',
    message: `内容不是 ${kind.text}：${name}`,
    why: '文件的名字是这种格式，里面不是，经办机构打不开。',
    next: '请把原件扫描或拍照，存成 PDF、JPG 或 PNG 再传；只改名字不行。',
    field,
  };
}

/** What stands against the files of a field: none, one of another kind, an empty one, too large, a false one, too many. */
export function attachmentProblems(field: string, value: unknown, missing: Problem): Problem[] {
  const files = handedIn(field, value);
  if (files.length === 0) return [missing];
  const problems: Problem[] = [];
  if (files.length > ATTACHMENTS_MAX) {
    problems.push({
      code: 'GEN-013',
      message: `附件超过 ${ATTACHMENTS_MAX} 个`,
      next: '请合并或去掉多余的文件。',
      field,
    });
  }
  for (const file of files) {
    if (!ATTACHMENT_KINDS.test(file.name)) {
      problems.push({
        code: 'GEN-017',
        message: `不收这种文件：${file.name}`,
        why: `附件只${ATTACHMENT_KINDS_TEXT}。`,
        next: '请扫描或拍照，存成 PDF、JPG 或 PNG 再传。',
        field,
      });
    } else if (file.bytes.length === 0) {
      problems.push({ code: 'GEN-014', message: `附件是空的：${file.name}`, next: '请重新选择文件。', field });
    } else if (file.bytes.length > ATTACHMENT_BYTES_MAX) {
      problems.push({
        code: 'GEN-015',
        message: `附件超过 5 MB：${file.name}`,
        next: '请压缩后再传。',
        field,
      });
    } else {
      const wrong = contentProblem(field, file);
      if (wrong) problems.push(wrong);
    }
  }
  return problems;
}

/** What goes along with the act, for the page on which it is confirmed; the record of the case lists it by itself. */
export function materialsOf(values: FormValues): Section[] {
  const files = allHandedIn(values);
  if (files.length === 0) return [];
  return [
    {
      type: 'table',
      title: `提交的材料 ${files.length} 份`,
      columns: [
        { key: 'name', label: '文件' },
        { key: 'size', label: '大小', align: 'end' },
      ],
      rows: files.map(({ name, bytes }) => ({ name, size: `${Math.ceil(bytes.length / 1_000)} KB` })),
    },
  ];
}

/** The form as the case shows it: names and digests in place of contents. */
export function withoutContents(values: FormValues): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).map(([field, value]) => [
      field,
      isFiles(value)
        ? handedIn(field, value).map(({ name, bytes }) => ({
            name,
            size: bytes.length,
            sha256: createHash('sha256').update(bytes).digest('hex'),
          }))
        : value,
    ]),
  );
}
