import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { taxDemoAccountsEndpoint, taxLoginEndpoint } from '../../tax/contract.ts';
import { useGo, useSearchState } from '../employer/place.ts';
import { call } from '../ui/call.ts';
import { LoginForm } from '../ui/LoginForm.tsx';
import { queryClient } from '../ui/Root.tsx';

const DEMO_SHOWN = 6;

export function TaxLogin() {
  const [search] = useSearchState();
  const [kind, setKind] = useState<'TAXPAYER' | 'CLERK'>('TAXPAYER');
  const navigate = useNavigate();
  const go = useGo();
  const demo = useQuery({ queryKey: ['tax-demo'], queryFn: () => call(taxDemoAccountsEndpoint), retry: false });
  useEffect(() => {
    document.title = '登录 · 社保费征收';
  }, []);
  const enter = async (login: string, password: string) => {
    await call(taxLoginEndpoint, { body: { kind, login, password } });
    await queryClient.invalidateQueries();
    if (search.next) go(search.next);
    else navigate({ to: kind === 'CLERK' ? '/clerk' : '/' });
  };
  return (
    <section className="card stack" style={{ maxWidth: 420, margin: '32px auto', gap: 12 }}>
      <h1>登录</h1>
      <div className="segment">
        <button type="button" aria-pressed={kind === 'TAXPAYER'} onClick={() => setKind('TAXPAYER')}>
          缴费单位
        </button>
        <button type="button" aria-pressed={kind === 'CLERK'} onClick={() => setKind('CLERK')}>
          税务人员
        </button>
      </div>
      <LoginForm
        key={kind}
        account={kind === 'CLERK' ? '工号' : '信用代码'}
        placeholder={kind === 'CLERK' ? '' : '统一社会信用代码'}
        enter={enter}
        demo={(demo.data ?? []).filter((account) => account.kind === kind).slice(0, DEMO_SHOWN)}
      />
    </section>
  );
}
