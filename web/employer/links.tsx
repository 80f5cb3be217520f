import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';

/** Places the server names may be a path (`/bills/…`), an item code (`bill.issue`) or an address of another house. */
function pathOf(to: string): string {
  if (to.startsWith('/') || /^https?:/.test(to)) return to;
  return PAGES[to] ?? `/items/${to}`;
}

/** Query items have pages of their own. */
const PAGES: Readonly<Record<string, string>> = {
  'q.bills': '/bills',
  'q.people': '/people',
  'q.cases': '/cases',
  'cert.enroll': '/certificates',
  favorites: '/menu',
};

export function Go({
  to,
  className,
  children,
  label,
}: {
  readonly to: string;
  readonly className?: string;
  readonly children: ReactNode;
  readonly label?: string;
}) {
  const path = pathOf(to);
  if (/^https?:/.test(path)) {
    return (
      <a className={className} href={path} target="_blank" rel="noreferrer" aria-label={label}>
        {children}
      </a>
    );
  }
  const [pathname = '/', search = ''] = path.split('?');
  return (
    <Link
      className={className}
      to={pathname}
      search={Object.fromEntries(new URLSearchParams(search))}
      aria-label={label}
    >
      {children}
    </Link>
  );
}

/** For error panels: the place where it can be mended, as a button. */
export function linkOf(link: { readonly label: string; readonly to: string }): ReactNode {
  return (
    <Go to={link.to} className="btn primary small">
      {link.label}
    </Go>
  );
}
