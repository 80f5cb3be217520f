import { cellsOfDue, isStanding } from '../../collection/index.ts';
import { formatYuan } from '../../kernel/fen.ts';
import { INSURANCE_SHORT_NAMES } from '../../kernel/insurance.ts';
import { addMonths, dateOf, type Moment, type Month, monthOf } from '../../kernel/month.ts';
import { rows, sql } from '../../platform/db.ts';
import { lookupNumber } from '../../rules/index.ts';
import { listOpeningPersons } from '../store.ts';
import { type CellHistory, type CheckedCell, differs, employerCells, employersWithBooks, historyOf } from './cells.ts';
import { type Findings, findings, type PromiseCheck, type Scope } from './promise.ts';

/** 1. For every booked month: Σ lines + open difference = obligation, and every open difference names its gate. */
export const linesPromise: PromiseCheck = {
  no: 1,
  title: '核定明细合计 ＝ 应缴',
  check: async (scope) => {
    const found = findings();
    await checkDues(scope, found);
    await checkUndone(scope, found);
    let cells = 0;
    for (const employerNo of await employersWithBooks(scope)) {
      const employer = await employerCells(scope, employerNo);
      const opened = await listOpeningPersons(scope.on, scope.region, employerNo);
      cells += employer.cells.length;
      const beforeBooks = (cell: CheckedCell): boolean => isBeforeBooks(cell, opened.get(cell.personNo));
      const left = employer.cells.filter((cell) => differs(cell) && beforeBooks(cell)).length;
      if (left > 0) {
        found.gate(`employer:${employerNo}`, `建账前有 ${left} 人月，期初没有载入`, '期初建账');
      }
      const open = employer.cells.filter((cell) => differs(cell) && !beforeBooks(cell));
      if (open.length === 0) continue;
      const history = await historyOf(scope, employer.facts, open);
      for (const cell of open) await report(scope, found, employerNo, cell, history);
    }
    return found.result(`${cells} 人月`);
  },
};

/** A due is the sum of its lines. */
async function checkDues(scope: Scope, found: Findings): Promise<void> {
  const wrong = await rows(
    scope.on,
    sql<{ due_id: string; employer_no: string }>`
      select d.due_id, d.employer_no
      from collection_due d
      left join lateral (
        select count(*) as persons, sum(p.base_fen)::bigint as base_fen, sum(p.employer_fen)::bigint as employer_fen,
               sum(p.person_fen)::bigint as person_fen
        from ${cellsOfDue}
      ) s on true
      where d.region = ${scope.region}
        and (s.persons is distinct from d.persons or s.base_fen is distinct from d.base_fen
             or s.employer_fen is distinct from d.employer_fen or s.person_fen is distinct from d.person_fen)`,
  );
  for (const row of wrong) found.violation(`due:${row.due_id}`, `单位 ${row.employer_no} 的应缴款与它的明细合计不符`);
}

/** An undone case has given back everything it posted, claims and credits alike. */
async function checkUndone(scope: Scope, found: Findings): Promise<void> {
  const left = await rows(
    scope.on,
    sql<{ due_id: string; case_no: string }>`
      select d.due_id, c.case_no from casework_case c
      join collection_assessment a on a.region = c.region and a.case_no = c.case_no
      join collection_due d on d.region = a.region and d.employer_no = a.employer_no and d.assessment_no = a.assessment_no
      where c.region = ${scope.region} and c.state = 'REVOKED' and ${isStanding}`,
  );
  for (const row of left) found.violation(`due:${row.due_id}`, `办件 ${row.case_no} 已撤销，应缴款没有冲回`);
}

async function report(
  scope: Scope,
  found: Findings,
  employerNo: string,
  cell: CheckedCell,
  history: CellHistory,
): Promise<void> {
  const object = `cell:${employerNo}/${cell.personNo}/${cell.insurance}/${cell.month}`;
  const { owed, lines } = amountsOf(cell);
  const text = `${cell.month} ${INSURANCE_SHORT_NAMES[cell.insurance]}：应缴 ${formatYuan(owed)}，明细 ${formatYuan(lines)}`;
  if (cell.problem !== undefined) found.violation(object, `应缴无法复算：${cell.problem}`);
  else if (!cell.booked) found.violation(object, `${text}；明细在做账期号以外`);
  else {
    const gate = await gateOf(scope, cell, history);
    if (gate) found.gate(object, text, gate);
    else found.violation(object, `${text}；没有事由`);
  }
}

const amountsOf = (cell: CheckedCell): { readonly owed: number; readonly lines: number } => ({
  owed: cell.target.employerFen + cell.target.personFen,
  lines: (cell.posted?.employerFen ?? 0) + (cell.posted?.personFen ?? 0),
});

/** A month before the opening of which nothing was loaded: it was settled in the books before ours, by rules that need not be known. */
function isBeforeBooks(cell: CheckedCell, openedAt: Moment | undefined): boolean {
  return cell.posted === undefined && openedAt !== undefined && cell.month < monthOf(dateOf(openedAt));
}

/** What an open difference waits for, and how it is closed; undefined when nothing explains it. */
async function gateOf(scope: Scope, cell: CheckedCell, history: CellHistory): Promise<string | undefined> {
  const dues = history.dues(cell);
  const last = dues.at(-1);
  if (!last) return undefined;
  // Only a fact or a rule that came after the lines can leave them behind; otherwise the lines were wrong from the start or were touched.
  if (!(await history.movedAfter(cell, last.dueId))) return undefined;
  const live = dues.find((due) => due.liveBillNo !== null && due.settledHow === null);
  if (live) return `单据 ${live.liveBillNo} 还没了结，缴清后退费，或先撤销单据`;
  const { owed, lines } = amountsOf(cell);
  const paid = dues.some((due) => due.settledHow === 'RECEIPT' || due.settledHow === 'OPENING');
  if (owed >= lines) {
    return withinWindow(scope, cell.month, 'window.selfBackMonths')
      ? '须补缴：职工补缴还没有开通，请经办机构处理'
      : '须补缴：超过自行补缴月数，须审批';
  }
  if (!paid) return '费用还没缴，等差额调整（重新申报该月）';
  return withinWindow(scope, cell.month, 'window.refundBackMonths') ? '等单位申请多缴退费' : '超过退费月数，须审批';
}

function withinWindow(scope: Scope, month: Month, key: 'window.refundBackMonths' | 'window.selfBackMonths'): boolean {
  const today = dateOf(scope.now);
  return month >= addMonths(monthOf(today), -lookupNumber(scope.law.book, scope.region, key, today));
}
