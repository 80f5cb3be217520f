import {
  AccountBookOutlined,
  AuditOutlined,
  BarChartOutlined,
  BellOutlined,
  EditOutlined,
  FileSearchOutlined,
  HeartOutlined,
  HomeOutlined,
  IdcardOutlined,
  RollbackOutlined,
  StarOutlined,
  SwapOutlined,
} from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Link, Outlet } from '@tanstack/react-router';
import { type ReactNode, useCallback, useRef, useState } from 'react';
import { homeEndpoint } from '../../src/collection/contract.ts';
import { menuEndpoint } from '../../src/items/contract.ts';
import { ConfirmConsequence } from '../ui/Confirm.tsx';
import { call } from '../ui/call.ts';
import { toggleElder } from '../ui/elder.ts';
import { useShellKeys } from '../ui/keys.ts';

import { Brand, ClockText, KeyList, MenuButton, type ShellTab, SignOut, SkipLink, TabLine } from '../ui/Shell.tsx';
import { Skeleton } from '../ui/States.tsx';
import { usePlace } from '../ui/site.ts';
import { HeaderSearch } from './HeaderSearch.tsx';
import { Redirect, useGo, useHere } from './place.ts';
import { signOut, useSession } from './session.ts';
import { anyDirty, closeTab, isDirty, useTabs } from './tabs.ts';
import { restartWizard } from './wizard-state.ts';

/** The seed's eleven names, unchanged (HB-MENU-02); a group appears when something in it works. */
const GROUP_ICONS: Readonly<Record<string, ReactNode>> = {
  社会保险登记: <IdcardOutlined />,
  社会保险参保信息维护: <EditOutlined />,
  社会保险缴费申报: <AccountBookOutlined />,
  养老保险服务: <HeartOutlined />,
  养老保险待遇申领: <RollbackOutlined />,
  社会保险参保缴费记录查询: <FileSearchOutlined />,
  社会保险关系转移接续: <SwapOutlined />,
  行政审批: <AuditOutlined />,
  失业保险待遇: <BellOutlined />,
  查询统计服务: <BarChartOutlined />,
};

export const useMenu = () => useQuery({ queryKey: ['menu'], queryFn: () => call(menuEndpoint), staleTime: 60_000 });
export const useHome = () =>
  useQuery({ queryKey: ['home'], queryFn: () => call(homeEndpoint), refetchInterval: 60_000 });

/** Frame of the employer's pages. Without a session it asks for one and comes back. */
export function Layout() {
  const session = useSession();
  const here = useHere();
  if (session.isPending) return <Skeleton />;
  const principal = session.data?.principal;
  if (!principal || principal.kind === 'STAFF') {
    return <Redirect to={here.pathname === '/' ? '/login' : `/login?next=${encodeURIComponent(here.href)}`} />;
  }
  return (
    <Frame>
      <Outlet />
    </Frame>
  );
}

/** The shell around whatever page; also around an address where there is none. */
export function Frame({ children }: { readonly children: ReactNode }) {
  const session = useSession();
  const place = usePlace('单位网厅');
  const home = useHome();
  const menu = useMenu();
  const here = useHere();
  const go = useGo();
  const tabs = useTabs();
  const search = useRef<HTMLInputElement>(null);
  const [menuOpen, setMenuOpen] = useState(false);
  const [keysOpen, setKeysOpen] = useState(false);
  const [leaving, setLeaving] = useState<{ readonly go: () => void } | null>(null);

  const goTab = useCallback(
    (index: number) => {
      const tab = tabs[index];
      if (tab) go(tab.href);
    },
    [tabs, go],
  );
  useShellKeys(
    useCallback(() => search.current?.focus(), []),
    goTab,
    useCallback(() => setKeysOpen(true), []),
  );

  const principal = session.data?.principal;
  const leave = async () => {
    await signOut();
    window.location.assign('/login');
  };
  const close = (tab: ShellTab) => {
    const act = () => {
      const next = closeTab(tab.key);
      if (tab.key.startsWith('/items/')) restartWizard(tab.key.slice('/items/'.length));
      if (tab.key === here.pathname) go(next.href);
      setLeaving(null);
    };
    if (isDirty(tab.key)) setLeaving({ go: act });
    else act();
  };
  const groups = menu.data?.groups ?? [];
  const todo = home.data?.todo.length ?? 0;
  const active = here.pathname;
  const groupHere = groupOf(active, here.href, groups);

  return (
    <>
      <SkipLink />
      <header className={session.data?.clockMoved ? 'shell-header moved' : 'shell-header'}>
        <MenuButton open={menuOpen} onClick={() => setMenuOpen(!menuOpen)} />
        <Brand place={place} />
        <HeaderSearch inputRef={search} items={menu.data?.groups.flatMap((group) => group.items) ?? []} />
        <div className="shell-right">
          {session.data ? <ClockText now={session.data.now} moved={session.data.clockMoved} /> : null}
          <Link to="/" hash="todo" className="bell nowrap" aria-label={`要您处理 ${todo} 件`}>
            <BellOutlined aria-hidden="true" /> {todo > 0 ? <b className="amber">{todo}</b> : null}
          </Link>
          <div className="who">
            <b>{home.data?.employer.name ?? principal?.name}</b>
            <span>
              {principal?.employerNo} · {principal ? roleText(principal.kind, principal.name) : ''}
            </span>
          </div>
          <SignOut onClick={() => (anyDirty() ? setLeaving({ go: leave }) : leave())} />
        </div>
      </header>
      {session.data ? (
        <section className={session.data.clockMoved ? 'shell-strip moved' : 'shell-strip'} aria-label="单位和业务日期">
          <b>{home.data?.employer.name ?? principal?.name}</b> <ClockText now={session.data.now} moved={false} />
        </section>
      ) : null}
      <div className="shell-body">
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: Enter on a link is a click */}
        <aside className="shell-side" data-open={menuOpen} onClick={() => setMenuOpen(false)}>
          <nav aria-label="服务菜单">
            <SideLink to="/" icon={<HomeOutlined />} current={active === '/'}>
              首页
            </SideLink>
            <SideLink to="/menu" icon={<StarOutlined />} current={active === '/menu' && !groupHere}>
              常用功能
            </SideLink>
            <div className="caption">服务菜单</div>
            {groups.map((group) => (
              <SideLink
                key={group.name}
                to="/menu"
                search={{ group: group.name }}
                icon={GROUP_ICONS[group.name] ?? <StarOutlined />}
                current={groupHere === group.name}
                count={group.items.filter((item) => item.today.tone === 'wait').length}
              >
                {group.name}
              </SideLink>
            ))}
          </nav>
          <div>
            <SideLink to="/help" current={false}>
              码上知 · 办事指引
            </SideLink>
            <button type="button" className="side-item" onClick={toggleElder}>
              长辈版
            </button>
          </div>
        </aside>
        <div style={{ minWidth: 0 }}>
          <TabLine
            tabs={tabs.map((tab) => ({ key: tab.path, title: tab.title, closable: tab.path !== '/' }))}
            active={active}
            onClose={close}
            linkOf={(tab) => (
              <a
                href={tabs.find((one) => one.path === tab.key)?.href ?? '/'}
                aria-current={tab.key === active ? 'page' : undefined}
                onClick={(event) => {
                  event.preventDefault();
                  go(tabs.find((one) => one.path === tab.key)?.href ?? '/');
                }}
              >
                {tab.title}
              </a>
            )}
          />
          <main className="shell-main" id="main" tabIndex={-1}>
            {children}
          </main>
        </div>
      </div>
      <KeyList open={keysOpen} onClose={() => setKeysOpen(false)} />
      <ConfirmConsequence
        open={leaving !== null}
        title="业务尚未提交，要离开吗？"
        facts={[
          '业务尚未提交，点击“确认提交”后方可办结。',
          '没有保存的内容会丢掉；保存成草稿就不会。',
          '错误编号 GEN-003',
        ]}
        keep="留下继续办"
        act="不要了，离开"
        onKeep={() => setLeaving(null)}
        onAct={() => leaving?.go()}
      />
    </>
  );
}

function roleText(kind: string, name: string): string {
  const role = kind === 'LEGAL' ? '法人账号' : '经办人';
  return name === role ? role : `${role} ${name}`;
}

function groupOf(
  path: string,
  href: string,
  groups: readonly {
    readonly name: string;
    readonly items: readonly { readonly code: string; readonly route: string }[];
  }[],
): string | undefined {
  if (path === '/menu') return new URLSearchParams(href.split('?')[1] ?? '').get('group') ?? undefined;
  const at = path.startsWith('/bills/') ? '/bills' : path;
  return groups.find((group) =>
    group.items.some((item) => item.route.split('?')[0] === at || `/items/${item.code}` === at),
  )?.name;
}

function SideLink(props: {
  readonly to: string;
  readonly search?: Record<string, string>;
  readonly icon?: ReactNode;
  readonly current: boolean;
  readonly count?: number;
  readonly children: ReactNode;
}) {
  return (
    <Link
      to={props.to}
      search={(props.search ?? {}) as never}
      className="side-item"
      activeProps={{}}
      aria-current={props.current ? 'page' : undefined}
    >
      {props.icon}
      {props.children}
      {props.count ? (
        <span className="count">
          {props.count}
          <span className="visually-hidden"> 件要办</span>
        </span>
      ) : null}
    </Link>
  );
}
