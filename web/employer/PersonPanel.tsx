import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { personEndpoint } from '../../src/enrolment/contract.ts';
import { INSURANCE_SHORT_NAMES } from '../../src/kernel/insurance.ts';
import { type Answer, call } from '../ui/call.ts';
import { ErrorPanel } from '../ui/ErrorPanel.tsx';
import { momentText } from '../ui/format.ts';
import { MaskedId } from '../ui/MaskedId.tsx';
import { Money } from '../ui/Money.tsx';
import { MonthRibbon, RibbonHead, RibbonLegend } from '../ui/MonthRibbon.tsx';
import { Panel } from '../ui/Panel.tsx';
import { Loaded, Skeleton } from '../ui/States.tsx';
import { StatusTag } from '../ui/StatusTag.tsx';
import { ExplainHost, explainSearch } from './ExplainHost.tsx';
import { Go, linkOf } from './links.tsx';
import { PERSON_TONES, PURPOSES, reveal } from './PeoplePage.tsx';
import { useSearchState } from './place.ts';

type Person = Answer<typeof personEndpoint>;

/** One person: eight facts, 缴费月历 by insurance, latest events, what can be done. Other employers' months are never shown. */
export function PersonPanel({
  personNo,
  onClose,
}: {
  readonly personNo: string | undefined;
  readonly onClose: () => void;
}) {
  const person = useQuery({
    queryKey: ['person', personNo],
    queryFn: () => call(personEndpoint, { params: { personNo: personNo ?? '' } }),
    enabled: Boolean(personNo),
  });
  const [, change] = useSearchState();
  return (
    <>
      <Panel
        open={Boolean(personNo)}
        width={640}
        onClose={onClose}
        title={
          <span>
            {person.data?.name} <span className="note">个人编号 {personNo}</span>
          </span>
        }
        extra={
          <span className="row">
            {person.data?.state === 'STOPPED' ? null : (
              <Go to={`/items/emp.suspend?personNo=${personNo}`} className="btn small">
                停保
              </Go>
            )}
            <Go to="/certificates" className="btn small primary">
              开参保证明
            </Go>
          </span>
        }
      >
        <Loaded
          query={person}
          failed={(error) => <ErrorPanel error={error} linkOf={linkOf} />}
          fallback={<Skeleton lines={8} />}
        >
          {(data) => (
            <PersonView
              person={data}
              onMonth={(insurance, month) =>
                change(explainSearch({ personNo: data.personNo, insurance, month, part: 'employer' }), false)
              }
            />
          )}
        </Loaded>
      </Panel>
      <ExplainHost />
    </>
  );
}

function PersonView({
  person,
  onMonth,
}: {
  readonly person: Person;
  readonly onMonth: (insurance: string, month: string) => void;
}) {
  const paid = new Set(
    person.ribbon.flatMap((row) => row.months.filter((month) => month.state === 'PAID').map((month) => month.month)),
  );
  return (
    <div className="stack">
      <dl className="facts">
        <Fact label="证件号码">
          <MaskedId masked={person.idNoMasked} who={person.name} purposes={PURPOSES} reveal={reveal(person.personNo)} />
        </Fact>
        <Fact label="出生年月">{person.birthDate.slice(0, 7)}</Fact>
        <Fact label="首次参工">{person.firstWorkDate ?? '—'}</Fact>
        <Fact label="本次参工">{person.entryDate ?? '—'}</Fact>
        <Fact label="状态">
          <StatusTag tone={PERSON_TONES[person.state]}>{person.stateName}</StatusTag>
        </Fact>
        <Fact label="缴费基数">
          {person.baseFen === null ? '—' : <Money fen={person.baseFen} />}{' '}
          {person.clamped === 'lower' ? '按下限' : person.clamped === 'upper' ? '达上限' : ''}
        </Fact>
        <Fact label="每月合计">{person.monthlyFen === null ? '—' : <Money fen={person.monthlyFen} />}</Fact>
        <Fact label="本单位已缴">{paid.size} 个月</Fact>
      </dl>
      <section aria-label="缴费月历" style={{ borderTop: '1px solid var(--line)', paddingTop: 12 }}>
        <div className="card-head">
          <h2>缴费月历</h2>
          <span className="note">点一格看该月怎么算的</span>
        </div>
        <RibbonHead />
        {person.ribbon.map((row) => (
          <MonthRibbon
            key={row.insurance}
            name={INSURANCE_SHORT_NAMES[row.insurance]}
            months={row.months}
            onPick={(month) => onMonth(row.insurance, month.month)}
          />
        ))}
        <div style={{ marginTop: 8 }}>
          <RibbonLegend />
        </div>
      </section>
      <section aria-label="最近的事" style={{ borderTop: '1px solid var(--line)', paddingTop: 12 }}>
        <h2>最近的事</h2>
        {person.events.length === 0 ? <p className="note">还没有</p> : null}
        <ul className="ledger">
          {person.events.map((event) => (
            <li key={event.at + event.text}>
              <div>
                {event.text}
                <span>{momentText(event.at)}</span>
              </div>
              {event.caseNo ? (
                <Go to={`/cases?caseNo=${event.caseNo}`} label={`查看办件 ${event.caseNo}`}>
                  查看
                </Go>
              ) : null}
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}

function Fact({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}
