import type { ReactNode } from 'react';
import { formatYuanGrouped } from '../../src/kernel/fen.ts';
import { Money } from './Money.tsx';
import { StatusTag } from './StatusTag.tsx';

export type TraceStep = {
  readonly kind: string;
  readonly label: string;
  readonly words: string;
  readonly valueText: string;
  readonly clamp?: { readonly lower: number; readonly upper: number; readonly value: number } | undefined;
  readonly source?:
    | {
        readonly title: string;
        readonly docNo?: string | undefined;
        readonly article?: string | undefined;
        readonly from?: string | undefined;
        readonly to?: string | null | undefined;
        readonly status?: string | undefined;
        readonly overlay?: boolean | undefined;
      }
    | undefined;
};

export type Explanation = {
  readonly title: string;
  readonly subtitle: string;
  readonly amountFen: number | null;
  readonly amountText: string;
  readonly steps: readonly TraceStep[];
  readonly parts: readonly {
    readonly label: string;
    readonly words: string;
    readonly fen: number;
    readonly query: Record<string, string>;
  }[];
  readonly partsTotal: number;
  readonly matches: boolean;
  readonly storedFen: number | null;
  readonly recomputedFen: number | null;
};

/** 为什么是这个数: numbered steps with their sources; a sum lists its parts first. A mismatch is a red stop, never hidden. */
export function ExplanationView({
  explanation,
  onPart,
  note,
}: {
  readonly explanation: Explanation;
  readonly onPart: (query: Record<string, string>) => void;
  readonly note?: ReactNode;
}) {
  const { parts } = explanation;
  // The stored figure stands at the end with its verdict, and there what moved; the trace's own result would say it twice.
  const steps = explanation.steps.filter(
    (step) => step.kind !== MOVED && (explanation.storedFen === null || step.kind !== 'result'),
  );
  return (
    <div className="stack" style={{ gap: 18 }}>
      <div
        className="row between"
        style={{ borderBottom: '1px solid var(--line)', paddingBottom: 12, alignItems: 'end' }}
      >
        <div>
          <div className="note">{explanation.subtitle}</div>
          <b>{explanation.title}</b>
        </div>
        {explanation.amountFen === null ? (
          <b style={{ fontSize: 24 }}>{explanation.amountText}</b>
        ) : (
          <Money fen={explanation.amountFen} size={32} />
        )}
      </div>
      {steps.length === 0 && explanation.storedFen !== null ? <Verdict explanation={explanation} /> : null}
      {parts.length > 0 ? <Parts explanation={explanation} onPart={onPart} /> : null}
      {steps.length > 0 ? (
        <TraceSteps
          steps={steps}
          last={explanation.storedFen === null ? null : <LastStep explanation={explanation} />}
        />
      ) : null}
      {note}
    </div>
  );
}

/** The steps of a trace; where something is stored, its verdict is the last one. */
export function TraceSteps({ steps, last }: { readonly steps: readonly TraceStep[]; readonly last?: ReactNode }) {
  return (
    <ol className="trace">
      {steps.map((step, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a step is its place in the sum
        <Step key={index} step={step} no={index + 1} />
      ))}
      {last}
    </ol>
  );
}

function Step({ step, no }: { readonly step: TraceStep; readonly no: number }) {
  return (
    <li className={step.kind === 'result' ? 'result' : undefined}>
      <span className="no" aria-hidden="true">
        {step.kind === 'result' ? '=' : no}
      </span>
      <div className="top">
        <b>{step.label}</b>
        <b>{step.valueText}</b>
      </div>
      <div className="words">{step.words}</div>
      {step.clamp ? <ClampScale {...step.clamp} /> : null}
      {step.source ? (
        <div className="source">
          {step.source.title}
          {step.source.docNo ? ` ${step.source.docNo}` : ''}
          {step.source.article ? ` ${step.source.article}` : ''}
          {step.source.overlay ? <b className="amber">　测试参数</b> : null}
          {step.source.status && step.source.status !== 'verified' ? <b className="amber">　原文待补</b> : null}
          <br />
          {validity(step.source.from, step.source.to)}
        </div>
      ) : null}
    </li>
  );
}

function validity(from: string | undefined, to: string | null | undefined): string {
  if (!from) return '';
  return to ? `适用 ${from} 至 ${to}` : `${from} 起施行`;
}

/** The clamp drawn on a scale: raw value in amber, the result on the blue range. Values are fen. */
function ClampScale({
  lower,
  upper,
  value,
}: {
  readonly lower: number;
  readonly upper: number;
  readonly value: number;
}) {
  const end = Math.max(upper, value) * 1.05;
  const at = (x: number) => `${Math.max(0, Math.min(100, (x * 100) / end))}%`;
  const clamped = Math.min(upper, Math.max(lower, value));
  return (
    <div className="scale" role="img" aria-label={`下限 ${yuan(lower)}，上限 ${yuan(upper)}，取 ${yuan(clamped)}`}>
      <span className="range" style={{ left: at(lower), width: `calc(${at(upper)} - ${at(lower)})` }} />
      {clamped === value ? null : <span className="raw" style={{ left: at(value) }} />}
      <span className="at" style={{ left: at(clamped) }} />
      <small style={{ left: at(lower) }}>下限 {yuan(lower)}</small>
      <small style={{ right: `calc(100% - ${at(upper)})` }}>上限 {yuan(upper)}</small>
    </div>
  );
}

function yuan(fen: number): string {
  const text = formatYuanGrouped(Math.round(fen));
  return text.endsWith('.00') ? text.slice(0, -3) : text;
}

/** The stored figure as the last step of a trace. */
function LastStep({ explanation }: { readonly explanation: Explanation }) {
  const { storedFen } = explanation;
  return (
    <li className="result">
      <span className="no" aria-hidden="true">
        =
      </span>
      <div className="top">
        <b>已核定金额</b>
        <b>{storedFen === null ? '' : formatYuanGrouped(storedFen)}</b>
      </div>
      <Verdict explanation={explanation} />
    </li>
  );
}

/** A step of this kind says why the figure is no longer what would be asked today, though nothing is wrong with it. */
const MOVED = 'moved';

/** 复算相符, 有变动 or 复算不符: under the amount of a sum, at the end of a trace. Never left out where something is stored. */
function Verdict({ explanation }: { readonly explanation: Explanation }) {
  const { recomputedFen, matches } = explanation;
  if (matches) {
    return (
      <div className="note">
        与库中核定的明细一致。 <StatusTag tone="done">复算相符</StatusTag>
      </div>
    );
  }
  const moved = explanation.steps.find((step) => step.kind === MOVED);
  return moved ? (
    <div className="note">
      现在重算得 {recomputedFen === null ? '—' : formatYuanGrouped(recomputedFen)}。{moved.words}{' '}
      <StatusTag tone="doing">{moved.label}</StatusTag>
    </div>
  ) : (
    <div className="red" role="alert">
      重算得 {recomputedFen === null ? '—' : formatYuanGrouped(recomputedFen)}
      ，与库中不同。请勿缴费，先联系经办机构。 <StatusTag tone="bad">复算不符</StatusTag>
    </div>
  );
}

function Parts({
  explanation,
  onPart,
}: {
  readonly explanation: Explanation;
  readonly onPart: (query: Record<string, string>) => void;
}) {
  return (
    <section aria-label="由哪些数加成">
      <div className="card-head">
        <h3>由 {explanation.partsTotal.toLocaleString('zh-CN')} 项加成</h3>
        <span className="note">点一项看它怎么来的</span>
      </div>
      <ul className="ledger">
        {explanation.parts.map((part, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a part is its place in the sum; one person may stand there twice
          <li key={index}>
            <div>
              {part.label}
              <span>{part.words}</span>
            </div>
            <button type="button" className="ask" style={{ alignSelf: 'center' }} onClick={() => onPart(part.query)}>
              {formatYuanGrouped(part.fen)}
            </button>
          </li>
        ))}
      </ul>
      {explanation.parts.length < explanation.partsTotal ? (
        <p className="note">先列出 {explanation.parts.length} 项；全部人员见“缴费明细”。</p>
      ) : null}
    </section>
  );
}
