import { Link } from '@tanstack/react-router';
import { ApiError } from '../ui/call.ts';
import { FailedPage } from '../ui/FailedPage.tsx';
import { useTaxSession } from './session.ts';

/** Nobody signed in, or somebody who may not see it: of such a page nothing else is shown. */
export function isBarred(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 401 || error.status === 403);
}

/** A page of the tax side that cannot be shown. Who may not see it is led to where he may go. */
export function FailedTaxPage({
  title,
  error,
  to,
  back,
}: {
  readonly title: string;
  readonly error: unknown;
  readonly to?: string;
  readonly back?: string;
}) {
  const session = useTaxSession();
  const kind = session.data?.principal?.kind;
  const own = !kind
    ? { to: '/login', back: '去登录' }
    : kind === 'CLERK'
      ? { to: '/clerk', back: '返回单据查询' }
      : { to: '/', back: '返回单据缴费' };
  const out = to && back && !isBarred(error) ? { to, back } : own;
  return (
    <FailedPage
      title={title}
      error={error}
      back={
        <Link className="in-text" to={out.to}>
          {out.back}
        </Link>
      }
    />
  );
}
