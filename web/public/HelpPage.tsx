import { useEffect, useState } from 'react';
import { fillAll } from '../../src/rules/fill-words.ts';
import { useParam } from '../employer/place.ts';
import { Empty } from '../ui/States.tsx';
import { useSite } from '../ui/site.ts';
import { ERROR_PAGES, type ErrorPage } from './manual-errors.ts';
import { GUIDES } from './manual-guides.ts';
import { PublicFrame } from './PublicFrame.tsx';

/** 码上知与错误编号手册 (HB-GEN-05, HB-GEN-07): searched by code or word. */
export function HelpPage() {
  const code = useParam('code');
  const [text, setText] = useState(code);
  useEffect(() => {
    setText(code);
    document.title = code ? `错误编号 ${code} · 统征` : '办事指引 · 统征';
  }, [code]);
  const wanted = text.trim().toUpperCase();
  const words = useSite().data?.words;
  // Without the region's numbers the sentences would say something else: wait for them.
  const [pages, all] = words ? [fillAll(ERROR_PAGES, words), fillAll(GUIDES, words)] : [[], []];
  const errors = wanted ? pages.filter((page) => matches(page, wanted)) : pages;
  const guides = wanted
    ? all.filter((guide) => (guide.title + guide.steps.join('')).toUpperCase().includes(wanted))
    : all;
  return (
    <PublicFrame place="办事指引">
      <h1>码上知 · 办事指引</h1>
      <div className="field">
        <label htmlFor="help-search">搜错误编号或一个词</label>
        <input
          id="help-search"
          className="input"
          type="search"
          value={text}
          placeholder="DEC-004、停保、认定单…"
          onChange={(event) => setText(event.target.value)}
        />
      </div>
      {words && errors.length + guides.length === 0 ? (
        <Empty title={`手册里没有“${text}”`}>换个词，或拨社保 12333</Empty>
      ) : null}
      {guides.length > 0 && !code ? (
        <section className="card" aria-label="操作指引">
          <h2>怎么办</h2>
          {guides.map((guide) => (
            <details key={guide.title} className="guide-item" open={Boolean(wanted)}>
              <summary>{guide.title}</summary>
              <ol>
                {guide.steps.map((step, index) => (
                  <li key={step}>
                    {index + 1}. {step}
                  </li>
                ))}
              </ol>
              <a className="in-text" href={guide.to}>
                {guide.label}
              </a>
            </details>
          ))}
        </section>
      ) : null}
      {errors.length > 0 ? (
        <section className="card" aria-label="错误编号">
          <h2>错误编号</h2>
          <ul className="ledger">
            {errors.map((page) => (
              <li key={page.code} style={{ gridTemplateColumns: '86px 1fr' }}>
                <b className="mono">{page.code}</b>
                <div>
                  <b>{page.message}</b>
                  <p className="note">{page.next}</p>
                </div>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </PublicFrame>
  );
}

function matches(page: ErrorPage, wanted: string): boolean {
  return (
    page.code.includes(wanted) ||
    page.message.toUpperCase().includes(wanted) ||
    page.next.toUpperCase().includes(wanted)
  );
}
