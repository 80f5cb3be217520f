import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { z } from 'zod';
import {
  certificateCandidatesEndpoint,
  issueCertificateEndpoint,
  previewCertificateEndpoint,
  type spanSchema,
} from '../../src/archive/contract.ts';
import { INSURANCE_NAMES, INSURANCES, type Insurance } from '../../src/kernel/insurance.ts';
import { ActionBar } from '../ui/ActionBar.tsx';
import { type Answer, ApiError, call, newKey } from '../ui/call.ts';
import { ErrorPanel } from '../ui/ErrorPanel.tsx';
import { usePhone } from '../ui/phone.ts';
import { queryClient } from '../ui/Root.tsx';
import { Empty } from '../ui/States.tsx';
import { useSite } from '../ui/site.ts';
import { Issued, IssuedBefore, Preview } from './CertificatePapers.tsx';
import { linkOf } from './links.tsx';
import { useGo, useHere, useSearchState } from './place.ts';
import { useTab } from './tabs.ts';

type Span = z.output<typeof spanSchema>;
type Candidate = Answer<typeof certificateCandidatesEndpoint>['rows'][number];

const SPANS: readonly (readonly [Span, string])[] = [
  ['3', '三个月'],
  ['6', '六个月'],
  ['9', '九个月'],
  ['12', '十二个月'],
  ['24', '二十四个月'],
];

const TYPED = ['name', 'idNo'] as const;

/** The certificate's names of the insurances (HB-CERT-01). */
const NAMES: Readonly<Record<Insurance, string>> = {
  pension: '企业养老保险',
  unemployment: '企业失业保险',
  injury: '工伤保险',
};

/** The seed's two tables side by side with 【>>】 and 【<<】 (HB-CERT-01); under each other on a phone, where neither left nor right is. */
const MOVES = {
  desktop: {
    hint: '在左表勾选人员，点【移入右表 >>】。',
    all: '都已移入右表',
    into: '移入右表 >>',
    back: '<< 移回左表',
  },
  phone: {
    hint: '勾选人员，点“加入打印名单”。',
    all: '都已加入打印名单',
    into: '加入打印名单',
    back: '移出打印名单',
  },
} as const;

/** 单位参保证明 (HB-CERT-01…04): choose, move to the right, 预览, 开具, 打印. */
export function CertificatePage() {
  const here = useHere();
  useTab('/certificates', '单位参保证明', here.href);
  const go = useGo();
  const moves = MOVES[usePhone() ? 'phone' : 'desktop'];
  const [search, change] = useSearchState(TYPED);
  const asked = {
    insurance: INSURANCES.find((one) => one === search.insurance) ?? 'pension',
    span: SPANS.find(([value]) => value === search.span)?.[0] ?? '3',
    name: search.name ?? '',
    idNo: search.idNo ?? '',
  };
  const [insurance, setInsurance] = useState<Insurance>(asked.insurance);
  const [span, setSpan] = useState<Span>(asked.span);
  const [name, setName] = useState(asked.name);
  const [idNo, setIdNo] = useState(asked.idNo);
  const [picked, setPicked] = useState<readonly Candidate[]>([]);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [right, setRight] = useState<ReadonlySet<string>>(new Set());
  // One paper for one list, however often it is sent; another list or another paper has another.
  const [issueKey, setIssueKey] = useState(newKey);

  const words = useSite().data?.words;
  const candidates = useQuery({
    queryKey: ['candidates', asked],
    queryFn: () => call(certificateCandidatesEndpoint, { body: asked }),
  });
  const bodyOf = (people: readonly Candidate[]) => {
    // The seed's refusal for an empty right-hand list (HB-CERT-01).
    if (people.length === 0) {
      throw new ApiError(422, [{ code: 'CERT-001', message: '请选择需要打印的人员', next: moves.hint }]);
    }
    return { insurance: asked.insurance, span: asked.span, personNos: people.map((row) => row.personNo) };
  };
  const preview = useMutation({
    mutationFn: async () => call(previewCertificateEndpoint, { body: bodyOf(picked) }),
  });
  const issue = useMutation({
    mutationFn: async (people: readonly Candidate[]) =>
      call(issueCertificateEndpoint, { body: bodyOf(people), idempotencyKey: issueKey }),
    onMutate: () => preview.reset(),
    onSuccess: () => {
      setIssueKey(newKey());
      return queryClient.invalidateQueries({ queryKey: ['certificates'] });
    },
  });
  /** For exactly the people on the list. */
  const issued = issue.isSuccess && issue.variables === picked;
  const look = () => {
    issue.reset();
    preview.mutate();
  };
  /** A preview of other people is none. */
  const pick = (people: readonly Candidate[]) => {
    setPicked(people);
    setIssueKey(newKey());
    preview.reset();
  };
  const taken = new Set(picked.map((row) => row.personNo));
  const free = (candidates.data?.rows ?? []).filter((row) => !taken.has(row.personNo));
  const reset = () => {
    pick([]);
    setLeft(new Set());
    setRight(new Set());
    issue.reset();
  };
  const query = () => {
    if (asked.insurance !== insurance || asked.span !== span) reset();
    change({ insurance, span, name, idNo });
  };
  return (
    <div className="page">
      <div className="page-title">
        <h1>单位参保证明</h1>
        <button type="button" className="btn" onClick={() => go('/menu?group=社会保险参保缴费记录查询')}>
          返回选择
        </button>
      </div>
      <form
        className="card no-print"
        style={{ padding: '12px 14px' }}
        aria-label="查询条件"
        onSubmit={(event) => {
          event.preventDefault();
          query();
        }}
      >
        <div className="filters">
          <label>
            险种选择 *
            <select
              className="input"
              value={insurance}
              onChange={(event) => setInsurance(event.target.value as Insurance)}
            >
              {INSURANCES.map((one) => (
                <option key={one} value={one} title={INSURANCE_NAMES[one]}>
                  {NAMES[one]}
                </option>
              ))}
            </select>
          </label>
          <label>
            时间选择 *
            <select className="input" value={span} onChange={(event) => setSpan(event.target.value as Span)}>
              {SPANS.map(([value, label]) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </select>
          </label>
          <label>
            姓名
            <input className="input" value={name} onChange={(event) => setName(event.target.value)} />
          </label>
          <label>
            身份证
            <input className="input" value={idNo} onChange={(event) => setIdNo(event.target.value)} />
          </label>
          <button type="submit" className="btn">
            查询
          </button>
        </div>
        <p className="note" style={{ marginTop: 6 }}>
          取所选险种最近若干个已实缴到账的月份；还没到账的月份不会出现。
        </p>
      </form>
      <ErrorPanel error={candidates.error ?? preview.error ?? issue.error} linkOf={linkOf} />
      <div className="transfer">
        <PickList
          title="可选人员"
          empty={picked.length > 0 ? moves.all : '未查询到符合条件的记录'}
          rows={free}
          chosen={left}
          onChosen={setLeft}
          busy={candidates.isPending}
        />
        <div className="stack" style={{ alignContent: 'center' }}>
          <button
            type="button"
            className="btn"
            disabled={left.size === 0}
            onClick={() => {
              pick([...picked, ...free.filter((row) => left.has(row.personNo))]);
              setLeft(new Set());
            }}
          >
            {moves.into}
          </button>
          <button
            type="button"
            className="btn"
            disabled={right.size === 0}
            onClick={() => {
              pick(picked.filter((row) => !right.has(row.personNo)));
              setRight(new Set());
            }}
          >
            {moves.back}
          </button>
        </div>
        <PickList title="要打印的人员" empty="还没有选人" rows={picked} chosen={right} onChosen={setRight} />
      </div>
      {preview.data ? <Preview file={preview.data} /> : null}
      {issue.data ? <Issued key={issue.data.documentId} issued={issue.data} /> : null}
      <IssuedBefore />
      <ActionBar
        say={
          issued ? (
            <>
              <b>{picked.length} 人的证明已开好</b>：在上面打印或下载；要给别的人开，先改名单。
            </>
          ) : picked.length > 0 ? (
            <>
              <b>{picked.length} 人</b>，{NAMES[asked.insurance]}，{SPANS.find(([value]) => value === asked.span)?.[1]}
              。开具后登记为一件办件，{words?.verify ?? '有效期内'}可验证；预览不登记。
            </>
          ) : (
            <span id="nobody-yet">
              <b>请选择需要打印的人员</b>：{moves.hint}
            </span>
          )
        }
      >
        <button type="button" className="btn" onClick={reset}>
          重置
        </button>
        <button type="button" className="btn" disabled={preview.isPending} onClick={look}>
          {preview.isPending ? '正在生成…' : '预览'}
        </button>
        <button
          type="button"
          className={issued ? 'btn' : 'btn primary'}
          disabled={issue.isPending || picked.length === 0}
          aria-describedby={picked.length === 0 ? 'nobody-yet' : undefined}
          onClick={() => issue.mutate(picked)}
        >
          {issue.isPending ? '正在开具…' : issued ? '再开一份' : `开具 ${picked.length} 人的证明`}
        </button>
      </ActionBar>
    </div>
  );
}

function PickList(props: {
  readonly title: string;
  readonly empty: string;
  readonly rows: readonly Candidate[];
  readonly chosen: ReadonlySet<string>;
  readonly onChosen: (chosen: ReadonlySet<string>) => void;
  readonly busy?: boolean;
}) {
  const toggle = (personNo: string) => {
    const next = new Set(props.chosen);
    if (!next.delete(personNo)) next.add(personNo);
    props.onChosen(next);
  };
  const all = props.rows.length > 0 && props.rows.every((row) => props.chosen.has(row.personNo));
  return (
    <section className="table-box" aria-label={props.title}>
      <div className="row between" style={{ padding: '8px 12px' }}>
        <h2>
          {props.title} <span className="note">{props.rows.length} 人</span>
        </h2>
        {props.rows.length > 0 ? (
          <button
            type="button"
            className="link in-text dense"
            onClick={() => props.onChosen(all ? new Set() : new Set(props.rows.map((row) => row.personNo)))}
          >
            {all ? '都不选' : '全选'}
          </button>
        ) : null}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className="table-scroll pick-list" aria-label={`${props.title}列表`} tabIndex={0}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">序号</th>
              <th scope="col">姓名</th>
              <th scope="col">社会保障号</th>
              <th scope="col" className="hide-phone">
                个人编号
              </th>
              <th scope="col" className="hide-phone">
                起止
              </th>
            </tr>
          </thead>
          <tbody>
            {props.rows.map((row, index) => (
              <tr key={row.personNo} className={props.chosen.has(row.personNo) ? 'selected' : undefined}>
                <td>
                  <label className="check">
                    <input
                      type="checkbox"
                      checked={props.chosen.has(row.personNo)}
                      onChange={() => toggle(row.personNo)}
                      aria-label={`选择 ${row.name}`}
                    />
                    {index + 1}
                  </label>
                </td>
                <td>{row.name}</td>
                <td>{row.idNoMasked}</td>
                <td className="hide-phone">{row.personNo}</td>
                <td className="hide-phone">
                  {row.from} 至 {row.to}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        {props.rows.length === 0 && !props.busy ? <Empty title={props.empty} /> : null}
      </section>
    </section>
  );
}
