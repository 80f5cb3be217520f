import { type FormEvent, type ReactNode, useState } from 'react';
import { ErrorPanel } from './ErrorPanel.tsx';

export type DemoAccount = {
  readonly login: string;
  readonly password: string;
  readonly name: string;
  readonly note?: string | undefined;
};

type Props = {
  /** What the account is called at this door: 账号, 工号, 信用代码. */
  readonly account: string;
  readonly placeholder?: string;
  /** Checks the password; what it throws is shown, and the password has to be typed again. */
  readonly enter: (login: string, password: string) => Promise<void>;
  /** Browser key under which the last account of this door is kept; without it nothing is. */
  readonly remember?: string;
  /** Accounts of the demo, one click to fill in. */
  readonly demo?: readonly DemoAccount[];
  readonly before?: ReactNode;
  readonly note?: ReactNode;
};

/** The one form by which people come in, at every door: account, password, and in the demo the accounts to choose from. */
export function LoginForm({ account, placeholder, enter, remember, demo = [], before, note }: Props) {
  const [login, setLogin] = useState(() => (remember && localStorage.getItem(remember)) || '');
  const [password, setPassword] = useState('');
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await enter(login, password);
      if (remember) localStorage.setItem(remember, login);
    } catch (failure) {
      setError(failure);
      setPassword('');
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className="stack" style={{ gap: 10 }} onSubmit={submit}>
      {before}
      <div className="door-row">
        <label htmlFor="login">{account}</label>
        <input
          id="login"
          className="input"
          autoComplete="username"
          required
          placeholder={placeholder}
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
      {note ? <p className="note">{note}</p> : null}
      {demo.length > 0 ? (
        <div className="aside-note">
          <b>演示账号</b>（只在演示环境有）
          {demo.map((one) => (
            <div key={one.login} className="row" style={{ gap: 6 }}>
              <button
                type="button"
                className="link in-text"
                onClick={() => {
                  setLogin(one.login);
                  setPassword(one.password);
                }}
              >
                {one.name}
              </button>
              <span className="note">
                {one.login} {one.note}
              </span>
            </div>
          ))}
        </div>
      ) : null}
    </form>
  );
}
