import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { myVoucherEndpoint } from '../../tax/contract.ts';
import { useParam } from '../employer/place.ts';
import { call } from '../ui/call.ts';
import { momentText } from '../ui/format.ts';
import { Loaded } from '../ui/States.tsx';
import { FailedTaxPage } from './FailedTaxPage.tsx';
import { TaxLines } from './TaxLines.tsx';

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
    <Loaded
      query={voucher}
      failed={(error) => <FailedTaxPage title="缴费凭证" error={error} to="/records" back="返回缴费记录" />}
    >
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
          <TaxLines lines={data.lines} sum={`合计 ${data.totalWords}`} totalFen={data.totalFen} />
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
