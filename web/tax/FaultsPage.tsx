import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import {
  clearFaultsEndpoint,
  type FaultName,
  faultDeskEndpoint,
  setDownEndpoint,
  setFaultEndpoint,
} from '../../tax/contract.ts';
import { type Answer, call } from '../ui/call.ts';
import { ErrorPanel } from '../ui/ErrorPanel.tsx';
import { momentText } from '../ui/format.ts';
import { queryClient } from '../ui/Root.tsx';
import { Loaded } from '../ui/States.tsx';
import { StatusTag } from '../ui/StatusTag.tsx';
import { FailedTaxPage } from './FailedTaxPage.tsx';

type Desk = Answer<typeof faultDeskEndpoint>;
type Fault = Desk['faults'][number];

const keep = (desk: Desk) => queryClient.setQueryData(['faults'], desk);

/** 故障台 (demo and test only): what may go wrong on the way or at the counter, drawn from a seed. */
const LISTS = { delivery: '传输故障列表', business: '业务故障列表' } as const;

export function FaultsPage() {
  const desk = useQuery({ queryKey: ['faults'], queryFn: () => call(faultDeskEndpoint), retry: false });
  useEffect(() => {
    document.title = '故障台 · 社保费征收';
  }, []);
  return (
    <Loaded query={desk} failed={(error) => <FailedTaxPage title="故障台" error={error} />}>
      {(data) => <View desk={data} />}
    </Loaded>
  );
}

function View({ desk }: { readonly desk: Desk }) {
  const clear = useMutation({ mutationFn: () => call(clearFaultsEndpoint), onSuccess: keep });
  const [hours, setHours] = useState('1');
  const down = useMutation({
    mutationFn: (count: number) => call(setDownEndpoint, { body: { hours: count } }),
    onSuccess: keep,
  });
  const on = desk.faults.filter((fault) => fault.ppm > 0).length;
  return (
    <div className="stack">
      <div className="page-title">
        <h1>
          故障台 <small>随机种子 {desk.seed}</small>
        </h1>
        <button type="button" className="btn" disabled={clear.isPending || on === 0} onClick={() => clear.mutate()}>
          全部关闭
        </button>
      </div>
      <ErrorPanel error={clear.error ?? down.error} />
      <form
        className="card row"
        aria-label="停机"
        onSubmit={(event) => {
          event.preventDefault();
          down.mutate(Number(hours));
        }}
      >
        {desk.downUntil ? (
          <StatusTag tone="bad">停机到 {momentText(desk.downUntil)}</StatusTag>
        ) : (
          <StatusTag tone="done">在线</StatusTag>
        )}
        <label htmlFor="hours">停机</label>
        <input
          id="hours"
          className="input"
          style={{ width: 80 }}
          inputMode="numeric"
          value={hours}
          onChange={(event) => setHours(event.target.value)}
        />
        小时
        <button type="submit" className="btn danger" disabled={down.isPending || !/^\d{1,3}$/.test(hours)}>
          停机
        </button>
        {desk.downUntil ? (
          <button type="button" className="btn" onClick={() => down.mutate(0)}>
            马上恢复
          </button>
        ) : null}
      </form>
      {(['delivery', 'business'] as const).map((layer) => (
        <section className="table-box" key={layer} aria-label={layer === 'delivery' ? '传输故障' : '业务故障'}>
          <h2 style={{ padding: '10px 16px' }}>{layer === 'delivery' ? '传输故障' : '业务故障'}</h2>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
          <section className="table-scroll" aria-label={LISTS[layer]} tabIndex={0}>
            <table className="table">
              <thead>
                <tr>
                  <th scope="col">故障</th>
                  <th scope="col">概率</th>
                  <th scope="col">只对报文类型</th>
                  <th scope="col" className="num">
                    剩余次数
                  </th>
                  <th scope="col" className="num">
                    已发生
                  </th>
                  <th scope="col">操作</th>
                </tr>
              </thead>
              <tbody>
                {desk.faults
                  .filter((fault) => fault.layer === layer)
                  .map((fault) => (
                    <FaultRow key={fault.name} fault={fault} />
                  ))}
              </tbody>
            </table>
          </section>
        </section>
      ))}
    </div>
  );
}

function FaultRow({ fault }: { readonly fault: Fault }) {
  const [percent, setPercent] = useState(fault.ppm > 0 ? String(fault.ppm / 10_000) : '100');
  const [type, setType] = useState(fault.type ?? '');
  const [times, setTimes] = useState(fault.times === null ? '' : String(fault.times));
  const set = useMutation({
    mutationFn: (ppm: number) =>
      call(setFaultEndpoint, {
        params: { name: fault.name as FaultName },
        body: { ppm, type: type || null, times: times ? Number(times) : null },
      }),
    onSuccess: keep,
  });
  return (
    <tr>
      <td className="text">
        {fault.title} {fault.ppm > 0 ? <StatusTag tone="wait">开着</StatusTag> : null}
        {set.error ? <ErrorPanel error={set.error} /> : null}
      </td>
      <td className="nowrap">
        <input
          className="input low"
          style={{ width: 64 }}
          aria-label={`${fault.title} 概率`}
          value={percent}
          onChange={(event) => setPercent(event.target.value)}
        />{' '}
        %
      </td>
      <td>
        <input
          className="input low"
          style={{ minWidth: 130 }}
          aria-label={`${fault.title} 报文类型`}
          placeholder="全部"
          value={type}
          onChange={(event) => setType(event.target.value)}
        />
      </td>
      <td className="num">
        <input
          className="input low"
          style={{ width: 64 }}
          aria-label={`${fault.title} 次数`}
          placeholder="不限"
          value={times}
          onChange={(event) => setTimes(event.target.value)}
        />
      </td>
      <td className="num">{fault.hits}</td>
      <td className="nowrap">
        <button
          type="button"
          className="link"
          disabled={set.isPending}
          onClick={() => set.mutate(Math.round(Number(percent) * 10_000))}
          aria-label={`打开 ${fault.title}`}
        >
          {fault.ppm > 0 ? '更新' : '打开'}
        </button>{' '}
        {fault.ppm > 0 ? (
          <button type="button" className="link" onClick={() => set.mutate(0)} aria-label={`关闭 ${fault.title}`}>
            关闭
          </button>
        ) : null}
      </td>
    </tr>
  );
}
