import type { TraceSource } from '../../../src/rules/index.ts';

/** 2019-05-01 起; 2023-05-01 至 2024-12-31. */
export function validityWords({ from, to }: Pick<TraceSource, 'from' | 'to'>): string {
  if (!from) return '';
  return to ? `${from} 至 ${to}` : `${from} 起`;
}

/** 原文待核: nobody has yet held the value against the document itself. */
export function Unverified({ source }: { readonly source: Pick<TraceSource, 'status'> }) {
  return source.status === 'verified' ? null : <b className="amber nowrap">原文待核</b>;
}

/** A source in a row of a table: the document number, or its title, and its validity. */
export function SourceCell({ source }: { readonly source: TraceSource | undefined }) {
  if (!source) return null;
  return (
    <span className="calc-source">
      {source.docNo ?? source.title} <Unverified source={source} />
      <small>{validityWords(source)}</small>
    </span>
  );
}

/** 依据: every document an answer rests on. */
export function Basis({ sources, more }: { readonly sources: readonly TraceSource[]; readonly more: string }) {
  if (sources.length === 0) return null;
  return (
    <section aria-label="依据" className="calc-basis">
      <h2>依据</h2>
      <ul>
        {sources.map((source) => (
          <li key={`${source.title}${source.docNo ?? ''}${source.article ?? ''}${validityWords(source)}`}>
            {source.title}
            {source.docNo ? ` ${source.docNo}` : ''}
            {source.article ? ` ${source.article}` : ''} <Unverified source={source} />
            <small>{validityWords(source)}</small>
          </li>
        ))}
      </ul>
      <a className="in-text no-print" href={more}>
        这个地区的全部参数
      </a>
    </section>
  );
}
