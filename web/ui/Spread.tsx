import { Children, type ReactNode, useState } from 'react';
import { useElder } from './elder.ts';

/** At most so many cards at once in 长辈版. */
const MOST = 3;

/** 长辈版 takes nothing away, it spreads out: three cards, then the next three. Everybody else sees them all. */
export function Spread({ children }: { readonly children: ReactNode }) {
  const elder = useElder();
  const [page, setPage] = useState(0);
  const cards = Children.toArray(children);
  const pages = Math.ceil(cards.length / MOST);
  if (!elder || pages <= 1) return children;
  const at = Math.min(page, pages - 1);
  const turn = (to: number) => {
    setPage(to);
    window.scrollTo(0, 0);
  };
  return (
    <>
      {cards.slice(at * MOST, (at + 1) * MOST)}
      <nav className="row between spread" aria-label="这一页的上下页">
        <button type="button" className="btn" disabled={at === 0} onClick={() => turn(at - 1)}>
          上一页
        </button>
        <span aria-live="polite">
          第 {at + 1} 页，共 {pages} 页
        </span>
        <button type="button" className="btn" disabled={at === pages - 1} onClick={() => turn(at + 1)}>
          下一页
        </button>
      </nav>
    </>
  );
}
