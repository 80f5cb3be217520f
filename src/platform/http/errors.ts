import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { DomainError, type Problem } from '../../kernel/errors.ts';
import { InvalidRequest } from './validate.ts';

export type ErrorBody = { readonly problems: readonly Problem[]; readonly requestId?: string };

const BY_STATUS: Readonly<Record<number, Problem>> = {
  400: { code: 'SYS-400', message: '请求内容不完整', next: '请刷新页面后再试。' },
  413: { code: 'SYS-413', message: '文件太大', why: '一个文件最多 20 MB。', next: '请分几份上传。' },
  415: { code: 'SYS-415', message: '内容格式不对', next: '请刷新页面后再试。' },
  429: { code: 'SYS-429', message: '操作太频繁', next: '请过一分钟再试。' },
};

/** Every error leaves as problems in Chinese; never a stack, never an English word (ui §5). */
export function replyError(error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof DomainError) return reply.status(error.status).send({ problems: error.problems });
  if (error instanceof InvalidRequest) return reply.status(422).send({ problems: error.problems });
  const status = 'statusCode' in error && error.statusCode ? error.statusCode : 500;
  const known = BY_STATUS[status];
  if (known) return reply.status(status).send({ problems: [known] });
  request.server.log.error({ err: error, requestId: request.id, url: request.url.split('?')[0] }, 'request failed');
  const body: ErrorBody = {
    problems: [
      {
        code: 'SYS-500',
        message: '系统出错了，已经记录',
        why: '不是您填写的问题，数据没有改动。',
        next: `请稍后再试；仍不行请把编号 ${request.id} 告诉经办机构。`,
      },
    ],
    requestId: request.id,
  };
  return reply.status(500).send(body);
}
