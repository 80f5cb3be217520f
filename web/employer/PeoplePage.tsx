import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { peopleEndpoint, peopleFileEndpoint, type peopleSort, revealEndpoint } from '../../src/enrolment/contract.ts';
import { maskIdNumbers } from '../../src/kernel/id-number.ts';
import { INSURANCE_SHORT_NAMES, INSURANCES } from '../../src/kernel/insurance.ts';
import type { SortKey } from '../../src/platform/schemas.ts';
import { known, pageOf } from '../ui/address.ts';
import { Chips } from '../ui/Chips.tsx';
import { type Answer, call, saveBlob } from '../ui/call.ts';
import type { Column } from '../ui/DataTable.tsx';
import { ErrorPanel } from '../ui/ErrorPanel.tsx';
import { ListPage } from '../ui/ListPage.tsx';
import { MaskedId } from '../ui/MaskedId.tsx';
import { Money } from '../ui/Money.tsx';
import { Empty } from '../ui/States.tsx';
import { StatusTag, type Tone } from '../ui/StatusTag.tsx';
import { linkOf } from './links.tsx';
import { PersonPanel } from './PersonPanel.tsx';
import { useHere, useSearchState } from './place.ts';
import { useTab } from './tabs.ts';

type Person = Answer<typeof peopleEndpoint>['rows'][number];

const TYPED = ['q'] as const;

export const PERSON_TONES: Readonly<Record<Person['state'], Tone>> = {
  PAYING: 'done',
  STOPPED: 'none',
  EXEMPT: 'wait',
};
const STATES = [
  ['PAYING', '参保缴费'],
  ['STOPPED', '已停保'],
  ['EXEMPT', '不可做账'],
] as const;
export const PURPOSES = ['核对合同', '核对工资表', '联系本人', '其他'] as const;

export const reveal = (personNo: string) => (purpose: string) =>
  call(revealEndpoint, { params: { personNo }, body: { purpose: purpose as (typeof PURPOSES)[number] } });

/** 单位参保人员查询 (HB-QRY-10): find, check, act on one. */
export function PeoplePage() {
  const here = useHere();
  useTab('/people', '单位参保人员查询', here.href);
  const [search, change] = useSearchState(TYPED);
  const [typed, setTyped] = useState(search);
  useEffect(() => setTyped(search), [search]);
  const page = pageOf(search.page);
  const filters = known(peopleFileEndpoint.body, search);
  const people = useQuery({
    queryKey: ['people', filters, page],
    queryFn: () => call(peopleEndpoint, { body: { ...filters, page, size: 50 } }),
    placeholderData: (previous) => previous,
  });
  const asked = INSURANCES.find((one) => one === search.insurance);
  const open = (row: Person) => change({ person: row.personNo }, false);
  // Never the numbers of a former search.
  const counts = people.isPlaceholderData ? undefined : people.data?.counts;
  const columns: readonly Column<Person, SortKey<typeof peopleSort>>[] = [
    {
      key: 'name',
      label: '姓名',
      fixed: 'start',
      sort: 'name',
      render: (row) => (
        <button type="button" className="link strong" onClick={() => open(row)}>
          {row.name}
        </button>
      ),
    },
    {
      key: 'idNo',
      label: '证件号码',
      render: (row) => (
        <MaskedId masked={row.idNoMasked} who={row.name} purposes={PURPOSES} reveal={reveal(row.personNo)} />
      ),
    },
    { key: 'personNo', label: '个人编号', sort: 'personNo', render: (row) => row.personNo, desktopOnly: true },
    { key: 'sex', label: '性别', render: (row) => (row.sex === 'male' ? '男' : '女'), desktopOnly: true },
    { key: 'birth', label: '出生年月', sort: 'birth', render: (row) => row.birthDate.slice(0, 7), desktopOnly: true },
    {
      key: 'state',
      label: '缴费状态',
      sort: 'state',
      render: (row) => <StatusTag tone={PERSON_TONES[row.state]}>{row.stateName}</StatusTag>,
    },
    { key: 'pension', label: '养老', render: (row) => row.insurances.pension || '—', desktopOnly: true },
    { key: 'unemployment', label: '失业', render: (row) => row.insurances.unemployment || '—', desktopOnly: true },
    { key: 'injury', label: '工伤', render: (row) => row.insurances.injury || '—', desktopOnly: true },
    {
      key: 'base',
      label: '缴费基数',
      align: 'end',
      sort: 'base',
      desktopOnly: true,
      render: (row) => (
        <>
          {row.clamped ? <span className="note">{row.clamped === 'lower' ? '按下限' : '达上限'} </span> : null}
          <Money fen={row.baseFen} plain />
        </>
      ),
    },
    {
      key: 'monthly',
      label: '每月合计',
      align: 'end',
      sort: 'monthly',
      render: (row) => <Money fen={row.monthlyFen} plain />,
      desktopOnly: true,
    },
    { key: 'retired', label: '离退休标志', sort: 'retired', render: (row) => row.retired, desktopOnly: true },
    {
      key: 'open',
      label: '',
      fixed: 'end',
      desktopOnly: true,
      render: (row) => (
        <button type="button" className="link" onClick={() => open(row)} aria-label={`查看详情 ${row.name}`}>
          查看详情
        </button>
      ),
    },
  ];
  return (
    <>
      <ListPage
        name="people"
        title="单位参保人员查询"
        columns={columns}
        rows={people.data?.rows ?? []}
        keyOf={(row) => row.personNo}
        nameOf={(row) => row.name}
        onOpen={open}
        busy={people.isFetching}
        problem={<ErrorPanel error={people.error} linkOf={linkOf} />}
        total={people.data?.total}
        unit="人"
        page={page}
        size={50}
        onPage={(next) => change({ page: String(next) })}
        save={async () => saveBlob(await call(peopleFileEndpoint, { body: filters }), '单位参保人员.xlsx')}
        sort={search.sort}
        onSort={(sort) => change({ sort, page: undefined })}
        sentence="证件号码默认遮盖；点眼睛须选用途，留痕，60 秒后自动遮上。"
        onQuery={() => change({ q: typed.q, insurance: typed.insurance, state: typed.state, page: undefined })}
        onReset={() => change({ q: undefined, insurance: undefined, state: undefined, page: undefined })}
        empty={
          people.isPending ? null : (
            <Empty title="未查询到符合条件的记录">
              <button
                type="button"
                className="link in-text"
                onClick={() => change({ q: undefined, insurance: undefined, state: undefined })}
              >
                清掉条件
              </button>
            </Empty>
          )
        }
        asked={[
          ['人员', search.q && maskIdNumbers(search.q)],
          ['参保险种', asked && INSURANCE_SHORT_NAMES[asked]],
          ['人员缴费状态', STATES.find(([state]) => state === search.state)?.[1]],
        ]}
        filters={
          <>
            <label>
              人员
              <input
                className="input"
                style={{ minWidth: 310 }}
                placeholder="姓名或拼音首字母、证件号码、个人编号"
                value={typed.q ?? ''}
                onChange={(event) => setTyped({ ...typed, q: event.target.value })}
              />
            </label>
            <label>
              参保险种
              <select
                className="input"
                value={typed.insurance ?? ''}
                onChange={(event) => setTyped({ ...typed, insurance: event.target.value })}
              >
                <option value="">全部险种</option>
                {INSURANCES.map((one) => (
                  <option key={one} value={one}>
                    {INSURANCE_SHORT_NAMES[one]}
                  </option>
                ))}
              </select>
            </label>
            <label>
              人员缴费状态
              <select
                className="input"
                value={typed.state ?? ''}
                onChange={(event) => setTyped({ ...typed, state: event.target.value })}
              >
                <option value="">全部状态</option>
                {STATES.map(([state, name]) => (
                  <option key={state} value={state}>
                    {name}
                  </option>
                ))}
              </select>
            </label>
          </>
        }
        chips={
          <Chips
            label="缴费状态"
            options={[
              [undefined, '全部', counts?.all],
              ['PAYING', '在缴', counts?.paying],
              ['STOPPED', '已停保', counts?.stopped],
              ['EXEMPT', '不可做账', counts?.exempt],
            ]}
            value={search.state}
            onChange={(state) => change({ state, page: undefined })}
          />
        }
      />
      <PersonPanel personNo={search.person} onClose={() => change({ person: undefined })} />
    </>
  );
}
