import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { demoAccountsEndpoint, loginEndpoint, scanSessionEndpoint } from '../../src/platform/identity/contract.ts';
import { call } from '../ui/call.ts';
import { ErrorPanel } from '../ui/ErrorPanel.tsx';
import { toggleElder } from '../ui/elder.ts';
import { dayText } from '../ui/format.ts';
import { LoginForm } from '../ui/LoginForm.tsx';
import { queryClient } from '../ui/Root.tsx';
import { Brand, SkipLink } from '../ui/Shell.tsx';
import { useSite } from '../ui/site.ts';
import { Redirect, useSearchState } from './place.ts';
import { useSession } from './session.ts';

type Scan = { readonly code: string; readonly expiresInSeconds: number };

/** 登录 (HB-LOG-01): a legal-person account by its password; an agent by password, then the social-security card. */
export function LoginPage() {
  const session = useSession();
  const [search] = useSearchState();
  const [scan, setScan] = useState<Scan | null>(null);
  const now = session.data?.now;
  const site = useSite().data;
  if (session.data?.principal && session.data.principal.kind !== 'STAFF') {
    return <Redirect to={localPath(search.next)} />;
  }
  const enter = () => queryClient.invalidateQueries({ queryKey: ['session'] });
  return (
    <div style={{ minHeight: 'var(--vh)', display: 'grid', gridTemplateRows: 'auto 1fr auto' }}>
      <SkipLink />
      <header className="site-header">
        <Brand place="社会保险经办" href="/login" />
        <nav aria-label="其他入口">
          <a href="/calc">计算器</a>
          <a href="/verify">证明验证</a>
          <a href="/help">办事指引</a>
          <button type="button" className="link" onClick={toggleElder}>
            长辈版
          </button>
        </nav>
      </header>
      <main id="main" className="login" tabIndex={-1}>
        <section className="promise">
          <h1>
            报一次，缴一单，
            <br />
            每分钱都说得清。
          </h1>
          <p>养老、失业、工伤一起申报，一张单据缴清，到账到人全程可查。</p>
          <ul>
            <li>
              <b>本月申报</b>
              <span>{now ? `${now.slice(0, 4)}年${Number(now.slice(5, 7))}月` : ''}</span>
              <span className="right">当月办</span>
            </li>
            <li>
              <b>认定单</b>
              <span>开具次日起数</span>
              <span className="right">
                {site?.billValidWorkdays ? `${site.billValidWorkdays} 个工作日内缴` : '限期内缴'}
              </span>
            </li>
            <li>
              <b>到账</b>
              <span>税务登账后</span>
              <span className="right">次日 {site?.allocationAt} 到人</span>
            </li>
          </ul>
          <p className="note">
            {[site?.region.shortName, now ? `今天 ${dayText(now)}` : undefined].filter(Boolean).join(' · ')}
            {site
              ? `。税务同步约 ${site.taxSync.minutes} 分钟，每月 ${site.taxSync.peakDayFrom}–${site.taxSync.peakDayTo} 日约 ${site.taxSync.peakMinutes} 分钟。`
              : null}
          </p>
        </section>
        <section className="card door">
          <h2>单位经办人登录</h2>
          {search.over ? (
            <p className="note" role="status">
              登录已过期。填的内容还在这个窗口里，用同一账号登录后接着办。
            </p>
          ) : null}
          {scan ? (
            <ScanStep scan={scan} onDone={enter} onBack={() => setScan(null)} />
          ) : (
            <PasswordStep onDone={enter} onScan={setScan} />
          )}
        </section>
      </main>
      <footer className="site-footer">
        <span>政务服务热线 027-12345　社保 12333　税务 12366</span>
        <span>
          工作人员请走 <a href="/office/login">工作台</a>
        </span>
      </footer>
    </div>
  );
}

/** Back to where one came from, but never to another site. */
function localPath(path: string | undefined): string {
  return path?.startsWith('/') && !path.startsWith('//') ? path : '/';
}

function PasswordStep({ onDone, onScan }: { readonly onDone: () => void; readonly onScan: (scan: Scan) => void }) {
  const site = useSite().data;
  const demo = useQuery({ queryKey: ['demo'], queryFn: () => call(demoAccountsEndpoint), retry: false });
  const enter = async (login: string, password: string) => {
    const answer = await call(loginEndpoint, { body: { login, password, portal: 'employer' } });
    if (answer.scan) onScan(answer.scan);
    else onDone();
  };
  return (
    <LoginForm
      account="账号"
      placeholder="统一社会信用代码或经办人账号"
      enter={enter}
      remember="tz.login"
      demo={(demo.data ?? []).filter((account) => account.kind !== 'STAFF')}
      note="法人账号用密码登录；经办人输密码后，再用电子社保卡扫码。"
      before={
        <>
          <div className="door-row">
            <label htmlFor="region">参保所属地</label>
            <select id="region" className="input">
              <option value={site?.region.code}>{site?.region.name}</option>
            </select>
          </div>
          <div className="door-row">
            <label htmlFor="office">参保所属机构</label>
            <select id="office" className="input">
              <option>{site?.officeName}</option>
            </select>
          </div>
          <div className="door-row">
            <label htmlFor="module">业务模块</label>
            <select id="module" className="input" defaultValue="employee">
              <option value="employee">企业职工社会保险</option>
            </select>
          </div>
        </>
      }
    />
  );
}

/** The second factor: a code for the phone, asked every two seconds. The demo's phone is a page. */
function ScanStep({
  scan,
  onDone,
  onBack,
}: {
  readonly scan: Scan;
  readonly onDone: () => void;
  readonly onBack: () => void;
}) {
  const [left, setLeft] = useState(scan.expiresInSeconds);
  const [picture, setPicture] = useState('');
  const phoneUrl = `${window.location.origin}/phone?code=${scan.code}`;
  const status = useQuery({
    queryKey: ['scan', scan.code],
    queryFn: () => call(scanSessionEndpoint, { params: { code: scan.code }, body: {} }),
    refetchInterval: 2000,
    retry: false,
  });
  const state = status.data?.state ?? 'WAITING';
  useEffect(() => {
    import('qrcode').then(({ default: qr }) => qr.toDataURL(phoneUrl, { margin: 1, width: 344 })).then(setPicture);
  }, [phoneUrl]);
  useEffect(() => {
    const timer = setInterval(() => setLeft((seconds) => Math.max(0, seconds - 1)), 1000);
    return () => clearInterval(timer);
  }, []);
  useEffect(() => {
    if (state === 'CONFIRMED') onDone();
  }, [state, onDone]);
  const over = state === 'EXPIRED' || left === 0;
  return (
    <div className="stack" style={{ justifyItems: 'center', gap: 8 }}>
      {picture && !over ? (
        <img src={picture} width={172} height={172} alt="登录二维码" />
      ) : (
        <div style={{ height: 172 }} />
      )}
      <div aria-live="polite" className="right" style={{ textAlign: 'center' }}>
        {over ? '二维码过期了，请重新登录。' : '微信“电子社保卡”小程序 → 扫一扫'}
      </div>
      {over ? null : (
        <div className="note">
          二维码 {Math.floor(left / 60)} 分 {left % 60} 秒后失效
        </div>
      )}
      <ErrorPanel error={status.error} />
      <div className="row between" style={{ width: '100%', borderTop: '1px solid var(--line)', paddingTop: 12 }}>
        <button type="button" className="link" onClick={onBack}>
          返回上一步
        </button>
        <a href={`/phone?code=${scan.code}`} target="_blank" rel="noreferrer">
          手边没有手机：打开模拟手机
        </a>
      </div>
    </div>
  );
}
