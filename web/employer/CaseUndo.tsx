import { useMutation } from '@tanstack/react-query';
import { App } from 'antd';
import { type casesEndpoint, undoCaseEndpoint } from '../../src/casework/contract.ts';
import { ConfirmConsequence } from '../ui/Confirm.tsx';
import { type Answer, call } from '../ui/call.ts';
import { ProblemList } from '../ui/ErrorPanel.tsx';
import { queryClient } from '../ui/Root.tsx';
import { linkOf } from './links.tsx';

type Case = Answer<typeof casesEndpoint>['rows'][number];

/** 【X】: what undoing would do; where it is known that it cannot be done, why, and what to do instead. */
export function CaseUndo({ row, onClose }: { readonly row: Case | null; readonly onClose: () => void }) {
  const { message } = App.useApp();
  const undo = useMutation({
    mutationFn: (caseNo: string) => call(undoCaseEndpoint, { params: { caseNo }, body: {} }),
    onSuccess: (done) => {
      message.success(`${done.itemName} 已撤销`);
      queryClient.invalidateQueries();
      onClose();
    },
  });
  const close = () => {
    undo.reset();
    onClose();
  };
  const which = `办件 ${row?.caseNo ?? ''}　${row?.summary ?? ''}`;
  const name = `“${row?.itemName ?? ''}”`;
  if (row && !row.canUndo) {
    return (
      <ConfirmConsequence
        open
        title={`不能撤销${name}`}
        facts={[which, <ProblemList key="why" problems={row.undoProblems} linkOf={linkOf} />]}
        keep="知道了"
        onKeep={close}
      />
    );
  }
  return (
    <ConfirmConsequence
      open={row !== null}
      title={`撤销${name}？`}
      facts={[
        which,
        '这件业务产生的数据恢复到办理以前，它的应缴一并冲回',
        '记录不会删除，状态变为“已撤销”；要恢复须重新办理',
      ]}
      keep="不撤销"
      act="撤销这件业务"
      busy={undo.isPending}
      error={undo.error}
      onKeep={close}
      onAct={() => row && undo.mutate(row.caseNo)}
    />
  );
}
