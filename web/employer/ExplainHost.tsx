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

/** What is asked, and where it stands in the address: under names no list filters by, for the list behind the drawer reads its own. */
const KEYS = {
  billNo: 'ofBill',
  month: 'ofMonth',
  insurance: 'ofInsurance',
  kind: 'ofKind',
  personNo: 'ofPerson',
  part: 'ofPart',
} as const;
const NAMES = Object.entries(KEYS) as readonly (readonly [keyof typeof KEYS, string])[];

/** What the explanation drawer is asked, as address parameters: it has its own address, so a link can be sent. */
export function explainSearch(query: Readonly<Record<string, string | undefined>>): Search {
  return { explain: '1', ...Object.fromEntries(NAMES.map(([key, name]) => [name, query[key]])) };
}

const CLOSED: Search = { ...explainSearch({}), explain: undefined };

export function ExplainHost() {
  const [search, change] = useSearchState();
  const { message } = App.useApp();
  const open = search.explain === '1';
  const query: Readonly<Record<keyof typeof KEYS, string | undefined>> = {
    billNo: search[KEYS.billNo],
    month: search[KEYS.month],
    insurance: search[KEYS.insurance],
    kind: search[KEYS.kind],
    personNo: search[KEYS.personNo],
    part: search[KEYS.part] ?? 'total',
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
            onPart={(part) => change(explainSearch(part), false)}
            note={
              query.personNo && ['employer', 'person'].includes(query.part ?? '') ? (
                <div className="aside-note">若工资填错，请联系经办机构更正。改后差额另行核定，已开的单不变。</div>
              ) : null
            }
          />
        )}
      </Loaded>
    </Panel>
  );
}
