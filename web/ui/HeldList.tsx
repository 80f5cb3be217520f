import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { heldEndpoint, settleHeldEndpoint } from '../../wire/contract.ts';
import { type Answer, call } from './call.ts';
import { type Column, DataTable } from './DataTable.tsx';
import { ErrorPanel } from './ErrorPanel.tsx';
import { momentText } from './format.ts';
import { ReasonedQuestion } from './ReasonedQuestion.tsx';
import { queryClient } from './Root.tsx';
import { StatusTag, type Tone } from './StatusTag.tsx';

type Held = Answer<typeof heldEndpoint>[number];

type Words = { readonly name: string; readonly tone: Tone; readonly act: string; readonly effect: string };
const KINDS: Readonly<Record<Held['kind'], Words>> = {
  DEAD: { name: '死信', tone: 'bad', act: '重发', effect: '原样再送一次；对方收到过的不会再做一遍' },
  REFUSED: { name: '整件被拒', tone: 'bad', act: '重发', effect: '原样再送一次；原因还在，会再被拒' },
  QUARANTINED: { name: '隔离', tone: 'wait', act: '放行', effect: '报文里的内容马上生效，等着它的随后生效' },
  FAILED: { name: '处理出错', tone: 'bad', act: '再做一遍', effect: '从头再做；还是出错会再列在这里' },
  GIVEN_UP: { name: '没能受理', tone: 'bad', act: '知道了', effect: '已答复对方不能受理；从这里收起' },
  ALARM: { name: '告警', tone: 'wait', act: '知道了', effect: '从这里收起；再出现同样的情况会再列出来' },
};

/** 交换：待人处理. On both sides of the wire; `Heading` fits what stands above it. */
export function HeldList({ heading: Heading }: { readonly heading: 'h2' | 'h3' }) {
  const [asked, setAsked] = useState<Held | null>(null);
  const held = useQuery({ queryKey: ['held'], queryFn: () => call(heldEndpoint), refetchInterval: 10_000 });
  const columns: readonly Column<Held>[] = [
    {
      key: 'what',
      label: '情况',
      wrap: true,
      render: ({ kind, typeName, reason, next }) => (
        <>
          <StatusTag tone={KINDS[kind].tone}>{KINDS[kind].name}</StatusTag> {typeName} {reason}
          <div className="note">{next}</div>
        </>
      ),
    },
    {
      key: 'about',
      label: '对象',
      desktopOnly: true,
      wrap: true,
      render: ({ about, peer }) => (
        <>
          {about}
          <div className="note">对方 {peer}</div>
        </>
      ),
    },
    { key: 'at', label: '时间', desktopOnly: true, render: (one) => momentText(one.at) },
    {
      key: 'act',
      label: '操作',
      render: (one) => (
        <button
          type="button"
          className="link"
          aria-label={`${KINDS[one.kind].act} ${one.about}`}
          onClick={() => setAsked(one)}
        >
          {KINDS[one.kind].act}
        </button>
      ),
    },
  ];
  return (
    <section className="stack" style={{ gap: 4 }} aria-label="待人处理">
      <Heading>待人处理</Heading>
      <ErrorPanel error={held.error} />
      {held.data?.length === 0 ? <p className="note">没有要人处理的报文。</p> : null}
      {held.data && held.data.length > 0 ? (
        <DataTable label="待人处理列表" columns={columns} rows={held.data} keyOf={(one) => one.kind + one.id} />
      ) : null}
      <ReasonedQuestion
        about={asked}
        title={(one) => `${KINDS[one.kind].act}：${one.typeName || KINDS[one.kind].name}？`}
        facts={(one) => [one.about, one.reason, KINDS[one.kind].effect]}
        label="理由"
        keep="先不处理"
        act={(one) => KINDS[one.kind].act}
        danger={false}
        decide={({ kind, id }, reason) => call(settleHeldEndpoint, { params: { kind, id }, body: { reason } })}
        onDone={() => {
          queryClient.invalidateQueries({ queryKey: ['held'] });
          queryClient.invalidateQueries({ queryKey: ['ops'] });
        }}
        onEnd={() => setAsked(null)}
      />
    </section>
  );
}
