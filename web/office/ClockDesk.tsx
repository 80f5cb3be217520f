import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useEffect, useState } from 'react';
import { advanceClockEndpoint } from '../../src/control/contract.ts';
import {
  addDays,
  addMonths,
  atTime,
  dateOf,
  firstDay,
  type Moment,
  momentFromMs,
  momentToMs,
  monthOf,
  parseMoment,
} from '../../src/kernel/month.ts';
import { call } from '../ui/call.ts';
import { ErrorPanel } from '../ui/ErrorPanel.tsx';
import { clockText } from '../ui/format.ts';
import { queryClient } from '../ui/Root.tsx';
import type { Overview } from './OperationsPage.tsx';

const WATCH_MS = 2_000;

/** The demo's clock: forward only, slot by slot; what is due on the way runs at its own time. */
export function ClockDesk({ clock }: { readonly clock: Overview['clock'] }) {
  const now = clock.now as Moment;
  const [to, setTo] = useState('');
  const [freeze, setFreeze] = useState(clock.frozen);
  const advance = useMutation({
    mutationFn: (target: Moment) => call(advanceClockEndpoint, { body: { to: target, freeze } }),
    onSuccess: (_answer, target) => {
      // Its time has come: left in the field it would be called past.
      setTo((typed) => (parseMoment(typed) === target ? '' : typed));
      return queryClient.invalidateQueries();
    },
  });
  const [from, setFrom] = useState(now);
  const go = (target: Moment) => {
    setFrom(now);
    advance.mutate(target);
  };
  // A month takes a while; its days go by on the page.
  const moving = advance.isPending;
  useEffect(() => {
    if (!moving) return;
    const timer = setInterval(
      // An answer on its way is waited for.
      () => queryClient.invalidateQueries({ queryKey: ['ops'] }, { cancelRefetch: false }),
      WATCH_MS,
    );
    return () => clearInterval(timer);
  }, [moving]);
  const today = dateOf(now);
  const hour = Number(now.slice(11, 13));
  const nextBatch =
    hour >= 20
      ? atTime(addDays(today, 1), '00:00')
      : atTime(today, `${String((Math.floor(hour / 4) + 1) * 4).padStart(2, '0')}:00`);
  const steps: readonly (readonly [string, Moment])[] = [
    ['30 分钟后', momentFromMs(momentToMs(now) + 30 * 60_000)],
    ['下一批登账', nextBatch],
    ['明天 02:10', atTime(addDays(today, 1), '02:10')],
    ['下月 1 日 09:00', atTime(firstDay(addMonths(monthOf(today), 1)), '09:00')],
  ];
  const target = parseMoment(to);
  const wrong = whyNot(to, target, now);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (target && !wrong) go(target);
  };
  return (
    <section className="card" aria-label="业务时钟">
      <header>
        <h2>业务时钟（演示）</h2>
        <span className="note">{clock.frozen ? '停着' : '走着'}</span>
      </header>
      <p style={{ fontSize: 18 }} aria-live="polite">
        <b>{clockText(clock.now)}</b>
      </p>
      <div className="row" style={{ margin: '8px 0' }}>
        {steps.map(([label, target]) => (
          <button
            type="button"
            className="btn small"
            key={label}
            disabled={advance.isPending}
            onClick={() => go(target)}
          >
            {label}
          </button>
        ))}
      </div>
      <form className="row" onSubmit={submit}>
        <label htmlFor="advance-to">推进到</label>
        <input
          id="advance-to"
          className="input"
          style={{ width: 170 }}
          placeholder="2023-04-11 09:00"
          value={to}
          aria-invalid={wrong !== ''}
          aria-describedby="advance-words"
          onChange={(event) => setTo(event.target.value)}
        />
        <button type="submit" className="btn small" disabled={advance.isPending || !target || wrong !== ''}>
          {advance.isPending ? '正在推进…' : '推进'}
        </button>
        <label className="check">
          <input type="checkbox" checked={freeze} onChange={(event) => setFreeze(event.target.checked)} />
          到了就停住
        </label>
      </form>
      {moving && advance.variables ? (
        <progress
          aria-label="推进到了哪里"
          style={{ width: '100%' }}
          value={momentToMs(now) - momentToMs(from)}
          max={momentToMs(advance.variables) - momentToMs(from)}
        />
      ) : null}
      <p className={wrong && !moving ? 'red dense' : 'note'} id="advance-words" role="status">
        {moving && advance.variables
          ? `正在推进到 ${clockText(advance.variables)}，途中到点的作业逐个运行；离开这一页也不会停。`
          : wrong || restingWords(advance.data?.slotsRun)}
      </p>
      <ErrorPanel error={advance.error} />
    </section>
  );
}

function restingWords(slotsRun: number | undefined): string {
  return slotsRun === undefined
    ? '只能往前；途中到点的作业逐个运行，两边一起走。'
    : `已推进，途中跑了 ${slotsRun} 个时点。`;
}

/** Why 推进 cannot be pressed; empty while nothing is typed, and when it can. */
function whyNot(typed: string, target: Moment | undefined, now: Moment): string {
  if (typed.trim() === '') return '';
  if (!target) return '时间没有写对：写成 2023-04-11 09:00 这样，年月日、空一格、时分。';
  return momentToMs(target) > momentToMs(now) ? '' : `${clockText(target)}已经过了：只能推进到现在以后。`;
}
