import type { FastifyReply, FastifyRequest } from 'fastify';
import { refuse } from '../../kernel/errors.ts';
import { maskIdNumbers } from '../../kernel/id-number.ts';

export type SentFile = {
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array;
  readonly inline?: boolean;
};

/** Sends a document; the Chinese file name travels as RFC 5987 and holds no identity number (wire.md §10 test 76). */
export function sendFile(reply: FastifyReply, file: SentFile): FastifyReply {
  return reply
    .header('content-type', file.type)
    .header(
      'content-disposition',
      `${file.inline ? 'inline' : 'attachment'}; filename*=UTF-8''${encodeURIComponent(maskIdNumbers(file.name))}`,
    )
    .header('cache-control', 'private, no-store')
    .send(Buffer.from(file.bytes));
}

/** The one file of a multipart upload (field `file`); its size is limited by the server. An identity number in its name is masked. */
export async function readFile(request: FastifyRequest): Promise<{ name: string; bytes: Uint8Array }> {
  const part = request.isMultipart() ? await request.file() : undefined;
  if (!part) refuse({ code: 'GEN-011', message: '没有收到文件', next: '请选择文件后再上传。' });
  return { name: maskIdNumbers(part.filename).slice(0, 200), bytes: await part.toBuffer() };
}
