import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { demoAccountsEndpoint, loginEndpoint } from '../../src/platform/identity/contract.ts';
import { Redirect } from '../employer/place.ts';
import { useSession } from '../employer/session.ts';
import { call } from '../ui/call.ts';
import { LoginForm } from '../ui/LoginForm.tsx';
import { queryClient } from '../ui/Root.tsx';
import { Brand, SkipLink } from '../ui/Shell.tsx';

/** The agency's staff come in here. */
export function OfficeLogin() {
  const session = useSession('office');
  const demo = useQuery({ queryKey: ['demo'], queryFn: () => call(demoAccountsEndpoint), retry: false });
  const staff = (demo.data ?? []).filter((account) => account.kind === 'STAFF');
  useEffect(() => {
    document.title = '工作台登录 · 统征';
  }, []);
  if (session.data?.principal?.kind === 'STAFF') return <Redirect to="/office" />;
  const enter = async (login: string, password: string) => {
    await call(loginEndpoint, { body: { login, password, portal: 'office' } });
    await queryClient.invalidateQueries({ queryKey: ['session'] });
  };
  return (
    <>
      <SkipLink />
      <header className="site-header">
        <Brand place="工作台" house="office" href="/office" />
        <nav aria-label="其他入口">
          <a href="/login">单位网厅</a>
        </nav>
      </header>
      <main id="main" className="narrow-page" tabIndex={-1}>
        <section className="card stack" style={{ maxWidth: 400, margin: '48px auto 0', gap: 12 }}>
          <h1>工作人员登录</h1>
          <LoginForm account="工号" enter={enter} demo={staff} />
        </section>
      </main>
    </>
  );
}
