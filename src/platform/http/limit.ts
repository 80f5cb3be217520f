import { DomainError } from '../../kernel/errors.ts';

export type Limit = {
  /** Takes one of the tries of this key. @throws DomainError SYS-429 when none is left in this minute */
  take(key: string): void;
};

const WINDOW_MS = 60_000;

/** At most `perMinute` in any minute for each key, in the memory of this process; keys that rest are forgotten. */
export function createLimit(perMinute: number, now: () => number = () => performance.now()): Limit {
  const taken = new Map<string, number[]>();
  let sweptAt = now();

  function sweep(at: number): void {
    if (at - sweptAt < WINDOW_MS) return;
    sweptAt = at;
    for (const [key, times] of taken) if ((times.at(-1) ?? 0) <= at - WINDOW_MS) taken.delete(key);
  }

  return {
    take(key) {
      const at = now();
      sweep(at);
      const recent = (taken.get(key) ?? []).filter((time) => time > at - WINDOW_MS);
      if (recent.length >= perMinute) {
        throw new DomainError({ code: 'SYS-429', message: '操作太频繁', next: '请过一分钟再试。' }, 429);
      }
      taken.set(key, [...recent, at]);
    },
  };
}
