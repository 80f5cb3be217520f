import type { ReactNode } from 'react';
import { useHere } from '../employer/place.ts';
import { toggleElder } from '../ui/elder.ts';
import { Brand, SkipLink } from '../ui/Shell.tsx';

const ENTRIES = [
  { to: '/calc', name: '计算器' },
  { to: '/verify', name: '证明验证' },
  { to: '/help', name: '办事指引' },
  { to: '/login', name: '登录' },
] as const;

/** Frame of the pages that need no login. */
export function PublicFrame({
  place,
  wide = false,
  children,
}: {
  readonly place: string;
  /** Form beside answer, or a table; the others are one column to read. */
  readonly wide?: boolean;
  readonly children: ReactNode;
}) {
  const { pathname } = useHere();
  return (
    <>
      <SkipLink />
      <header className="site-header">
        <Brand place={place} />
        <nav aria-label="其他入口">
          {ENTRIES.map(({ to, name }) => (
            <a
              key={to}
              href={to}
              aria-current={pathname.startsWith(to) ? 'page' : undefined}
              style={pathname.startsWith(to) ? { color: 'var(--ink)', fontWeight: 600 } : undefined}
            >
              {name}
            </a>
          ))}
          <button type="button" className="link" onClick={toggleElder}>
            长辈版
          </button>
        </nav>
      </header>
      <main id="main" className={wide ? 'wide-page stack' : 'narrow-page stack'} tabIndex={-1}>
        {children}
      </main>
    </>
  );
}
