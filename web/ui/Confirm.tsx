import { Modal } from 'antd';
import { type ReactNode, useEffect, useRef } from 'react';
import { ErrorPanel } from './ErrorPanel.tsx';

/**
 * 确认后果: a question with its object, three or four facts, and two verbs (never 确定/取消). What cannot be done has no verb: only the reasons
 * are shown.
 */
export function ConfirmConsequence({
  open,
  title,
  facts,
  keep,
  act,
  busy,
  blocked = false,
  error,
  danger = true,
  onKeep,
  onAct,
}: {
  readonly open: boolean;
  readonly title: string;
  readonly facts: readonly ReactNode[];
  readonly keep: string;
  readonly act?: string;
  readonly busy?: boolean;
  /** Something asked for among the facts is still missing. */
  readonly blocked?: boolean;
  readonly error?: unknown;
  readonly danger?: boolean;
  readonly onKeep: () => void;
  readonly onAct?: () => void;
}) {
  const first = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (open) setTimeout(() => first.current?.focus(), 50);
  }, [open]);
  return (
    <Modal open={open} title={title} onCancel={onKeep} footer={null} closable={false} width={460} destroyOnHidden>
      <ul className="stack" style={{ gap: 6 }}>
        {facts.map((fact, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: facts are sentences in a fixed order
          <li key={index}>{fact}</li>
        ))}
      </ul>
      {error ? (
        <div style={{ marginTop: 12 }}>
          <ErrorPanel error={error} />
        </div>
      ) : null}
      <div className="row" style={{ justifyContent: 'flex-end', marginTop: 16 }}>
        <button type="button" className="btn" ref={first} onClick={onKeep}>
          {keep}
        </button>
        {act ? (
          <button
            type="button"
            className={danger ? 'btn danger solid' : 'btn primary'}
            disabled={busy || blocked}
            onClick={onAct}
          >
            {busy ? '正在办…' : act}
          </button>
        ) : null}
      </div>
    </Modal>
  );
}
