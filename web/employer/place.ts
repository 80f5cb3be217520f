import { useLocation, useNavigate, useParams, useRouter } from '@tanstack/react-router';
import { useEffect, useMemo, useState } from 'react';
import { setAside, takeAside } from './aside.ts';

export type Search = Readonly<Record<string, string | undefined>>;

const NONE: readonly string[] = [];

/**
 * The filters in the address, and the way to change some of them. A value left out is removed. Of those named in `aside` (a constant
 * list) the address holds only a mark (aside.ts).
 */
export function useSearchState(
  aside: readonly string[] = NONE,
): readonly [Search, (change: Search, replace?: boolean) => void] {
  const location = useLocation();
  const navigate = useNavigate();
  const written = location.search as Search;
  const current = useMemo(
    () => ({ ...written, ...Object.fromEntries(aside.map((name) => [name, takeAside(written[name])])) }),
    [written, aside],
  );
  const change = (next: Search, replace = true) => {
    const marks = aside.filter((name) => next[name] !== undefined).map((name) => [name, setAside(next[name] ?? '')]);
    const merged: Search = { ...written, ...next, ...Object.fromEntries(marks) };
    const search = Object.fromEntries(
      Object.entries(merged).filter(([, value]) => value !== undefined && value !== ''),
    );
    navigate({ to: location.pathname, search: search as never, replace });
  };
  return [current, change];
}

export function useParam(name: string): string {
  const params = useParams({ strict: false }) as Readonly<Record<string, string | undefined>>;
  return params[name] ?? '';
}

export function useGo(): (path: string) => void {
  const navigate = useNavigate();
  return (path) => {
    const [to = '/', search = ''] = path.split('?');
    navigate({ to, search: Object.fromEntries(new URLSearchParams(search)) as never });
  };
}

export function useHere(): { readonly pathname: string; readonly href: string } {
  const location = useLocation();
  return { pathname: location.pathname, href: location.href };
}

/** Goes elsewhere once (the router's own Navigate asks again at every render). */
export function Redirect({ to }: { readonly to: string }) {
  const router = useRouter();
  // The address changes before the old page is gone; only the first target counts.
  const [target] = useState(to);
  useEffect(() => {
    router.history.replace(target);
  }, [router, target]);
  return null;
}
