import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { ConfirmConsequence } from '../ui/Confirm.tsx';
import { queryClient } from '../ui/Root.tsx';

/** 删除 of what was kept and never submitted: it asks first, for nothing brings it back. */
export function DropButton({
  what,
  facts,
  drop,
  list,
}: {
  readonly what: string;
  readonly facts: readonly string[];
  readonly drop: () => Promise<unknown>;
  /** The query that lists it. */
  readonly list: readonly string[];
}) {
  const [asked, setAsked] = useState(false);
  const dropping = useMutation({
    mutationFn: drop,
    onSuccess: () => {
      setAsked(false);
      queryClient.invalidateQueries({ queryKey: ['home'] });
      return queryClient.invalidateQueries({ queryKey: list });
    },
  });
  return (
    <>
      <button type="button" className="link in-text" onClick={() => setAsked(true)} aria-label={`删除${what}`}>
        删除
      </button>
      <ConfirmConsequence
        open={asked}
        title={`删除${what}？`}
        facts={[...facts, '删除后找不回来；没有提交过，不影响已经办成的']}
        keep="留着"
        act="删除"
        busy={dropping.isPending}
        error={dropping.error}
        onKeep={() => {
          dropping.reset();
          setAsked(false);
        }}
        onAct={() => dropping.mutate()}
      />
    </>
  );
}
