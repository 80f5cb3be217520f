import { CloseOutlined, LogoutOutlined, MenuOutlined, SearchOutlined } from '@ant-design/icons';
import { Modal } from 'antd';
import { type ReactNode, type RefObject, useEffect, useRef } from 'react';
import { clockText } from './format.ts';

/** Our mark: three contributions run into one. The tax side has its own. */
function Mark({ house = 'agency' }: { readonly house?: 'agency' | 'office' | 'tax' }) {
  if (house === 'tax') {
    return (
      <svg width="26" height="26" viewBox="0 0 26 26" aria-hidden="true">
        <circle cx="13" cy="13" r="13" fill="#fff" />
        <path d="M8 9h10M13 9v8M9.5 17h7" stroke="#0b3f3c" strokeWidth="2.4" fill="none" />
      </svg>
    );
  }
  return (
    <svg width="26" height="26" viewBox="0 0 26 26" aria-hidden="true">
      <rect width="26" height="26" rx="7" fill={house === 'office' ? '#3a4756' : '#1b4f9c'} />
      <path
        d="M5 7c5 0 5 6 9 6h7M5 19c5 0 5-6 9-6M5 13h9"
        stroke="#fff"
        strokeWidth="2"
        fill="none"
        strokeLinecap="round"
      />
    </svg>
  );
}

export function Brand({
  name = '统征',
  place,
  house,
  href = '/',
}: {
  readonly name?: string;
  readonly place: string;
  readonly house?: 'agency' | 'office' | 'tax';
  readonly href?: string;
}) {
  return (
    <a className="brand" href={href}>
      <Mark house={house} />
      <b>{name}</b>
      <small>{place}</small>
    </a>
  );
}

export function SkipLink() {
  return (
    <a className="skip" href="#main">
      跳到正文
    </a>
  );
}

/** The business date; in amber when the clock was moved (demo, drill). */
export function ClockText({ now, moved }: { readonly now: string; readonly moved: boolean }) {
  return (
    <span className={moved ? 'clock moved' : 'clock'} title={moved ? '演示时钟，不是真实时间' : undefined}>
      业务日期 {clockText(now)}
      {moved ? <span className="visually-hidden">（演示时钟）</span> : null}
    </span>
  );
}

export type ShellTab = { readonly key: string; readonly title: string; readonly closable: boolean };

/** A piece of the neighbour stays in sight: there is more. */
const TAB_MARGIN = 40;

export function TabLine({
  tabs,
  active,
  linkOf,
  onClose,
}: {
  readonly tabs: readonly ShellTab[];
  readonly active: string;
  readonly linkOf: (tab: ShellTab) => ReactNode;
  readonly onClose: (tab: ShellTab) => void;
}) {
  const region = useRef<HTMLElement>(null);
  // With a full line one tab goes as another comes: their number stays.
  const line = tabs.map((tab) => `${tab.key} ${tab.title}`).join();
  // With many tabs open the active one would stand beyond the edge.
  // It moves when another tab is active or the line changes.
  useEffect(() => {
    const nav = region.current;
    const tab = nav?.querySelector<HTMLElement>('[data-active="true"]');
    if (!nav || !tab) return;
    const [room, at] = [nav.getBoundingClientRect(), tab.getBoundingClientRect()];
    if (at.left < room.left) nav.scrollLeft += at.left - room.left - TAB_MARGIN;
    else if (at.right > room.right) nav.scrollLeft += at.right - room.right + TAB_MARGIN;
  }, [active, line]);
  return (
    <nav className="shell-tabs" aria-label="已打开的页签" ref={region}>
      {tabs.map((tab) => (
        <div className="shell-tab" key={tab.key} data-active={tab.key === active}>
          {linkOf(tab)}
          {tab.closable ? (
            <button type="button" className="icon-btn" aria-label={`关闭 ${tab.title}`} onClick={() => onClose(tab)}>
              <CloseOutlined />
            </button>
          ) : null}
        </div>
      ))}
    </nav>
  );
}

export function SearchBox({
  inputRef,
  value,
  onChange,
  onEnter,
  children,
}: {
  readonly inputRef: RefObject<HTMLInputElement | null>;
  readonly value: string;
  readonly onChange: (text: string) => void;
  readonly onEnter: () => void;
  /** Floats under the box while one types. */
  readonly children?: ReactNode;
}) {
  return (
    <search className="shell-search">
      <SearchOutlined aria-hidden="true" />
      <input
        ref={inputRef}
        className="input"
        type="search"
        placeholder="搜事项、人员、单据号；可打拼音首字母"
        aria-label="搜事项、人员、单据号"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') onEnter();
          if (event.key === 'Escape') event.currentTarget.blur();
        }}
      />
      {value ? null : <kbd>/</kbd>}
      {children ? <div className="search-found">{children}</div> : null}
    </search>
  );
}

export function SignOut({ onClick }: { readonly onClick: () => void }) {
  return (
    <button type="button" className="link leave nowrap" onClick={onClick}>
      <LogoutOutlined aria-hidden="true" /> 退出
    </button>
  );
}

export function MenuButton({ open, onClick }: { readonly open: boolean; readonly onClick: () => void }) {
  return (
    <button type="button" className="icon-btn only-phone menu-button" aria-expanded={open} onClick={onClick}>
      <MenuOutlined style={{ fontSize: 18 }} aria-hidden="true" />
      <span className="visually-hidden">服务菜单</span>
    </button>
  );
}

const KEYS: readonly (readonly [string, string])[] = [
  ['/', '到搜索框'],
  ['?', '看这张表'],
  ['Esc', '关最上面一层'],
  ['Ctrl+Enter', '按这一页的主按钮'],
  ['Alt+1…9', '换页签'],
  ['↑ ↓', '表格换行'],
  ['Enter', '打开这一行'],
  ['空格', '选中这一行'],
];

export function KeyList({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  return (
    <Modal open={open} onCancel={onClose} footer={null} title="快捷键" width={380} destroyOnHidden>
      <dl className="kv left">
        {KEYS.map(([key, words]) => (
          <KeyRow key={key} name={key} words={words} />
        ))}
      </dl>
    </Modal>
  );
}

function KeyRow({ name, words }: { readonly name: string; readonly words: string }) {
  return (
    <>
      <dt>
        <kbd>{name}</kbd>
      </dt>
      <dd>{words}</dd>
    </>
  );
}
