import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { cancelJobEndpoint, type jobSort, runJobEndpoint, runningJobsEndpoint } from '../../src/control/contract.ts';
import type { SortKey } from '../../src/platform/schemas.ts';
import { useSearchState } from '../employer/place.ts';
import { ConfirmConsequence } from '../ui/Confirm.tsx';
import { type Answer, call } from '../ui/call.ts';
import { type Column, DataTable } from '../ui/DataTable.tsx';
import { momentText, shortMoment } from '../ui/format.ts';
import { ReasonedQuestion } from '../ui/ReasonedQuestion.tsx';
import { queryClient } from '../ui/Root.tsx';
import { StatusTag, type Tone } from '../ui/StatusTag.tsx';
import type { Overview } from './OperationsPage.tsx';

type Job = Overview['jobs'][number];
type Running = Answer<typeof runningJobsEndpoint>[number];

const LOOK_MS = 5_000;
const WATCH_MS = 1_000;

/** Runs under way in any process; looked at every second while there is one, and the table anew when one begins or ends. */
function useRunning(): ReadonlyMap<string, Running> {
  const { data } = useQuery({
    queryKey: ['ops-running'],
    queryFn: () => call(runningJobsEndpoint),
    refetchInterval: ({ state }) => (state.data?.length ? WATCH_MS : LOOK_MS),
  });
  const names = data?.map((one) => `${one.job} ${one.slot}`).join() ?? '';
  useEffect(() => {
    queryClient.invalidateQueries({ queryKey: ['ops'] });
  }, [names]);
  return new Map(data?.map((one) => [one.job, one]));
}

/** 任务 (ui 10): what ran, what runs and how far it is, what will run. */
export function Jobs({ data }: { readonly data: Overview }) {
  const [asked, setAsked] = useState<Job | null>(null);
  const [stopping, setStopping] = useState<Running | null>(null);
  const running = useRunning();
  const [search, change] = useSearchState();
  const rerun = useMutation({
    mutationFn: (job: Job) =>
      call(runJobEndpoint, { params: { job: job.job }, body: { slot: job.last?.slot, wait: false } }),
    onSuccess: () => {
      queryClient.invalidateQueries({ queryKey: ['ops'] });
      queryClient.invalidateQueries({ queryKey: ['ops-running'] });
      setAsked(null);
    },
  });
  const columns: readonly Column<Job, SortKey<typeof jobSort>>[] = [
    {
      key: 'title',
      label: '任务',
      sort: 'title',
      wrap: true,
      render: (job) => (
        <>
          <b>{job.title}</b>
          <div className="note">{job.rule}</div>
          <div className="note only-phone">下次 {nextOf(job)}</div>
        </>
      ),
    },
    {
      key: 'today',
      label: '今天 0–24 时',
      desktopOnly: true,
      render: (job) => <Strip job={job} now={data.clock.now} />,
    },
    {
      key: 'last',
      label: '上次',
      sort: 'last',
      desktopOnly: true,
      render: (job) => (job.last ? shortMoment(job.last.slot) : ''),
    },
    {
      key: 'state',
      label: '结果',
      sort: 'state',
      wrap: true,
      render: (job) => <Result job={job} running={running.get(job.job)} />,
    },
    { key: 'next', label: '下次', sort: 'next', desktopOnly: true, render: nextOf },
    {
      key: 'act',
      label: '操作',
      render: (job) => (
        <Act job={job} running={running.get(job.job)} onRun={() => setAsked(job)} onStop={setStopping} />
      ),
    },
  ];
  return (
    <section className="table-box" aria-label="任务">
      <div className="row between" style={{ padding: '10px 16px' }}>
        <h2>任务</h2>
        <span className="note hide-phone">竖线 = 现在；实心 = 已跑，空心 = 将跑</span>
      </div>
      <DataTable
        label="任务列表"
        columns={columns}
        rows={data.jobs}
        keyOf={(job) => job.job}
        sort={search.jobs}
        onSort={(jobs) => change({ jobs })}
      />
      <ConfirmConsequence
        open={asked !== null}
        title={`${again(asked)}“${asked?.title ?? ''}”？`}
        facts={[
          asked?.last ? `${again(asked)} ${momentText(asked.last.slot)} 这一批，记账日期仍是那一天` : '',
          '已经做过的不会再做一遍（按批幂等），只补没做的',
          '会写入审计记录',
        ]}
        keep={`不${again(asked)}`}
        act={`${again(asked)}这一批`}
        danger={false}
        busy={rerun.isPending}
        error={rerun.error}
        onKeep={() => {
          rerun.reset();
          setAsked(null);
        }}
        onAct={() => asked && rerun.mutate(asked)}
      />
      <Stop running={stopping} onEnd={() => setStopping(null)} />
    </section>
  );
}

const nextOf = (job: Job): string => (job.next ? shortMoment(job.next) : '随时');
const again = (job: Job | null): string => (job?.last?.state === 'CANCELLED' ? '继续' : '重跑');

function Result({ job, running }: { readonly job: Job; readonly running: Running | undefined }) {
  if (running) return <Progress running={running} />;
  if (!job.last) return <span className="note">还没跑过</span>;
  return (
    <>
      <StatusTag tone={jobTone(job.last.state)}>{jobState(job.last.state)}</StatusTag> {job.last.result}
    </>
  );
}

/** 30 / 100 批，每秒 12 批，约剩 6 秒. */
function Progress({ running }: { readonly running: Running }) {
  const { done, total, unit } = running;
  return (
    <div className="stack" style={{ gap: 2, minWidth: 180 }}>
      <span>
        <StatusTag tone={running.alive ? 'doing' : 'wait'}>{stateOf(running)}</StatusTag>{' '}
        {done !== null && total !== null ? (
          <span className="num">
            {done.toLocaleString('zh-CN')} / {total.toLocaleString('zh-CN')} {unit}
          </span>
        ) : null}
      </span>
      <progress
        aria-label={`${running.title}的进度`}
        style={{ width: '100%' }}
        {...(done === null || total === null ? {} : { value: done, max: Math.max(total, 1) })}
      />
      <span className="note">{paceOf(running)}</span>
    </div>
  );
}

function stateOf({ alive, cancelAsked }: Running): string {
  if (cancelAsked) return '正在停下';
  return alive ? '正在跑' : '等另一个进程接着跑';
}

function paceOf({ perSecond, restSeconds, unit }: Running): string {
  if (perSecond === null || restSeconds === null) return '刚开始';
  const pace =
    perSecond >= 1 ? `每秒 ${Math.round(perSecond)} ${unit}` : `每分钟 ${Math.round(perSecond * 60)} ${unit}`;
  const rest = restSeconds < 90 ? `${restSeconds} 秒` : `${Math.ceil(restSeconds / 60)} 分钟`;
  return `${pace}，约剩 ${rest}`;
}

function Act({
  job,
  running,
  onRun,
  onStop,
}: {
  readonly job: Job;
  readonly running: Running | undefined;
  readonly onRun: () => void;
  readonly onStop: (running: Running) => void;
}) {
  if (running) {
    return (
      <button
        type="button"
        className="link"
        disabled={running.cancelAsked}
        onClick={() => onStop(running)}
        aria-label={`取消 ${job.title}`}
      >
        取消
      </button>
    );
  }
  return (
    <button
      type="button"
      className="link"
      disabled={!job.last}
      onClick={onRun}
      aria-label={`${again(job)} ${job.title}`}
    >
      {again(job)}
    </button>
  );
}

/** 取消: with a reason, because somebody will ask why the batch stands half done. */
function Stop({ running, onEnd }: { readonly running: Running | null; readonly onEnd: () => void }) {
  return (
    <ReasonedQuestion
      about={running}
      title={(one) => `取消“${one.title}”？`}
      facts={() => ['做完手上这一批就停下；已做的有效，不退回', '停下后不会自动再跑，点“继续”从停下的地方接着做']}
      label="取消原因"
      keep="让它跑完"
      act={() => '取消这一批'}
      decide={({ job }, reason) => call(cancelJobEndpoint, { params: { job }, body: { reason } })}
      onDone={() => queryClient.invalidateQueries({ queryKey: ['ops-running'] })}
      onEnd={onEnd}
    />
  );
}

const STATES: Readonly<Record<string, readonly [Tone, string]>> = {
  DONE: ['done', '正常'],
  RUNNING: ['doing', '正在跑'],
  FAILED: ['bad', '失败'],
  CANCELLED: ['wait', '已取消'],
};

function jobTone(state: string): Tone {
  return STATES[state]?.[0] ?? 'bad';
}

function jobState(state: string): string {
  return STATES[state]?.[1] ?? state;
}

/** One day of one job: a filled dot ran, a hollow one will, a red square failed; the line is now. */
function Strip({ job, now }: { readonly job: Job; readonly now: string }) {
  const at = (moment: string) =>
    4 + Math.round(((Number(moment.slice(11, 13)) * 60 + Number(moment.slice(14, 16))) * 152) / 1440);
  const today = job.slots.filter((slot) => slot.at.slice(0, 10) === now.slice(0, 10));
  const done = today.filter((slot) => slot.state === 'done').length;
  return (
    <svg
      width="160"
      height="20"
      role="img"
      aria-label={`今天已跑 ${done} 次，还要跑 ${today.filter((slot) => slot.state === 'future').length} 次`}
    >
      <line x1="2" x2="158" y1="10" y2="10" stroke="#c3cbd2" />
      {today.map((slot) =>
        slot.state === 'failed' ? (
          <rect key={slot.at} x={at(slot.at) - 4} y="6" width="8" height="8" fill="#b0261e" />
        ) : (
          <circle
            key={slot.at}
            cx={at(slot.at)}
            cy="10"
            r="4"
            fill={slot.state === 'done' ? '#1d6a49' : '#fff'}
            stroke={slot.state === 'done' ? '#1d6a49' : '#566373'}
          />
        ),
      )}
      <line x1={at(now)} x2={at(now)} y1="1" y2="19" stroke="#b0261e" strokeWidth="1.5" />
    </svg>
  );
}
