import { useQuery } from '@tanstack/react-query';
import { logoutEndpoint, sessionEndpoint } from '../../src/platform/identity/contract.ts';
import { ApiError, call, whenSignedOut } from '../ui/call.ts';
import { queryClient } from '../ui/Root.tsx';
import { closeAllTabs } from './tabs.ts';

export type PortalName = 'employer' | 'office';

/** Who sits at this door, and the business clock. Null when nobody is signed in. Each portal has a session of its own. */
export function useSession(portal: PortalName = 'employer') {
  return useQuery({
    queryKey: ['session', portal],
    queryFn: () =>
      call(sessionEndpoint, { query: { portal } }).catch((error: unknown) => {
        if (error instanceof ApiError && error.status === 401) return null;
        throw error;
      }),
    refetchInterval: 30_000,
  });
}

export async function signOut(portal: PortalName = 'employer'): Promise<void> {
  await call(logoutEndpoint, { query: { portal } }).catch(() => undefined);
  if (portal !== 'employer') return;
  closeAllTabs();
  // The next person at this browser finds nothing of what was typed. The caller loads another page, which drops the answers.
  sessionStorage.clear();
}

/** A call was refused for want of a session: ask for one and come back to the same page. */
whenSignedOut(() => {
  const { pathname, search } = window.location;
  const portal: PortalName = pathname.startsWith('/office') ? 'office' : 'employer';
  if (!/^\/(login|office\/login|verify|phone|help)/.test(pathname) && queryClient.getQueryData(['session', portal])) {
    queryClient.setQueryData(['session', portal], null);
    const door = portal === 'office' ? '/office/login' : '/login';
    window.location.assign(`${door}?next=${encodeURIComponent(pathname + search)}`);
  }
});
