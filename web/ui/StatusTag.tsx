import type { ReactNode } from 'react';

export type Tone = 'done' | 'doing' | 'wait' | 'bad' | 'none';

/** Colour with a shape, so that the colour is never alone. */
export function StatusTag({ tone, children }: { readonly tone: Tone; readonly children: ReactNode }) {
  return (
    <span className={`tag ${tone}`}>
      <i aria-hidden="true" />
      {children}
    </span>
  );
}

/** Where a known value came from: 库内, 规则, 读卡. */
export function Origin({ children }: { readonly children: ReactNode }) {
  return <span className="origin">{children}</span>;
}
