import { useEffect } from 'react';
import { PublicFrame } from '../public/PublicFrame.tsx';
import { Skeleton } from '../ui/States.tsx';
import { Frame } from './Layout.tsx';
import { Go } from './links.tsx';
import { useSession } from './session.ts';

const TITLE = '没有这一页';

/** An address where there is nothing: in the shell for who is signed in, with ways on for everybody. */
export function NotFound() {
  const session = useSession();
  useEffect(() => {
    document.title = `${TITLE} · 统征`;
  }, []);
  if (session.isPending) return <Skeleton />;
  const principal = session.data?.principal;
  const card = (
    <section className="card" aria-labelledby="not-found">
      <h1 id="not-found">{TITLE}</h1>
      <p style={{ margin: '6px 0 14px' }}>地址可能写错了，或者这一页已经搬走。</p>
      <div className="row">
        <Go to="/" className="btn primary">
          首页
        </Go>
        <Go to="/menu" className="btn">
          服务菜单
        </Go>
        <Go to="/help" className="btn">
          办事指引
        </Go>
      </div>
    </section>
  );
  return principal && principal.kind !== 'STAFF' ? (
    <Frame>{card}</Frame>
  ) : (
    <PublicFrame place="单位网厅">{card}</PublicFrame>
  );
}
