import { DomainError } from '../../kernel/errors.ts';
import { formatYuan } from '../../kernel/fen.ts';
import { INSURANCE_SHORT_NAMES } from '../../kernel/insurance.ts';
import { addMonths, dateOf, type Moment, type Month, monthOf } from '../../kernel/month.ts';
import { rows, sql } from '../../platform/db.ts';
import { lookupNumber } from '../../rules/index.ts';
import { listOpeningPersons } from '../store.ts';
import { type CheckedCell, differs, duesOfCell, employerCells, employersWithBooks, latestFactId } from './cells.ts';
import { type Findings, findings, type PromiseCheck, type Scope } from './promise.ts';

/** 1. For every booked month: Σ lines + open difference = obligation, and every open difference names its gate. */
export const linesPromise: PromiseCheck = {
  no: 1,
  title: '核定明细合计 ＝ 应缴',
  check: async (scope) => {
    const found = findings();
    await checkDues(scope, found);
    let cells = 0;
    for (const employerNo of await employersWithBooks(scope)) {
      try {
        const employer = await employerCells(scope, employerNo);
        const opened = await listOpeningPersons(scope.on, scope.region, employerNo);
        cells += employer.cells.length;
        for (const cell of employer.cells) if (differs(cell)) await judge(scope, found, employerNo, cell, opened);
      } catch (error) {
        // A month whose rules are gone cannot be proved: that is a finding about this employer, not the end of the check.
        if (!(error instanceof DomainError)) throw error;
        found.violation(`employer:${employerNo}`, `应缴无法复算：${error.message}`);
      }
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
      left join collection_lines l on l.region = d.region and l.due_id = d.due_id
      left join lateral (
        select count(*) as persons, sum(p.base_fen)::bigint as base_fen, sum(p.employer_fen)::bigint as employer_fen,
               sum(p.person_fen)::bigint as person_fen
        from unnest(l.base_fen, l.employer_fen, l.person_fen) as p (base_fen, employer_fen, person_fen)
      ) s on true
      where d.region = ${scope.region}
        and (l.due_id is null or l.insurance <> d.insurance or l.month <> d.month or l.employer_no <> d.employer_no
             or s.persons <> d.persons or s.base_fen <> d.base_fen or s.employer_fen <> d.employer_fen or s.person_fen <> d.person_fen)`,
  );
  for (const row of wrong) found.violation(`due:${row.due_id}`, `单位 ${row.employer_no} 的应缴款与它的明细合计不符`);
}

/** Finds the gate of an open difference; without one it is a violation. */
async function judge(
  scope: Scope,
  found: Findings,
  employerNo: string,
  cell: CheckedCell,
  opened: ReadonlyMap<string, Moment>,
): Promise<void> {
  const object = `cell:${employerNo}/${cell.personNo}/${cell.insurance}/${cell.month}`;
  const owed = cell.target.employerFen + cell.target.personFen;
  const lines = (cell.posted?.employerFen ?? 0) + (cell.posted?.personFen ?? 0);
  const text = `${cell.month} ${INSURANCE_SHORT_NAMES[cell.insurance]}：应缴 ${formatYuan(owed)}，明细 ${formatYuan(lines)}`;
  if (!cell.booked) return found.violation(object, `${text}；明细在做账期号以外`);
  const dues = await duesOfCell(scope, employerNo, cell);
  const openedAt = opened.get(cell.personNo);
  if (dues.length === 0 && openedAt && cell.month < monthOf(dateOf(openedAt))) {
    return found.gate(object, text, '建账前的月份，期初没有载入（期初建账）');
  }
  const last = dues.at(-1);
  // Only a fact that came after the lines can leave them behind; otherwise the lines were wrong from the start or were touched.
  if (!last || (await latestFactId(scope, employerNo, cell.personNo)) < last.dueId) {
    return found.violation(object, `${text}；没有事由`);
  }
  const live = dues.find((due) => due.liveBillNo !== null && due.settledHow === null);
  if (live) return found.gate(object, text, `单据 ${live.liveBillNo} 还没了结，缴清后退费，或先撤销单据`);
  const paid = dues.some((due) => due.settledHow === 'RECEIPT' || due.settledHow === 'OPENING');
  if (owed < lines && !paid) return found.gate(object, text, '费用还没缴，等差额调整（重新申报该月）');
  const window = owed < lines ? 'window.refundBackMonths' : 'window.selfBackMonths';
  if (withinWindow(scope, cell.month, window)) {
    return found.gate(object, text, owed < lines ? '等单位申请多缴退费' : '等职工补缴');
  }
  found.gate(object, text, owed < lines ? '超过退费月数，须审批' : '超过自行补缴月数，须审批');
}

function withinWindow(scope: Scope, month: Month, key: 'window.refundBackMonths' | 'window.selfBackMonths'): boolean {
  const today = dateOf(scope.now);
  return month >= addMonths(monthOf(today), -lookupNumber(scope.law.book, scope.region, key, today));
}
