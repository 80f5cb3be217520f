import { type ReactNode, useState } from 'react';
import type { Problem } from '../../src/kernel/errors.ts';
import { ApiError } from './call.ts';

export type LinkOf = (link: { readonly label: string; readonly to: string }) => ReactNode;

/** What, why, what to do, code (HB-GEN-07): all reasons at once, never a stack. */
export function ErrorPanel({ error, linkOf }: { readonly error: unknown; readonly linkOf?: LinkOf | undefined }) {
  if (!error) return null;
  return <ProblemList problems={problemsOf(error)} linkOf={linkOf} />;
}

export function problemsOf(error: unknown): readonly Problem[] {
  if (error instanceof ApiError) return error.problems;
  return [{ code: 'WEB-500', message: '这一页出了差错。', next: '请刷新后再试；您保存过的草稿还在。' }];
}

export function ProblemList({
  problems,
  linkOf,
}: {
  readonly problems: readonly Problem[];
  readonly linkOf?: LinkOf | undefined;
}) {
  if (problems.length === 0) return null;
  return (
    <div role="alert">
      {problems.map((problem) => (
        <ProblemCard
          key={`${problem.code}${problem.field ?? ''}${problem.message}`}
          problem={problem}
          linkOf={linkOf}
        />
      ))}
    </div>
  );
}

/** 错误编号手册 is the agency's: on the tax side its address leads nowhere. */
const hasManual = (): boolean => document.documentElement.dataset.house !== 'tax';

function ProblemCard({ problem, linkOf }: { readonly problem: Problem; readonly linkOf: LinkOf | undefined }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard?.writeText(problem.code).catch(() => undefined);
    setCopied(true);
  };
  return (
    <div className="problem">
      <b>{problem.message}</b>
      {problem.why ? (
        <p>
          <em>为什么：</em>
          {problem.why}
        </p>
      ) : null}
      {problem.next ? (
        <p>
          <em>怎么办：</em>
          {problem.next}
        </p>
      ) : null}
      <footer>
        {problem.link && linkOf ? linkOf(problem.link) : null}
        {hasManual() ? (
          <a className="in-text" href={`/help/${problem.code}`}>
            错误编号 {problem.code}
          </a>
        ) : (
          <span>错误编号 {problem.code}</span>
        )}
        <button type="button" className="link in-text" onClick={copy} aria-label={`复制错误编号 ${problem.code}`}>
          {copied ? '已复制' : '复制'}
        </button>
      </footer>
    </div>
  );
}
