import { idSeries } from '../../kernel/ids.ts';
import { INSURANCES } from '../../kernel/insurance.ts';
import type { CopyWriter } from '../../platform/copy/index.ts';
import type { FactDue } from '../facts.ts';
import { type BlockHead, type ColumnBlock, writeBlockRow } from './block-row.ts';
import type { ColumnDue, RangePlan } from './plan.ts';

/** Fills the rows of blocks: one per employer (nobody else has written in this month). Returns the dues for the books. */
export function encodeRange(blocks: CopyWriter, plan: RangePlan, head: BlockHead, assessmentNo: number): FactDue[] {
  blocks.reset();
  const nextId = idSeries();
  const facts: FactDue[] = [];
  const cells = cellBuffers();
  for (let at = 0; at < plan.dues.length; ) {
    const { employerNo } = plan.dues[at] as ColumnDue;
    let end = at;
    while (plan.dues[end]?.employerNo === employerNo) end += 1;
    const own = plan.dues.slice(at, end);
    at = end;
    const slots = INSURANCES.flatMap((insurance) => own.find((due) => due.insurance === insurance) ?? []);
    const dues = slots.map(({ from, to, ...due }) => ({ ...due, persons: to - from }));
    const block = { blockId: nextId(), employerNo, blockNo: 0, ...cells.fill(plan, slots), dues };
    const dueIds = writeBlockRow(blocks, head, assessmentNo, block);
    for (const [slot, { insurance, employerFen, personFen }] of dues.entries()) {
      const dueId = dueIds[slot] as string;
      facts.push({ dueId, insurance, kind: head.kind, month: head.month, employerFen, personFen });
    }
  }
  return facts;
}

type Cells = Pick<ColumnBlock, 'persons' | 'from' | 'to' | 'baseFen' | 'employerFen' | 'personFen'>;

/** Brings the columns of an employer's insurances to the same people; who is not in one of them has naughts there. */
function cellBuffers() {
  let persons = new Float64Array(0);
  let baseFen = new Float64Array(0);
  let employerFen = new Float64Array(0);
  let personFen = new Float64Array(0);
  const room = (cells: number): void => {
    if (baseFen.length >= cells) return;
    baseFen = new Float64Array(cells * 2);
    employerFen = new Float64Array(cells * 2);
    personFen = new Float64Array(cells * 2);
  };
  return {
    fill(plan: RangePlan, slots: readonly ColumnDue[]): Cells {
      const [head] = slots as [ColumnDue, ...ColumnDue[]];
      if (slots.every((due) => samePersons(plan, head, due))) {
        const { from, to } = head;
        room(slots.length * (to - from));
        for (const [slot, due] of slots.entries()) {
          const amounts = plan.amounts[due.insurance];
          const at = slot * (to - from);
          baseFen.set(amounts.baseFen.subarray(due.from, due.to), at);
          employerFen.set(amounts.employerFen.subarray(due.from, due.to), at);
          personFen.set(amounts.personFen.subarray(due.from, due.to), at);
        }
        return { persons: plan.persons[head.insurance], from, to, baseFen, employerFen, personFen };
      }
      const most = slots.reduce((sum, due) => sum + due.to - due.from, 0);
      if (persons.length < most) persons = new Float64Array(most * 2);
      const people = mergePersons(plan, slots, persons);
      room(people * slots.length);
      let at = 0;
      for (const { insurance, from, to } of slots) {
        const own = plan.persons[insurance];
        const amounts = plan.amounts[insurance];
        let i = from;
        for (let p = 0; p < people; p += 1, at += 1) {
          const has = i < to && own[i] === persons[p];
          baseFen[at] = has ? (amounts.baseFen[i] as number) : 0;
          employerFen[at] = has ? (amounts.employerFen[i] as number) : 0;
          personFen[at] = has ? (amounts.personFen[i] as number) : 0;
          if (has) i += 1;
        }
      }
      return { persons, from: 0, to: people, baseFen, employerFen, personFen };
    },
  };
}

function samePersons({ persons }: RangePlan, a: ColumnDue, b: ColumnDue): boolean {
  if (a.to - a.from !== b.to - b.from) return false;
  const [ours, theirs] = [persons[a.insurance], persons[b.insurance]];
  for (let i = a.from, j = b.from; i < a.to; i += 1, j += 1) if (ours[i] !== theirs[j]) return false;
  return true;
}

/** The people of all slots in order of person, each once; every slot's people are in order. */
function mergePersons(plan: RangePlan, slots: readonly ColumnDue[], into: Float64Array): number {
  const next = slots.map((due) => due.from);
  let count = 0;
  for (;;) {
    let least = Number.POSITIVE_INFINITY;
    for (let s = 0; s < slots.length; s += 1) {
      const { insurance, to } = slots[s] as ColumnDue;
      const at = next[s] as number;
      if (at < to) least = Math.min(least, plan.persons[insurance][at] as number);
    }
    if (least === Number.POSITIVE_INFINITY) return count;
    into[count] = least;
    count += 1;
    for (let s = 0; s < slots.length; s += 1) {
      const { insurance, to } = slots[s] as ColumnDue;
      const at = next[s] as number;
      if (at < to && plan.persons[insurance][at] === least) next[s] = at + 1;
    }
  }
}
