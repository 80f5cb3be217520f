/**
 * Expected failures: a stable code and the four things a user needs (HB-GEN-07): what happened, why, what to do next, and where.
 * Programmer errors are plain `Error`s and end the request with 500.
 */
export type Problem = {
  /** `DEC-004`: searchable in the manual (requirements appendix E). */
  readonly code: string;
  /** 发生了什么：种子文案逐字放在这里。 */
  readonly message: string;
  /** 为什么。 */
  readonly why?: string;
  /** 怎么办。 */
  readonly next?: string;
  /** 去哪里办：a menu item code or a page path. */
  readonly link?: { readonly label: string; readonly to: string };
  /** Path of the field at fault, `rows.3.idNo`. */
  readonly field?: string;
};

export class DomainError extends Error {
  readonly problems: readonly Problem[];
  readonly status: number;

  constructor(problems: Problem | readonly Problem[], status = 422) {
    const list = Array.isArray(problems) ? (problems as readonly Problem[]) : [problems as Problem];
    super(list.map((problem) => `${problem.code}：${problem.message}`).join('；'));
    this.name = 'DomainError';
    this.problems = list;
    this.status = status;
  }

  get code(): string {
    return this.problems[0]?.code ?? 'SYS-000';
  }
}

export function refuse(problem: Problem, status?: number): never {
  throw new DomainError(problem, status);
}

/** A condition that only a bug can break. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`invariant broken: ${message}`);
}

export function unreachable(value: never): never {
  throw new Error(`unreachable: ${String(value)}`);
}
