import { useSyncExternalStore } from 'react';

const KEY = 'tz.elder';
const listeners = new Set<() => void>();
const isOn = (): boolean => document.documentElement.dataset.elder === '1';

/** 长辈版 is a setting of the person, kept in the browser (ui README §6). */
export function startElder(): void {
  if (localStorage.getItem(KEY) === '1') document.documentElement.dataset.elder = '1';
}

export function toggleElder(): void {
  const root = document.documentElement;
  if (isOn()) delete root.dataset.elder;
  else root.dataset.elder = '1';
  localStorage.setItem(KEY, isOn() ? '1' : '0');
  for (const listener of listeners) listener();
}

export function useElder(): boolean {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, isOn);
}
