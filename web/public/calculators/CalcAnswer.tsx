import { useState } from 'react';
import type { Env } from '../../../src/calculators/index.ts';
import type { Problem } from '../../../src/kernel/errors.ts';
import { formatYuanGrouped } from '../../../src/kernel/fen.ts';
import type { TraceSource } from '../../../src/rules/index.ts';
import { ChartBars } from '../../ui/ChartBars.tsx';
import { ProblemList } from '../../ui/ErrorPanel.tsx';
import { TraceSteps } from '../../ui/Explain.tsx';
import { Money } from '../../ui/Money.tsx';
import { StatusTag } from '../../ui/StatusTag.tsx';
import { regionWords } from '../RegionSelect.tsx';
import { AnswerTable } from './AnswerTable.tsx';
import { optionsOf } from './desk.ts';
import { policyVersion } from './env.ts';
import type { Asked, Columns, Field, Figure, Outcome, Shown, Tab, Values } from './kinds.ts';
import { Basis, validityWords } from './sources.tsx';

type Props = {
  readonly tab: Tab;
  readonly values: Values;
  readonly env: Env;
  readonly outcome: Outcome;
  readonly link: () => string;
  readonly oldVersion: string | undefined;
};

/** The answer beside the form: figure, parts, sources, the whole sum, link and print. */
export function CalcAnswer({ tab, values, env, outcome, link, oldVersion }: Props) {
  const { shown, asked, problems, faults, blanks } = outcome;
  const waiting = blanks.length > 0 || Object.keys(faults).length > 0;
  const [steps, setSteps] = useState(false);
  return (
    <section id="calc-answer" className="card stack calc-answer" aria-label="结果" tabIndex={-1}>
      <p className="only-print strong">
        {tab.heading}　按 {env.asOf} 的参数
      </p>
      <div aria-live="polite">
        {waiting ? (
          <p className="note">
            {blanks.length > 0 ? `还差：${blanks.join('、')}。填好就有结果。` : '改好标红的一格，就有结果。'}
          </p>
        ) : (
          <Headline shown={shown} missing={problems.length > 0} />
        )}
      </div>
      {shown.bar ? <PartsBar parts={shown.bar} /> : null}
      {shown.notices?.map(({ tone, text }) => (
        <p key={text} className={`aside-note ${NOTES[tone]}`}>
          {text}
        </p>
      ))}
      <Problems problems={problems} tab={tab} values={values} />
      {shown.table ? <AnswerTable table={shown.table} values={values} /> : null}
      {shown.facts && shown.facts.length > 0 ? <Facts facts={shown.facts} /> : null}
      {shown.columns ? <Chart columns={shown.columns} /> : null}
      {shown.estimate ? <Assumptions lines={shown.estimate} /> : null}
      {oldVersion ? (
        <p className="aside-note amber-note">
          这个链接是按参数版本 {oldVersion} 算的，现在是 {policyVersion()}，结果可能不同。
        </p>
      ) : null}
      <Inputs tab={tab} values={values} env={env} />
      <div className="row between calc-foot">
        <div className="row no-print">
          <CopyLink link={link} />
          <button type="button" className="btn" onClick={() => window.print()}>
            打印
          </button>
          {asked.length > 0 ? (
            <button
              type="button"
              className="btn calc-steps-button"
              aria-expanded={steps}
              aria-controls="calc-steps"
              onClick={() => setSteps(!steps)}
            >
              {steps ? '收起算式' : '看完整算式'}
            </button>
          ) : null}
        </div>
        <span className="note">结果供参考，以核定为准。参数版本 {policyVersion()}</span>
      </div>
      <Basis sources={sourcesOf(asked)} more={policyLink(values)} />
      {steps ? <Steps asked={asked} /> : null}
    </section>
  );
}

const NOTES = { note: '', amber: 'amber-note', good: 'green-note' } as const;

function Headline({ shown, missing }: { readonly shown: Shown; readonly missing: boolean }) {
  const { headline, shares, estimate } = shown;
  if (!headline) return missing ? <p className="strong">缺下面的参数，不给合计。</p> : null;
  return (
    <div className={estimate ? 'calc-headline estimate' : 'calc-headline'}>
      <div>
        <div className="label">
          {headline.label} {estimate ? <StatusTag tone="none">估算</StatusTag> : null}
        </div>
        {headline.fen === undefined ? (
          <div className="calc-words">{headline.text}</div>
        ) : (
          <Money fen={headline.fen} size={44} />
        )}
        {headline.note ? <div className="label">{headline.note}</div> : null}
      </div>
      {shares ? (
        <ul className="calc-shares">
          {shares.map((share) => (
            <li key={share.label}>
              <span className="label">{share.label}</span>
              {share.fen === undefined ? <b>{share.text}</b> : <Money fen={share.fen} size={24} />}
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}

/** On a phone the form is taller than the screen: the figure stays in sight and leads down to the answer. */
export function Peek({ shown: { headline, estimate } }: { readonly shown: Shown }) {
  if (!headline) return null;
  return (
    <a className="calc-peek only-phone no-print" href="#calc-answer">
      <span>
        {estimate ? '估算 ' : ''}
        <b>{headline.fen === undefined ? headline.text : `${formatYuanGrouped(headline.fen)} 元`}</b>
      </span>
      <span>看结果 ↓</span>
    </a>
  );
}

/** Who pays how much, drawn; the table under it says the numbers. */
function PartsBar({ parts }: { readonly parts: NonNullable<Shown['bar']> }) {
  const words = parts.map(({ name, fen }) => `${name} ${formatYuanGrouped(fen)} 元`).join('，');
  return (
    <div className="calc-bar" role="img" aria-label={words}>
      {parts.map(({ name, fen, color }) => (
        <span key={name} style={{ flexGrow: fen, background: color }} title={`${name} ${formatYuanGrouped(fen)}`} />
      ))}
    </div>
  );
}

function Facts({ facts }: { readonly facts: readonly Figure[] }) {
  return (
    <dl className="kv">
      {facts.map(({ label, fen, text }) => (
        <div key={label} className="calc-fact">
          <dt>{label}</dt>
          <dd>{fen === undefined ? text : `${formatYuanGrouped(fen)} 元`}</dd>
        </div>
      ))}
    </dl>
  );
}

function Chart({ columns }: { readonly columns: Columns }) {
  return (
    <section aria-label={columns.title}>
      <h2>{columns.title}</h2>
      <ChartBars label={columns.label} columns={columns.names} series={columns.series} columnName="退休年龄" estimate />
      <ul className="calc-sentences">
        {columns.sentences.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </section>
  );
}

function Assumptions({ lines }: { readonly lines: readonly string[] }) {
  return (
    <section className="calc-assumptions" aria-label="估算的假设">
      <b>这是估算，不是核定。</b>
      <ul>
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </section>
  );
}

/** What policy lacks is named in amber, with the field that can stand in; anything else is an error as everywhere. */
function Problems({
  problems,
  tab,
  values,
}: {
  readonly problems: readonly Problem[];
  readonly tab: Tab;
  readonly values: Values;
}) {
  const missing = problems.filter(({ code }) => code === 'POL-001');
  const others = problems.filter(({ code }) => code !== 'POL-001');
  return (
    <>
      {missing.map((problem) => {
        const own = tab.fields.find(({ fills }) => fills?.some((key) => key === problem.field));
        return (
          <div key={problem.message} className="aside-note amber-note" role="alert">
            <b>{problem.message}</b>
            <p>
              {problem.why}
              {own ? `知道这个数的，可填在“${own.label.replace(/（.*/, '')}”里再算。` : '所以这一项不给数字。'}{' '}
              <a className="in-text no-print" href={policyLink(values)}>
                看{regionWords(values.region ?? '100000')}有哪些参数
              </a>
              {' · '}
              <a href={`/help/${problem.code}`}>错误编号 {problem.code}</a>
            </p>
          </div>
        );
      })}
      <ProblemList problems={others} />
    </>
  );
}

function policyLink(values: Values): string {
  return `/policy?region=${values.region ?? '100000'}`;
}

/** On paper the form is gone; what was filled in is not. */
function Inputs({ tab, values, env }: { readonly tab: Tab; readonly values: Values; readonly env: Env }) {
  const filled = tab.fields.filter(({ name }) => (values[name] ?? '') !== '');
  return (
    <dl className="kv only-print">
      {filled.map((field) => (
        <div key={field.name} className="calc-fact">
          <dt>{field.label}</dt>
          <dd>{wordsOf(field, values[field.name] ?? '', values, env)}</dd>
        </div>
      ))}
    </dl>
  );
}

function wordsOf(field: Field, text: string, values: Values, env: Env): string {
  if (field.kind === 'region') return regionWords(text);
  if (field.kind === 'check') return text === '1' ? '是' : '否';
  return (
    optionsOf(field, values, env).find(({ value }) => value === text)?.label ??
    `${text}${field.unit ? ` ${field.unit}` : ''}`
  );
}

function CopyLink({ link }: { readonly link: () => string }) {
  const [said, setSaid] = useState<{ readonly text: string; readonly copied: boolean }>();
  const copy = async () => {
    const text = link();
    const copied = await (navigator.clipboard?.writeText(text) ?? Promise.reject(new Error('no clipboard'))).then(
      () => true,
      () => false,
    );
    setSaid({ text, copied });
  };
  return (
    <>
      <button type="button" className="btn" onClick={copy}>
        {said?.copied ? '链接已复制' : '复制链接'}
      </button>
      {said && !said.copied ? (
        <input className="input calc-link" aria-label="这次计算的链接" readOnly value={said.text} />
      ) : null}
    </>
  );
}

function Steps({ asked }: { readonly asked: readonly Asked[] }) {
  return (
    <section id="calc-steps" className="stack" aria-label="完整算式">
      {asked.map(({ trace }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the traces have no name of their own
        <div key={index} className="stack">
          <div className="row between">
            <h2>{trace.title}</h2>
            <b>{trace.resultText}</b>
          </div>
          <TraceSteps steps={trace.steps} />
        </div>
      ))}
    </section>
  );
}

function sourcesOf(asked: readonly Asked[]): TraceSource[] {
  const found = new Map<string, TraceSource>();
  for (const source of asked.flatMap(({ sources }) => sources)) {
    found.set(`${source.title}${source.docNo ?? ''}${source.article ?? ''}${validityWords(source)}`, source);
  }
  return [...found.values()];
}
