import { InboxOutlined } from '@ant-design/icons';
import { type ReactNode, useEffect, useState } from 'react';

/** 空: what was searched, and one way out. */
export function Empty({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className="empty">
      <InboxOutlined style={{ fontSize: 26 }} aria-hidden="true" />
      <div>{title}</div>
      {children ? <div className="note">{children}</div> : null}
    </div>
  );
}

/** 装载: the shape of what comes, only when it takes longer than 300 ms. */
export function Skeleton({ lines = 4 }: { readonly lines?: number }) {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 300);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="skeleton" role="status" aria-label="正在装载">
      {late
        ? Array.from({ length: lines }, (_, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the lines are all alike
            <div key={i} style={{ width: `${100 - (i % 3) * 18}%` }} />
          ))
        : null}
    </div>
  );
}

/** What a query shows while it has nothing, or nothing new. */
export function Loaded<T>({
  query,
  children,
  fallback,
  failed,
}: {
  readonly query: { readonly data: T | undefined; readonly error: unknown };
  readonly children: (data: T) => ReactNode;
  readonly fallback?: ReactNode;
  readonly failed: (error: unknown) => ReactNode;
}) {
  if (query.data !== undefined) return children(query.data);
  if (query.error) return failed(query.error);
  return fallback ?? <Skeleton />;
}
