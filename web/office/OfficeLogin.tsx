import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useEffect, useState } from 'react';
import { demoAccountsEndpoint, loginEndpoint } from '../../src/platform/identity/contract.ts';
import { Redirect } from '../employer/place.ts';
import { useSession } from '../employer/session.ts';
import { call } from '../ui/call.ts';
import { ErrorPanel } from '../ui/ErrorPanel.tsx';
import { queryClient } from '../ui/Root.tsx';
import { Brand, SkipLink } from '../ui/Shell.tsx';

/** The agency's staff come in here. */
export function OfficeLogin() {
  const session = useSession('office');
  const demo = useQuery({ queryKey: ['demo'], queryFn: () => call(demoAccountsEndpoint), retry: false });
  const staff = (demo.data ?? []).filter((account) => account.kind === 'STAFF');
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    document.title = '工作台登录 · 统征';
  }, []);
  if (session.data?.principal?.kind === 'STAFF') return <Redirect to="/office" />;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await call(loginEndpoint, { body: { login, password } });
      await queryClient.invalidateQueries({ queryKey: ['session'] });
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
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
        <form className="card stack" style={{ maxWidth: 400, margin: '48px auto 0', gap: 12 }} onSubmit={submit}>
          <h1>工作人员登录</h1>
          <div className="door-row">
            <label htmlFor="login">工号</label>
            <input
              id="login"
              className="input"
              autoComplete="username"
              required
              value={login}
              onChange={(event) => setLogin(event.target.value)}
            />
          </div>
          <div className="door-row">
            <label htmlFor="password">密码</label>
            <input
              id="password"
              className="input"
              type="password"
              autoComplete="current-password"
              required
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
          </div>
          <ErrorPanel error={error} />
          <button type="submit" className="btn primary block" disabled={busy}>
            {busy ? '正在登录…' : '登录'}
          </button>
          {staff.map((account) => (
            <button
              type="button"
              className="link in-text"
              key={account.login}
              onClick={() => {
                setLogin(account.login);
                setPassword(account.password);
              }}
            >
              用演示账号 {account.name}
            </button>
          ))}
        </form>
      </main>
    </>
  );
}
