import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useEffect, useState } from 'react';
import { myTaxBillsEndpoint, taxLookupEndpoint } from '../../tax/contract.ts';
import { Redirect, useSearchState } from '../employer/place.ts';
import { call } from '../ui/call.ts';
import { ErrorPanel } from '../ui/ErrorPanel.tsx';
import { inFours } from '../ui/format.ts';
import { Money } from '../ui/Money.tsx';
import { Empty } from '../ui/States.tsx';
import { StatusTag } from '../ui/StatusTag.tsx';
import { useTaxSession } from './session.ts';
import { ValidThrough } from './ValidThrough.tsx';
import { TAX_TONES } from './words.ts';

const TYPED = ['q'] as const;

/** 单据缴费: found by its number or by the credit code; signed-in employers see theirs at once. */
export function FindPage() {
  const session = useTaxSession();
  const [search, change] = useSearchState(TYPED);
  const [text, setText] = useState(search.q ?? '');
  const q = search.q ?? '';
  useEffect(() => {
    document.title = '单据缴费 · 社保费征收';
  }, []);
  const found = useQuery({
    queryKey: ['lookup', q],
    queryFn: () => call(taxLookupEndpoint, { body: { q } }),
    enabled: q !== '',
  });
  const mine = useQuery({
    queryKey: ['my-bills'],
    queryFn: () => call(myTaxBillsEndpoint, { query: { size: 20 } }),
    enabled: session.data?.principal?.kind === 'TAXPAYER',
  });
  // The agency's «去电子税务局缴费» comes with the number.
  const asked = search.bill;
  if (asked && /^\d{16}$/.test(asked)) return <Redirect to={`/bills/${asked}`} />;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    change({ q: text.replace(/\s/g, '') });
  };
  const rows = q ? (found.data?.rows ?? []) : (mine.data?.rows ?? []);
  return (
    <div className="stack">
      <form className="card stack" style={{ gap: 10 }} onSubmit={submit}>
        <h1>缴社会保险费</h1>
        <div className="row">
          <input
            className="input"
            style={{ flex: 1, minWidth: 240, minHeight: 48, fontSize: 18 }}
            aria-label="征集通知单据号或统一社会信用代码"
            placeholder="征集通知单据号（16 位）或统一社会信用代码"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          <button type="submit" className="btn primary" style={{ minHeight: 48 }}>
            查单据
          </button>
        </div>
        <p className="note">单据在社保经办机构开出后约 20 分钟能查到，每月 1–10 日约 30 分钟。</p>
      </form>
      <ErrorPanel error={found.error} />
      {q && found.data && rows.length === 0 ? (
        <section className="card">
          <Empty title="没有查到待缴的单据">{found.data.hint}</Empty>
        </section>
      ) : null}
      {rows.length > 0 ? (
        <section className="card" aria-label="单据">
          <h2>{q ? '查到的单据' : '本单位单据'}</h2>
          <ul className="ledger">
            {rows.map((row) => (
              <li key={row.billNo}>
                <div>
                  <b>{inFours(row.billNo)}</b> <StatusTag tone={TAX_TONES[row.state]}>{row.stateName}</StatusTag>
                  <span>
                    {row.payerName} · 费款所属期 {row.months}
                  </span>
                  <span>
                    <ValidThrough bill={row} />
                  </span>
                </div>
                <div className="right">
                  <Money fen={row.totalFen} size={18} />
                  <div>
                    <Link
                      to="/bills/$billNo"
                      params={{ billNo: row.billNo } as never}
                      aria-label={`办理 ${row.billNo}`}
                    >
                      {row.state === 'OPEN' || row.state === 'INVOICED' ? '去缴费' : '查看'}
                    </Link>
                  </div>
                </div>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </div>
  );
}
