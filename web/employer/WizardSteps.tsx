import { CheckCircleFilled } from '@ant-design/icons';
import type { ItemResult } from '../../src/items/contract.ts';
import { momentText } from '../ui/format.ts';
import { Money } from '../ui/Money.tsx';
import { Go } from './links.tsx';
import { Sections } from './Sections.tsx';
import { Notices } from './WizardPage.tsx';
import type { Workbook } from './WorkbookPanel.tsx';
import type { ItemView } from './wizard-item.ts';
import type { Wizard } from './wizard-state.ts';

/** Step 1: who, what to have at hand, how long, what it costs, what follows, on what basis. */
export function WizardGuide({ item }: { readonly item: ItemView }) {
  const { guide } = item;
  return (
    <div className="grid-wizard">
      <section className="card" aria-label="服务说明">
        <p style={{ fontSize: 15 }}>{guide.what}</p>
        <dl className="guide">
          <dt>谁来办</dt>
          <dd>{guide.who}</dd>
          <dt>要准备</dt>
          <dd>{guide.materials.length > 0 ? <List of={guide.materials} /> : '不用材料'}</dd>
          <dt>多久办好</dt>
          <dd>{guide.duration}</dd>
          <dt>花多少钱</dt>
          <dd>{guide.cost}</dd>
          <dt>办完以后</dt>
          <dd>
            <List of={guide.follows} />
          </dd>
          <dt>依据</dt>
          <dd>
            <List of={guide.basis} />
          </dd>
        </dl>
      </section>
      <aside className="stack" aria-label="今天">
        <section className="card">
          <h2>今天</h2>
          <p>{item.today.note}</p>
        </section>
        <section className="card">
          <h2>办错了</h2>
          <p>{item.undo ?? '提交后不能撤销，请核对清楚再提交。'}</p>
        </section>
        {item.aliases.length > 0 ? <p className="note">又名：{item.aliases.join('；')}</p> : null}
      </aside>
    </div>
  );
}

function List({ of }: { readonly of: readonly string[] }) {
  return (
    <ul>
      {of.map((one) => (
        <li key={one}>{one}</li>
      ))}
    </ul>
  );
}

/** Step 3: the consequence page, not a repeat of the form. */
export function WizardConfirm({
  item,
  wizard,
  workbook,
}: {
  readonly item: ItemView;
  readonly wizard: Wizard;
  readonly workbook: Workbook | undefined;
}) {
  if (wizard.mode === 'workbook') {
    if (!workbook) return null;
    const passing = workbook.counts.ok + workbook.counts.notice;
    return (
      <>
        <section className="card" aria-label="要提交的">
          <h2>
            {workbook.fileName}：提交 {passing} 人
          </h2>
          <p>
            {workbook.counts.bad > 0
              ? `另有 ${workbook.counts.bad} 行不通过，不随这次提交，提交后可以接着改好再交。`
              : '全部通过。'}
            {workbook.counts.notice > 0 ? `${workbook.counts.notice} 行有要留意的事。` : ''}
          </p>
        </section>
        <Sections sections={workbook.sections} />
      </>
    );
  }
  const preview = wizard.preview;
  const amounts = preview?.sections.some((section) => section.type === 'amounts');
  return (
    <>
      <Notices wizard={wizard} />
      {/* Without an amount the headline says what was done: before the submit it would be untrue. */}
      {preview?.headline?.fen !== undefined && !amounts ? (
        <section className="card" aria-label={preview.headline.label}>
          <h2>{preview.headline.label}</h2>
          <Money fen={preview.headline.fen} size={44} />
        </section>
      ) : null}
      <Sections sections={preview?.sections ?? []} />
      {item.code === 'unit.declare' ? (
        <p className="note">申报还不是开单：提交后要再开具应缴认定单，应缴数才发送税务。</p>
      ) : null}
    </>
  );
}

/** What was done, what it made, what is not done yet, and until when it can be undone. */
export function WizardResult({
  item,
  result,
  onAgain,
  onLeft,
}: {
  readonly item: ItemView;
  readonly result: ItemResult;
  readonly onAgain: () => void;
  readonly onLeft: (workbookId: string) => void;
}) {
  const { left } = result;
  const here = `/items/${item.code}`;
  return (
    <div className="page">
      <section className="card" aria-label="办理结果">
        <div className="row">
          <CheckCircleFilled style={{ color: 'var(--done)', fontSize: 22 }} aria-hidden="true" />
          <h1>{result.headline}</h1>
        </div>
        <p className="note">
          办件编号 {result.caseNo}　{momentText(result.at)}　{item.name}
        </p>
        {result.notDone ? (
          <div className="aside-note amber-note" style={{ marginTop: 10 }}>
            <b>{result.notDone}</b>
          </div>
        ) : null}
        {left ? (
          <div className="aside-note amber-note" style={{ marginTop: 10 }}>
            还有 {left.rows.toLocaleString('zh-CN')} 行没有通过，没有随这次提交，已另存。{' '}
            <button type="button" className="link in-text" onClick={() => onLeft(left.workbookId)}>
              接着办这 {left.rows.toLocaleString('zh-CN')} 行
            </button>
          </div>
        ) : null}
        <div className="row" style={{ marginTop: 12 }}>
          {result.nextSteps
            .filter((step) => step.to !== here)
            .map((step) => (
              <Go key={step.label} to={step.to} className={step.primary ? 'btn primary' : 'btn'}>
                {step.label}
              </Go>
            ))}
          <button type="button" className="btn" onClick={() => window.print()}>
            打印回执
          </button>
          <button type="button" className="btn" onClick={onAgain}>
            {result.nextSteps.find((step) => step.to === here)?.label ?? '再办一件'}
          </button>
        </div>
        {result.undoUntil ? (
          <p className="note" style={{ marginTop: 8 }}>
            {result.undoUntil}可在
            <Go to={`/cases?caseNo=${result.caseNo}`} className="in-text">
              单位办件记录
            </Go>
            撤销。
          </p>
        ) : null}
      </section>
      {result.notices
        .filter((notice) => notice.text !== result.notDone && !(result.notDone && notice.code === 'DEC-007'))
        .map((notice) => (
          <div className="aside-note amber-note" key={notice.text}>
            {notice.text}
          </div>
        ))}
      <Sections sections={result.sections} />
    </div>
  );
}
