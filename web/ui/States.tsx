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

/** 长任务: count, total, and that one may leave. */
export function Progress({
  label,
  done,
  total,
}: {
  readonly label: string;
  readonly done: number;
  readonly total: number;
}) {
  const share = total > 0 ? Math.round((done * 100) / total) : 0;
  return (
    <div className="progress">
      <div className="row between" style={{ height: 'auto', background: 'none', margin: 0 }}>
        <b>{label}</b>
        <span>
          {done.toLocaleString('zh-CN')} / {total.toLocaleString('zh-CN')}
        </span>
      </div>
      <div role="progressbar" aria-label={label} aria-valuenow={share} aria-valuemin={0} aria-valuemax={100}>
        <div style={{ width: `${share}%` }} />
      </div>
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
