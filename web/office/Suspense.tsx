import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { type operationsEndpoint, releaseArrearsEndpoint } from '../../src/control/contract.ts';
import { ConfirmConsequence } from '../ui/Confirm.tsx';
import { type Answer, call } from '../ui/call.ts';
import { momentText } from '../ui/format.ts';
import { Money } from '../ui/Money.tsx';
import { queryClient } from '../ui/Root.tsx';

type Rows = Answer<typeof operationsEndpoint>['exchange']['suspense'];

/** 挂账 and 冲正后欠费: money that a person must look at; dues whose money went back can be let go from here. */
export function Suspense({ rows }: { readonly rows: Rows }) {
  const [asked, setAsked] = useState<string | null>(null);
  const release = useMutation({
    mutationFn: (billNo: string) => call(releaseArrearsEndpoint, { params: { billNo }, body: {} }),
    onSuccess: () => {
      queryClient.invalidateQueries({ queryKey: ['ops'] });
      setAsked(null);
    },
  });
  return (
    <div>
      <h3>挂账</h3>
      {rows.length === 0 ? <p className="note">没有挂账。</p> : null}
      <ul className="ledger">
        {rows.map((one) => (
          <li key={one.receiptNo}>
            <div>
              {one.receiptNo}
              <span>
                {one.reason} {momentText(one.at)}
              </span>
              {one.arrearsOf ? (
                <button type="button" className="link" onClick={() => setAsked(one.arrearsOf)}>
                  退回未开单
                </button>
              ) : null}
            </div>
            <Money fen={one.fen} />
          </li>
        ))}
      </ul>
      <ConfirmConsequence
        open={asked !== null}
        title="让费用回到未开单？"
        facts={[
          `单据 ${asked ?? ''} 的费款已经冲正，费用还欠着`,
          '退回以后单位可以重新开单缴费，滞纳金从原来的起算日计',
          '这张单据不再收款，会写入审计记录',
        ]}
        keep="先不退回"
        act="退回未开单"
        busy={release.isPending}
        error={release.error}
        onKeep={() => {
          release.reset();
          setAsked(null);
        }}
        onAct={() => asked && release.mutate(asked)}
      />
    </div>
  );
}
