import type { ReactNode } from 'react';
import { Money } from '../ui/Money.tsx';
import { periodText } from './words.ts';

export type TaxLine = {
  readonly insurance: string;
  readonly part: string;
  readonly projectName: string;
  readonly itemName: string;
  readonly monthFrom: string;
  readonly monthTo: string;
  readonly fen: number;
};

/** 征收明细 in the tax side's words, of a bill and of a voucher alike. */
export function TaxLines({
  lines,
  sum,
  totalFen,
}: {
  readonly lines: readonly TaxLine[];
  readonly sum: ReactNode;
  readonly totalFen: number;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className="table-scroll" style={{ marginTop: 10 }} aria-label="征收明细" tabIndex={0}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">征收项目</th>
            <th scope="col">征收品目</th>
            <th scope="col">费款所属期</th>
            <th scope="col" className="num">
              金额
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={`${line.insurance}${line.part}${line.monthFrom}`}>
              <td>{line.projectName}</td>
              <td>{line.itemName}</td>
              <td>{periodText(line.monthFrom, line.monthTo)}</td>
              <td className="num">
                <Money fen={line.fen} plain />
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <td colSpan={3}>{sum}</td>
            <td className="num">
              <Money fen={totalFen} />
            </td>
          </tr>
        </tfoot>
      </table>
    </section>
  );
}
