import type { ReactNode } from 'react';
import { Brand, SkipLink } from '../ui/Shell.tsx';

/** Frame of the pages that need no login. */
export function PublicFrame({ place, children }: { readonly place: string; readonly children: ReactNode }) {
  return (
    <>
      <SkipLink />
      <header className="site-header">
        <Brand place={place} />
        <nav aria-label="其他入口">
          <a href="/verify">证明验证</a>
          <a href="/help">办事指引</a>
          <a href="/login">登录</a>
        </nav>
      </header>
      <main id="main" className="narrow-page stack" tabIndex={-1}>
        {children}
      </main>
    </>
  );
}
