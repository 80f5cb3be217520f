import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { myVoucherEndpoint } from '../../tax/contract.ts';
import { useParam } from '../employer/place.ts';
import { call } from '../ui/call.ts';
import { ErrorPanel } from '../ui/ErrorPanel.tsx';
import { momentText } from '../ui/format.ts';
import { Money } from '../ui/Money.tsx';
import { Loaded } from '../ui/States.tsx';
import { periodText } from './words.ts';

/** 缴费凭证, as the tax side prints it. */
export function VoucherPage() {
  const receiptNo = useParam('receiptNo');
  const voucher = useQuery({
    queryKey: ['voucher', receiptNo],
    queryFn: () => call(myVoucherEndpoint, { params: { receiptNo } }),
    retry: false,
  });
  useEffect(() => {
    document.title = '缴费凭证 · 社保费征收';
  }, []);
  return (
    <Loaded query={voucher} failed={(error) => <ErrorPanel error={error} />}>
      {(data) => (
        <article className="card stack" style={{ maxWidth: 760, margin: '0 auto' }}>
          <h1 style={{ textAlign: 'center' }}>{data.title}</h1>
          <dl className="facts">
            <div>
              <dt>凭证号码</dt>
              <dd>{data.voucherNo}</dd>
            </div>
            <div>
              <dt>缴费单位</dt>
              <dd>{data.payerName}</dd>
            </div>
            <div>
              <dt>统一社会信用代码</dt>
              <dd>{data.uscc ?? ''}</dd>
            </div>
            <div>
              <dt>征集通知单据号</dt>
              <dd>{data.billNo}</dd>
            </div>
            <div>
              <dt>缴款时间</dt>
              <dd>{momentText(data.paidAt)}</dd>
            </div>
            <div>
              <dt>收款国库</dt>
              <dd>{data.treasury}</dd>
            </div>
          </dl>
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
              {data.lines.map((line) => (
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
                <td colSpan={3}>合计 {data.totalWords}</td>
                <td className="num">
                  <Money fen={data.totalFen} />
                </td>
              </tr>
            </tfoot>
          </table>
          <div className="row between">
            <span className="note">{data.organName}</span>
            <button type="button" className="btn no-print" onClick={() => window.print()}>
              打印
            </button>
          </div>
        </article>
      )}
    </Loaded>
  );
}
