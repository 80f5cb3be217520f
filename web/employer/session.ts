import { useQuery } from '@tanstack/react-query';
import { logoutEndpoint, sessionEndpoint } from '../../src/platform/identity/contract.ts';
import { ApiError, call, whenSignedOut } from '../ui/call.ts';
import { queryClient } from '../ui/Root.tsx';
import { closeAllTabs } from './tabs.ts';

/** Who sits here, and the business clock. Null when nobody is signed in. */
export function useSession() {
  return useQuery({
    queryKey: ['session'],
    queryFn: () =>
      call(sessionEndpoint).catch((error: unknown) => {
        if (error instanceof ApiError && error.status === 401) return null;
        throw error;
      }),
    refetchInterval: 30_000,
  });
}

export async function signOut(): Promise<void> {
  await call(logoutEndpoint).catch(() => undefined);
  closeAllTabs();
  // The next person at this browser finds nothing of what was typed. The caller loads another page, which drops the answers.
  sessionStorage.clear();
}

/** A call was refused for want of a session: ask for one and come back to the same page. */
whenSignedOut(() => {
  const { pathname, search } = window.location;
  if (!/^\/(login|office\/login|verify|phone|help)/.test(pathname) && queryClient.getQueryData(['session'])) {
    queryClient.setQueryData(['session'], null);
    const door = pathname.startsWith('/office') ? '/office/login' : '/login';
    window.location.assign(`${door}?next=${encodeURIComponent(pathname + search)}`);
  }
});
