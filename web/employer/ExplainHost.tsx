import { useQuery } from '@tanstack/react-query';
import { App } from 'antd';
import { explainEndpoint } from '../../src/collection/contract.ts';
import { call } from '../ui/call.ts';
import { ErrorPanel } from '../ui/ErrorPanel.tsx';
import { ExplanationView } from '../ui/Explain.tsx';
import { Panel } from '../ui/Panel.tsx';
import { Loaded, Skeleton } from '../ui/States.tsx';
import { linkOf } from './links.tsx';
import { type Search, useSearchState } from './place.ts';

const KEYS = ['billNo', 'month', 'insurance', 'kind', 'personNo', 'part'] as const;

/** What the explanation drawer is asked, as address parameters: it has its own address, so a link can be sent. */
export function explainSearch(query: Readonly<Record<string, string | undefined>>): Search {
  return {
    explain: '1',
    ...Object.fromEntries(KEYS.map((key) => [key === 'billNo' ? 'ofBill' : key, query[key]])),
  };
}

const CLOSED: Search = {
  explain: undefined,
  ofBill: undefined,
  month: undefined,
  insurance: undefined,
  kind: undefined,
  personNo: undefined,
  part: undefined,
};

export function ExplainHost() {
  const [search, change] = useSearchState();
  const { message } = App.useApp();
  const open = search.explain === '1';
  const query = {
    billNo: search.ofBill,
    month: search.month,
    insurance: search.insurance,
    kind: search.kind,
    personNo: search.personNo,
    part: search.part ?? 'total',
  };
  const answer = useQuery({
    queryKey: ['explain', query],
    queryFn: () => call(explainEndpoint, { query: query as never }),
    enabled: open,
  });
  const copy = async () => {
    await navigator.clipboard?.writeText(window.location.href).catch(() => undefined);
    message.success('链接已复制');
  };
  return (
    <Panel
      open={open}
      title="为什么是这个数"
      onClose={() => change(CLOSED)}
      extra={
        <span className="row">
          <button type="button" className="btn small" onClick={() => window.print()}>
            打印
          </button>
          <button type="button" className="btn small" onClick={copy}>
            复制链接
          </button>
        </span>
      }
    >
      <Loaded
        query={answer}
        failed={(error) => <ErrorPanel error={error} linkOf={linkOf} />}
        fallback={<Skeleton lines={8} />}
      >
        {(data) => (
          <ExplanationView
            explanation={data}
            onPart={(part) => change({ ...CLOSED, ...explainSearch(part) }, false)}
            note={
              query.personNo && ['employer', 'person'].includes(query.part) ? (
                <div className="aside-note">若工资填错，请联系经办机构更正。改后差额另行核定，已开的单不变。</div>
              ) : null
            }
          />
        )}
      </Loaded>
    </Panel>
  );
}
