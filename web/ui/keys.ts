import { useEffect } from 'react';

/** True while the user types, so that single-letter keys stay letters. */
function typing(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName);
}

/** Ctrl+Enter presses the page's primary button. */
export function usePrimaryKey(act: (() => void) | undefined): void {
  useEffect(() => {
    if (!act) return;
    const listen = (event: KeyboardEvent) => {
      if (event.ctrlKey && event.key === 'Enter') {
        event.preventDefault();
        act();
      }
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [act]);
}

/** `/` goes to the search box, `?` lists the keys, Alt+1…9 goes to a tab. */
export function useShellKeys(focusSearch: () => void, goTab: (index: number) => void, showKeys: () => void): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.key === '/' && !event.ctrlKey && !event.metaKey && !typing(event.target)) {
        event.preventDefault();
        focusSearch();
      } else if (event.key === '?' && !typing(event.target)) {
        event.preventDefault();
        showKeys();
      } else if (event.altKey && /^[1-9]$/.test(event.key)) {
        event.preventDefault();
        goTab(Number(event.key) - 1);
      }
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [focusSearch, goTab, showKeys]);
}
