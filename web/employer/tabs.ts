import { useEffect, useSyncExternalStore } from 'react';

/** 页签 (HB-MENU-04): what is open in this browser tab, kept over a reload. `dirty` warns before closing (GEN-003). */
export type OpenTab = { readonly path: string; readonly title: string; readonly href: string };

const KEY = 'tz.tabs';
const MOST_TABS = 12;
const HOME: OpenTab = { path: '/', title: '首页', href: '/' };

let tabs: readonly OpenTab[] = load();
const dirty = new Set<string>();
const listeners = new Set<() => void>();

function load(): readonly OpenTab[] {
  try {
    const saved = JSON.parse(sessionStorage.getItem(KEY) ?? '[]') as OpenTab[];
    return [HOME, ...saved.filter((tab) => tab.path !== '/')];
  } catch {
    return [HOME];
  }
}

function set(next: readonly OpenTab[]): void {
  tabs = next;
  sessionStorage.setItem(KEY, JSON.stringify(next));
  for (const listener of listeners) listener();
}

export function useTabs(): readonly OpenTab[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => tabs,
  );
}

/** Says on which tab a page stands; an address with other filters stays the same tab. */
export function useTab(path: string, title: string, href: string): void {
  useEffect(() => {
    document.title = `${title} · 统征`;
    const known = tabs.find((tab) => tab.path === path);
    if (known && known.title === title && known.href === href) return;
    const tab = { path, title, href };
    set(known ? tabs.map((one) => (one.path === path ? tab : one)) : withRoom([...tabs, tab]));
  }, [path, title, href]);
}

/** More tabs than the line can hold: the oldest without unsaved work makes room; the one just opened always shows. */
function withRoom(all: readonly OpenTab[]): readonly OpenTab[] {
  if (all.length <= MOST_TABS) return all;
  const oldest = all.find((tab, index) => index > 0 && index < all.length - 1 && !dirty.has(tab.path));
  return oldest ? all.filter((tab) => tab !== oldest) : all;
}

export function closeTab(path: string): OpenTab {
  const index = tabs.findIndex((tab) => tab.path === path);
  set(tabs.filter((tab) => tab.path !== path || tab.path === '/'));
  dirty.delete(path);
  return tabs[Math.max(0, index - 1)] ?? HOME;
}

export function closeAllTabs(): void {
  dirty.clear();
  set([HOME]);
}

export function markDirty(path: string, isDirty: boolean): void {
  if (isDirty) dirty.add(path);
  else dirty.delete(path);
}

export function isDirty(path: string): boolean {
  return dirty.has(path);
}

export function anyDirty(): boolean {
  return dirty.size > 0;
}

window.addEventListener('beforeunload', (event) => {
  if (dirty.size > 0) event.preventDefault();
});
