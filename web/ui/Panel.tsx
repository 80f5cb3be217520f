import { CloseOutlined } from '@ant-design/icons';
import { Drawer } from 'antd';
import type { ReactNode } from 'react';

/** A drawer from the right: Esc closes it, focus returns to what opened it (antd does both). */
export function Panel({
  title,
  width = 520,
  open,
  onClose,
  extra,
  children,
}: {
  readonly title: ReactNode;
  readonly width?: number;
  readonly open: boolean;
  readonly onClose: () => void;
  readonly extra?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <Drawer
      open={open}
      onClose={onClose}
      size={width}
      title={title}
      extra={extra}
      closable={{ closeIcon: <CloseOutlined aria-label="关闭" /> }}
      styles={{ wrapper: { maxWidth: '100vw' }, body: { paddingTop: 16 } }}
      destroyOnHidden
    >
      {/* The body scrolls; it must be reachable by keyboard even when nothing in it can be pressed. */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: see above */}
      <section tabIndex={0} aria-label="内容" className="panel-body">
        {children}
      </section>
    </Drawer>
  );
}
