import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { submitEndpoint } from '../../src/items/contract.ts';
import { ConfirmConsequence } from '../ui/Confirm.tsx';
import { call, newKey } from '../ui/call.ts';
import { Money } from '../ui/Money.tsx';
import { queryClient } from '../ui/Root.tsx';
import { useSite } from '../ui/site.ts';
import { type Bill, monthsTitle } from './BillPage.tsx';

/** 撤销 is the service item bill.revoke; here it is asked with its consequences. */
export function RevokeBill({
  bill,
  open,
  onClose,
}: {
  readonly bill: Bill;
  readonly open: boolean;
  readonly onClose: () => void;
}) {
  const [key] = useState(newKey);
  const words = useSite().data?.words;
  const revoke = useMutation({
    mutationFn: () =>
      call(submitEndpoint, {
        params: { code: 'bill.revoke' },
        body: { form: { billNo: bill.billNo } },
        idempotencyKey: key,
      }),
    onSuccess: () => {
      queryClient.invalidateQueries();
      onClose();
    },
  });
  return (
    <ConfirmConsequence
      open={open}
      title={`撤销${monthsTitle(bill.months)}认定单？`}
      facts={[
        `单据 ${bill.billNo} 作废，税务端同时失效`,
        <>
          单上的费用全部回到“未开单”，共 <Money fen={bill.totalFen} /> 元
        </>,
        ...(words?.reissue ? [words.reissue] : []),
        '可以恢复：重新开具即可，单据号会变',
      ]}
      keep="不撤销"
      act="撤销这张单据"
      busy={revoke.isPending}
      error={revoke.error}
      onKeep={onClose}
      onAct={() => revoke.mutate()}
    />
  );
}
