import { Link } from '@tanstack/react-router';
import { useEffect } from 'react';
import { Empty } from '../ui/States.tsx';
import { useTaxSession } from './session.ts';

/** An address that leads nowhere says so, and leads back. */
export function NotFoundPage() {
  const clerk = useTaxSession().data?.principal?.kind === 'CLERK';
  useEffect(() => {
    document.title = '没有这一页 · 社保费征收';
  }, []);
  return (
    <section className="card">
      <h1 className="visually-hidden">没有这一页</h1>
      <Empty title="没有这一页">
        网址可能输错了，或者这一页已经不在。{' '}
        <Link className="in-text" to={clerk ? '/clerk' : '/'}>
          {clerk ? '返回单据查询' : '返回单据缴费'}
        </Link>
      </Empty>
    </section>
  );
}
