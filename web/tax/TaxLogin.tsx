import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useEffect, useState } from 'react';
import { taxDemoAccountsEndpoint, taxLoginEndpoint } from '../../tax/contract.ts';
import { useGo, useSearchState } from '../employer/place.ts';
import { call } from '../ui/call.ts';
import { ErrorPanel } from '../ui/ErrorPanel.tsx';
import { queryClient } from '../ui/Root.tsx';

export function TaxLogin() {
  const [search] = useSearchState();
  const [kind, setKind] = useState<'TAXPAYER' | 'CLERK'>('TAXPAYER');
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const navigate = useNavigate();
  const go = useGo();
  const demo = useQuery({ queryKey: ['tax-demo'], queryFn: () => call(taxDemoAccountsEndpoint), retry: false });
  useEffect(() => {
    document.title = '登录 · 社保费征收';
  }, []);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await call(taxLoginEndpoint, { body: { kind, login, password } });
      await queryClient.invalidateQueries();
      if (search['next']) go(search['next']);
      else navigate({ to: kind === 'CLERK' ? '/clerk' : '/' });
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className="card stack" style={{ maxWidth: 420, margin: '32px auto', gap: 12 }} onSubmit={submit}>
      <h1>登录</h1>
      <div className="segment">
        <button type="button" aria-pressed={kind === 'TAXPAYER'} onClick={() => setKind('TAXPAYER')}>
          缴费单位
        </button>
        <button type="button" aria-pressed={kind === 'CLERK'} onClick={() => setKind('CLERK')}>
          税务人员
        </button>
      </div>
      <div className="door-row">
        <label htmlFor="login">{kind === 'CLERK' ? '工号' : '信用代码'}</label>
        <input
          id="login"
          className="input"
          required
          autoComplete="username"
          placeholder={kind === 'CLERK' ? '' : '统一社会信用代码'}
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
          required
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
      </div>
      <ErrorPanel error={error} />
      <button type="submit" className="btn primary block" disabled={busy}>
        {busy ? '正在登录…' : '登录'}
      </button>
      {demo.data?.length ? (
        <div className="aside-note">
          <b>演示账号</b>
          {demo.data
            .filter((account) => account.kind === kind)
            .slice(0, 6)
            .map((account) => (
              <div key={account.login}>
                <button
                  type="button"
                  className="link in-text"
                  onClick={() => {
                    setLogin(account.login);
                    setPassword(account.password);
                  }}
                >
                  {account.name}
                </button>{' '}
                <span className="note">{account.login}</span>
              </div>
            ))}
        </div>
      ) : null}
    </form>
  );
}
