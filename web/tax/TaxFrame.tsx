import { Link, Outlet, useNavigate } from '@tanstack/react-router';
import { taxLogoutEndpoint } from '../../tax/contract.ts';
import { call } from '../ui/call.ts';
import { toggleElder } from '../ui/elder.ts';
import { clockText } from '../ui/format.ts';
import { queryClient } from '../ui/Root.tsx';
import { Brand, SkipLink } from '../ui/Shell.tsx';
import { useTaxSession } from './session.ts';

/** The other house: own colour, own mark, none of our navigation. */
export function TaxFrame() {
  const session = useTaxSession();
  const navigate = useNavigate();
  const principal = session.data?.principal;
  const leave = async () => {
    await call(taxLogoutEndpoint).catch(() => undefined);
    queryClient.clear();
    navigate({ to: '/login' });
  };
  return (
    <>
      <SkipLink />
      <header className="site-header">
        <Brand
          name="社保费征收"
          place={`税务端${session.data?.mode === 'demo' ? ' · 演示' : ''}`}
          house="tax"
          href="/"
        />
        <nav aria-label="税务端">
          {principal?.kind === 'CLERK' ? (
            <>
              <Link to="/clerk">单据</Link>
              <Link to="/clerk/receipts">收款与登账</Link>
              {session.data?.mode === 'production' ? null : <Link to="/clerk/faults">故障台</Link>}
            </>
          ) : (
            <>
              <Link to="/">单据缴费</Link>
              <Link to="/records">缴费记录</Link>
            </>
          )}
          <button type="button" className="link" onClick={toggleElder}>
            长辈版
          </button>
          {principal ? (
            <>
              <span className="hide-phone">{principal.name}</span>
              <button type="button" className="link" onClick={leave}>
                退出
              </button>
            </>
          ) : (
            <Link to="/login">登录</Link>
          )}
        </nav>
      </header>
      <main id="main" className="tax-page" tabIndex={-1}>
        <Outlet />
      </main>
      <footer className="site-footer">
        <span>{session.data?.organName} 税务热线 12366</span>
        <span>{session.data ? clockText(session.data.now) : ''}</span>
      </footer>
    </>
  );
}
