import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { ConfirmConsequence } from './Confirm.tsx';

/** A decision that somebody will ask about later: the question takes its reason, too. `about` null: closed. */
export function ReasonedQuestion<T>(props: {
  readonly about: T | null;
  readonly title: (about: T) => string;
  readonly facts: (about: T) => readonly ReactNode[];
  /** 取消原因. */
  readonly label: string;
  readonly keep: string;
  readonly act: (about: T) => string;
  readonly danger?: boolean;
  readonly decide: (about: T, reason: string) => Promise<unknown>;
  readonly onDone: () => void;
  readonly onEnd: () => void;
}) {
  const { about } = props;
  const [reason, setReason] = useState('');
  const decision = useMutation({
    mutationFn: (one: T) => props.decide(one, reason.trim()),
    onSuccess: () => {
      props.onDone();
      end();
    },
  });
  const end = () => {
    decision.reset();
    setReason('');
    props.onEnd();
  };
  return (
    <ConfirmConsequence
      open={about !== null}
      title={about === null ? '' : props.title(about)}
      facts={[
        ...(about === null ? [] : props.facts(about)),
        '会写入审计记录',
        <label key="reason" className="stack" style={{ gap: 4 }}>
          <span>{props.label}</span>
          <input
            className="input"
            value={reason}
            maxLength={200}
            placeholder="至少 2 个字"
            onChange={(event) => setReason(event.target.value)}
          />
        </label>,
      ]}
      keep={props.keep}
      act={about === null ? '' : props.act(about)}
      busy={decision.isPending}
      blocked={reason.trim().length < 2}
      danger={props.danger ?? true}
      error={decision.error}
      onKeep={end}
      onAct={() => about !== null && decision.mutate(about)}
    />
  );
}
