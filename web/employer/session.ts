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
      call(sessionEndpoint, { query: { portal } })
        .then((session) => {
          if (portal === 'employer' && session.principal) claimTab(session.principal.accountId);
          return session;
        })
        .catch((error: unknown) => {
          if (error instanceof ApiError && error.status === 401) return null;
          throw error;
        }),
    refetchInterval: 30_000,
  });
}

const OWNER = 'tz.owner';

/** What a browser tab keeps belongs to who typed it: somebody else who signs in, here or in another tab, finds nothing of it. */
function claimTab(accountId: string): void {
  const owner = sessionStorage.getItem(OWNER);
  if (owner !== accountId && owner !== null) {
    dropWhatIsKept();
    // What the page has in memory goes with it.
    window.location.reload();
  }
  sessionStorage.setItem(OWNER, accountId);
}

function dropWhatIsKept(): void {
  closeAllTabs();
  sessionStorage.clear();
}

export async function signOut(portal: PortalName = 'employer'): Promise<void> {
  await call(logoutEndpoint, { query: { portal } }).catch(() => undefined);
  if (portal !== 'employer') return;
  // The next person at this browser finds nothing of what was typed. The caller loads another page, which drops the answers.
  dropWhatIsKept();
}

/** A call was refused for want of a session: ask for one and come back to the same page. */
whenSignedOut(() => {
  const { pathname, search } = window.location;
  const portal: PortalName = pathname.startsWith('/office') ? 'office' : 'employer';
  if (!/^\/(login|office\/login|verify|phone|help)/.test(pathname) && queryClient.getQueryData(['session', portal])) {
    queryClient.setQueryData(['session', portal], null);
    const door = portal === 'office' ? '/office/login' : '/login';
    window.location.assign(`${door}?${new URLSearchParams({ next: pathname + search, over: '1' })}`);
  }
});
