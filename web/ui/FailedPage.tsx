import type { ReactNode } from 'react';
import { ErrorPanel, type LinkOf, problemsOf } from './ErrorPanel.tsx';

/** A page that cannot be shown: what it is, why, what to do, and a way out. The server's own link goes before the page's. */
export function FailedPage({
  title,
  error,
  linkOf,
  back,
}: {
  readonly title: string;
  readonly error: unknown;
  readonly linkOf?: LinkOf;
  readonly back: ReactNode;
}) {
  const led = linkOf && problemsOf(error).some((problem) => problem.link);
  return (
    <div className="page">
      <div className="page-title">
        <h1>{title}</h1>
      </div>
      <ErrorPanel error={error} linkOf={linkOf} />
      {led ? null : <p>{back}</p>}
    </div>
  );
}
