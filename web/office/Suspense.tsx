import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { type operationsEndpoint, releaseArrearsEndpoint, type suspenseSort } from '../../src/control/contract.ts';
import type { SortKey } from '../../src/platform/schemas.ts';
import { useSearchState } from '../employer/place.ts';
import { ConfirmConsequence } from '../ui/Confirm.tsx';
import { type Answer, call } from '../ui/call.ts';
import { type Column, DataTable } from '../ui/DataTable.tsx';
import { momentText } from '../ui/format.ts';
import { Money } from '../ui/Money.tsx';
import { queryClient } from '../ui/Root.tsx';

type Row = Answer<typeof operationsEndpoint>['exchange']['suspense'][number];

/** 挂账 and 冲正后欠费: money that a person must look at; dues whose money went back can be let go from here. */
export function Suspense({ rows }: { readonly rows: readonly Row[] }) {
  const [asked, setAsked] = useState<string | null>(null);
  const [search, change] = useSearchState();
  const release = useMutation({
    mutationFn: (billNo: string) => call(releaseArrearsEndpoint, { params: { billNo }, body: {} }),
    onSuccess: () => {
      queryClient.invalidateQueries({ queryKey: ['ops'] });
      setAsked(null);
    },
  });
  const columns: readonly Column<Row, SortKey<typeof suspenseSort>>[] = [
    { key: 'receiptNo', label: '到账流水号', sort: 'receiptNo', render: (one) => one.receiptNo },
    { key: 'reason', label: '原因', sort: 'reason', wrap: true, render: (one) => one.reason },
    { key: 'at', label: '时间', sort: 'at', desktopOnly: true, render: (one) => momentText(one.at) },
    { key: 'fen', label: '金额', align: 'end', sort: 'fen', render: (one) => <Money fen={one.fen} plain /> },
    {
      key: 'act',
      label: '操作',
      render: ({ arrearsOf }) =>
        arrearsOf ? (
          <button type="button" className="link" onClick={() => setAsked(arrearsOf)}>
            退回未开单
          </button>
        ) : null,
    },
  ];
  return (
    <div className="stack" style={{ gap: 4 }}>
      <h3>挂账</h3>
      {rows.length === 0 ? (
        <p className="note">没有挂账。</p>
      ) : (
        <DataTable
          label="挂账"
          columns={columns}
          rows={rows}
          keyOf={(one) => one.receiptNo}
          sort={search.suspense}
          onSort={(suspense) => change({ suspense })}
        />
      )}
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
