import { CloseOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { documentEndpoint } from '../../src/archive/contract.ts';
import {
  attachmentEndpoint,
  CASE_STATE_NAMES,
  caseEndpoint,
  type caseSort,
  casesEndpoint,
  deleteDraftEndpoint,
  draftsEndpoint,
} from '../../src/casework/contract.ts';
import { billPdfEndpoint } from '../../src/collection/contract.ts';
import { type Section, sectionSchema } from '../../src/items/contract.ts';
import type { SortKey } from '../../src/platform/schemas.ts';
import { known, pageOf } from '../ui/address.ts';
import { Chips } from '../ui/Chips.tsx';
import { type Answer, address, call } from '../ui/call.ts';
import { plain } from '../ui/columns.tsx';
import type { Column } from '../ui/DataTable.tsx';
import { DateInput } from '../ui/DateInput.tsx';
import { ErrorPanel } from '../ui/ErrorPanel.tsx';
import { momentText } from '../ui/format.ts';
import { ListPage } from '../ui/ListPage.tsx';
import { Panel } from '../ui/Panel.tsx';
import { Empty, Loaded } from '../ui/States.tsx';
import { StatusTag, type Tone } from '../ui/StatusTag.tsx';
import { saveTable } from '../ui/save-table.ts';
import { CaseUndo } from './CaseUndo.tsx';
import { DropButton } from './DropButton.tsx';
import { Go, linkOf } from './links.tsx';
import { useHere, useSearchState } from './place.ts';
import { Sections } from './Sections.tsx';
import { useTab } from './tabs.ts';

type Case = Answer<typeof casesEndpoint>['rows'][number];
type CaseColumn = Column<Case, SortKey<typeof caseSort>>;
const keyOf = (row: Case): string => row.caseNo;
const STATE_CHIPS: readonly (readonly [string | undefined, string])[] = [
  [undefined, '全部'],
  ...Object.entries(CASE_STATE_NAMES),
];
const TONES: Readonly<Record<Case['state'], Tone>> = { ACCEPTED: 'wait', AUTO_DONE: 'done', REVOKED: 'none' };

/** 单位办件记录 (HB-QRY-13): the 【X】 before a case undoes it (HB-CAN-01); documents are printed again here (HB-DEC-08). */
export function CasesPage() {
  const here = useHere();
  useTab('/cases', '单位办件记录', here.href);
  const [search, change] = useSearchState();
  const [typed, setTyped] = useState(search);
  useEffect(() => setTyped(search), [search]);
  const [undoing, setUndoing] = useState<Case | null>(null);
  const page = pageOf(search.page);
  const query = { ...known(casesEndpoint.query, search), page, size: 20 };
  const cases = useQuery({
    queryKey: ['cases', query],
    queryFn: () => call(casesEndpoint, { query }),
    placeholderData: (previous) => previous,
  });
  const open = (row: Case) => change({ caseNo: row.caseNo }, false);
  const columns: readonly CaseColumn[] = [
    {
      key: 'undo',
      label: '撤销',
      fixed: 'start',
      handle: true,
      render: (row) =>
        row.state === 'REVOKED' ? null : (
          <button
            type="button"
            className="icon-btn"
            aria-label={`撤销 ${row.itemName} ${row.caseNo}`}
            title={row.canUndo ? '撤销' : (row.undoProblems[0]?.message ?? '不能撤销')}
            aria-disabled={!row.canUndo}
            onClick={() => setUndoing(row)}
          >
            <CloseOutlined style={{ color: row.canUndo ? 'var(--bad)' : 'var(--placeholder)' }} />
          </button>
        ),
    },
    {
      key: 'caseNo',
      label: '办件编号',
      sort: 'caseNo',
      render: (row) => row.caseNo,
      text: (row) => row.caseNo,
      desktopOnly: true,
    },
    {
      key: 'item',
      label: '事项',
      sort: 'item',
      wrap: true,
      render: (row) => (
        <button type="button" className="link" onClick={() => open(row)}>
          {row.itemName}
        </button>
      ),
      text: (row) => row.itemName,
    },
    { key: 'summary', label: '摘要', wrap: true, render: (row) => row.summary, text: (row) => row.summary },
    plain('actor', '提交人', (row) => row.actorName, 'actor'),
    plain('at', '提交时间', (row) => momentText(row.submittedAt), 'submittedAt'),
    {
      key: 'state',
      label: '状态',
      sort: 'state',
      render: (row) => <State row={row} />,
      text: (row) => (row.voided ? `${row.stateName}，${row.voided}` : row.stateName),
    },
    {
      key: 'print',
      label: '',
      fixed: 'end',
      desktopOnly: true,
      render: (row) => <Print row={row} onOpen={() => open(row)} />,
    },
  ];
  return (
    <>
      <Drafts />
      <ListPage
        name="cases"
        title="单位办件记录"
        columns={columns}
        rows={cases.data?.rows ?? []}
        keyOf={keyOf}
        onOpen={open}
        busy={cases.isFetching}
        problem={<ErrorPanel error={cases.error} linkOf={linkOf} />}
        save={() =>
          saveTable('单位办件记录', columns, keyOf, (next, size) =>
            call(casesEndpoint, { query: { ...query, page: next, size } }),
          )
        }
        total={cases.data?.total}
        unit="件"
        page={page}
        size={20}
        onPage={(next) => change({ page: String(next) })}
        sort={search.sort}
        onSort={(sort) => change({ sort, page: undefined })}
        sentence="点业务前面的【X】撤销；撤销后记录仍保留。"
        onQuery={() => change({ from: typed.from, to: typed.to, page: undefined })}
        onReset={() => change({ from: undefined, to: undefined, state: undefined, page: undefined })}
        empty={
          cases.isPending ? null : search.from || search.to || search.state ? (
            <Empty title="未查询到符合条件的记录">换个条件，或点“重置”</Empty>
          ) : (
            <Empty title="本单位还没有办过业务">
              <Go to="/menu" className="in-text">
                去服务菜单
              </Go>
            </Empty>
          )
        }
        asked={[
          ['办件时间从', search.from],
          ['到', search.to],
          ['状态', STATE_CHIPS.find(([state]) => state && state === search.state)?.[1]],
        ]}
        filters={
          <>
            <div className="filter">
              <label htmlFor="cases-from">办件时间从</label>
              <DateInput id="cases-from" value={typed.from ?? ''} onChange={(from) => setTyped({ ...typed, from })} />
            </div>
            <div className="filter">
              <label htmlFor="cases-to">到</label>
              <DateInput id="cases-to" value={typed.to ?? ''} onChange={(to) => setTyped({ ...typed, to })} />
            </div>
          </>
        }
        chips={
          <Chips
            label="状态"
            options={STATE_CHIPS}
            value={search.state}
            onChange={(state) => change({ state, page: undefined })}
          />
        }
      />
      <CasePanel caseNo={search.caseNo} onClose={() => change({ caseNo: undefined })} onUndo={setUndoing} />
      <CaseUndo row={undoing} onClose={() => setUndoing(null)} />
    </>
  );
}

/** How far the case is; a bill that died since is said beside it. */
function State({ row }: { readonly row: Case }) {
  return (
    <>
      <StatusTag tone={TONES[row.state]}>{row.stateName}</StatusTag>
      {row.voided ? <span className="note">　{row.voided}</span> : null}
    </>
  );
}

function Print({ row, onOpen }: { readonly row: Case; readonly onOpen: () => void }) {
  const { billNo, documentId } = row.refs;
  const href = billNo
    ? address(billPdfEndpoint, { params: { billNo } })
    : documentId
      ? address(documentEndpoint, { params: { documentId } })
      : undefined;
  return (
    <span className="row" style={{ flexWrap: 'nowrap' }}>
      {href && !row.voided ? (
        <a href={href} target="_blank" rel="noreferrer" aria-label={`打印单据 ${row.caseNo}`}>
          打印单据
        </a>
      ) : null}
      <button type="button" className="link" onClick={onOpen} aria-label={`查看详情 ${row.caseNo}`}>
        查看详情
      </button>
    </span>
  );
}

function Drafts() {
  const drafts = useQuery({ queryKey: ['drafts'], queryFn: () => call(draftsEndpoint) });
  if (!drafts.data?.length) return null;
  return (
    <section className="card" style={{ marginBottom: 14 }} aria-label="未提交草稿">
      <h2>未提交草稿 {drafts.data.length} 份</h2>
      <ul className="ledger">
        {drafts.data.map((draft) => (
          <li key={draft.draftId}>
            <div>
              {draft.itemName} {draft.summary}
              <span>{momentText(draft.savedAt)} 保存，尚未点“确认提交”，未生效</span>
            </div>
            <span className="row">
              <Go to={`/items/${draft.itemCode}?draft=${draft.draftId}`} label={`继续 ${draft.itemName}`}>
                继续
              </Go>
              <DropButton
                what={`草稿 ${draft.itemName}`}
                facts={[`${momentText(draft.savedAt)} 保存${draft.summary ? `，${draft.summary}` : ''}`]}
                drop={() => call(deleteDraftEndpoint, { params: { draftId: draft.draftId } })}
                list={['drafts']}
              />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function CasePanel({
  caseNo,
  onClose,
  onUndo,
}: {
  readonly caseNo: string | undefined;
  readonly onClose: () => void;
  readonly onUndo: (row: Case) => void;
}) {
  const one = useQuery({
    queryKey: ['case', caseNo],
    queryFn: () => call(caseEndpoint, { params: { caseNo: caseNo ?? '' } }),
    enabled: Boolean(caseNo),
  });
  return (
    <Panel open={Boolean(caseNo)} width={640} title={`办件 ${caseNo ?? ''}`} onClose={onClose}>
      <Loaded query={one} failed={(error) => <ErrorPanel error={error} linkOf={linkOf} />}>
        {(data) => (
          <div className="stack">
            <dl className="facts">
              <div>
                <dt>事项</dt>
                <dd>{data.itemName}</dd>
              </div>
              <div>
                <dt>状态</dt>
                <dd>
                  <State row={data} />
                </dd>
              </div>
              <div>
                <dt>提交</dt>
                <dd>
                  {data.actorName} {momentText(data.submittedAt)}
                </dd>
              </div>
              {data.revokedAt ? (
                <div>
                  <dt>撤销</dt>
                  <dd>{momentText(data.revokedAt)}</dd>
                </div>
              ) : null}
            </dl>
            <p>{data.summary}</p>
            {data.state === 'ACCEPTED' ? (
              <p className="aside-note amber-note">审核、拨付由经办机构办理，本系统还没有开通查询进度。</p>
            ) : null}
            <Sections narrow sections={sectionsOf(data.result)} />
            {data.attachments.length > 0 ? (
              <section aria-label="提交的材料">
                <h2>提交的材料</h2>
                <ul className="ledger">
                  {data.attachments.map((file) => (
                    <li key={file.no}>
                      <a
                        href={address(attachmentEndpoint, { params: { caseNo: data.caseNo, no: String(file.no) } })}
                        download
                      >
                        {file.name}
                      </a>
                      <span className="note">{Math.ceil(file.size / 1_000)} KB</span>
                    </li>
                  ))}
                </ul>
              </section>
            ) : null}
            <div className="row">
              {data.refs.billNo ? (
                <Go to={`/bills/${data.refs.billNo}`} className="btn">
                  查看单据
                </Go>
              ) : null}
              {data.state === 'REVOKED' ? null : data.canUndo ? (
                <button type="button" className="btn danger" onClick={() => onUndo(data)}>
                  撤销这件业务
                </button>
              ) : (
                <span className="note">{data.undoProblems[0]?.message}</span>
              )}
            </div>
          </div>
        )}
      </Loaded>
    </Panel>
  );
}

/** A stored result carries the sections of its result page. */
function sectionsOf(result: Readonly<Record<string, unknown>>): readonly Section[] {
  const parsed = sectionSchema.array().safeParse(result.sections);
  return parsed.success ? parsed.data : [];
}
