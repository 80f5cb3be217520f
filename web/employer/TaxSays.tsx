import { useQuery } from '@tanstack/react-query';
import { taxBillStateEndpoint } from '../../src/exchange/contract.ts';
import { call } from '../ui/call.ts';
import { ProblemList } from '../ui/ErrorPanel.tsx';
import type { Bill } from './BillPage.tsx';

/** States in which the tax side may know more than we do. */
const OPEN = new Set<Bill['state']>(['PUSHED', 'INVOICED', 'EXPIRED']);

/** TRK-001: the tax side has the money and has not told us. Silent while it has nothing to say or does not answer. */
export function TaxSays({ bill }: { readonly bill: Pick<Bill, 'billNo' | 'state'> }) {
  const says = useQuery({
    queryKey: ['bill-tax', bill.billNo, bill.state],
    queryFn: () => call(taxBillStateEndpoint, { params: { billNo: bill.billNo } }),
    enabled: OPEN.has(bill.state),
    retry: false,
    staleTime: 60_000,
  });
  return says.data?.problem ? <ProblemList problems={[says.data.problem]} /> : null;
}
