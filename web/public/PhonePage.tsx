import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { demoAccountsEndpoint, scanConfirmEndpoint, scanStatusEndpoint } from '../../src/platform/identity/contract.ts';
import { useSearchState } from '../employer/place.ts';
import { call } from '../ui/call.ts';
import { ErrorPanel } from '../ui/ErrorPanel.tsx';
import { Empty } from '../ui/States.tsx';
import { PublicFrame } from './PublicFrame.tsx';

/** Plays the phone with the 电子社保卡 (HB-LOG-03): the holder of the card confirms the login that waits at the computer. */
export function PhonePage() {
  const [search] = useSearchState();
  const code = search.code ?? '';
  // The same browser plays computer and phone: whoever is logging in holds the card, unless somebody else is chosen (and refused).
  const [login, setLogin] = useState(localStorage.getItem('tz.login') ?? '');
  useEffect(() => {
    document.title = '电子社保卡（模拟手机）';
  }, []);
  const status = useQuery({
    queryKey: ['scan', code],
    queryFn: () => call(scanStatusEndpoint, { params: { code } }),
    enabled: code !== '',
    retry: false,
  });
  const demo = useQuery({ queryKey: ['demo'], queryFn: () => call(demoAccountsEndpoint), retry: false });
  const agents = (demo.data ?? []).filter((account) => account.kind === 'AGENT');
  const confirm = useMutation({ mutationFn: () => call(scanConfirmEndpoint, { params: { code }, body: { login } }) });
  return (
    <PublicFrame place="电子社保卡（模拟手机）">
      <section className="card stack" style={{ maxWidth: 390, margin: '0 auto', width: '100%' }} aria-label="扫码登录">
        <h1>登录确认</h1>
        {code === '' ? <Empty title="没有扫到二维码">请从登录页打开这里</Empty> : null}
        <ErrorPanel error={status.error ?? confirm.error} />
        {confirm.data ? (
          <div className="aside-note green-note" role="status">
            <b>已确认。</b>请回到电脑，页面会自己进去。
          </div>
        ) : code ? (
          <>
            <p>统征单位网厅正在请求登录。请选择您的社保卡。</p>
            <div className="field">
              <label htmlFor="holder">持卡人</label>
              {agents.length > 0 ? (
                <select id="holder" className="input" value={login} onChange={(event) => setLogin(event.target.value)}>
                  <option value="">请选择</option>
                  {agents.map((agent) => (
                    <option key={agent.login} value={agent.login}>
                      {agent.name}（{agent.login}）
                    </option>
                  ))}
                </select>
              ) : (
                <input id="holder" className="input" value={login} onChange={(event) => setLogin(event.target.value)} />
              )}
            </div>
            <button
              type="button"
              className="btn primary block"
              disabled={login === '' || confirm.isPending}
              onClick={() => confirm.mutate()}
            >
              {confirm.isPending ? '正在确认…' : '确认登录'}
            </button>
          </>
        ) : null}
      </section>
    </PublicFrame>
  );
}
