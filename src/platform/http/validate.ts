import type { FastifySchema } from 'fastify';
import { type core, z } from 'zod';
import type { Problem } from '../../kernel/errors.ts';

type Path = readonly PropertyKey[];

const problemAt = (path: Path, message: string): Problem => ({
  code: 'SYS-422',
  message,
  next: '请改正后再试。',
  ...(path.length > 0 ? { field: path.map(String).join('.') } : {}),
});

/** A refusal that fastify may write on: it sets `code` and `statusCode` of a validator's error. */
export class InvalidRequest extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super('invalid request');
    this.problems = problems;
  }
}

/** Words for a fault whose schema has none of its own; zod's are English. */
function plainWords(issue: core.$ZodRawIssue): string {
  if (issue.code === 'invalid_type' && issue.input === undefined) return '缺少必填的内容';
  if (issue.code === 'invalid_value') return '不是可选的值';
  if (issue.code === 'too_small') return '太短或太小';
  if (issue.code === 'too_big') return '太长或太大';
  return '填写的内容不符合要求';
}

/** PostgreSQL keeps neither NUL nor half a surrogate pair: the first such text, or undefined. */
function unstorable(value: unknown, path: Path = []): Path | undefined {
  if (typeof value === 'string') return value.includes('\0') || !value.isWellFormed() ? path : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, one] of Object.entries(value)) {
    const found = unstorable(key, path) ?? unstorable(one, [...path, key]);
    if (found) return found;
  }
  return undefined;
}

/** What comes in by path, query and body: only what can be kept, and only as the endpoint's schema has it. Refuses with SYS-422. */
export function validatorCompiler({ schema }: { readonly schema: FastifySchema }) {
  return (data: unknown): { value: unknown } | { error: InvalidRequest } => {
    const path = unstorable(data);
    if (path) return { error: new InvalidRequest([problemAt(path, '含有不能保存的字符')]) };
    const result = z.safeParse(schema as unknown as z.ZodType, data, { error: plainWords });
    if (result.success) return { value: result.data };
    return { error: new InvalidRequest(result.error.issues.map((issue) => problemAt(issue.path, issue.message))) };
  };
}
