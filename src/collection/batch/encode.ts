import { idSeries } from '../../kernel/ids.ts';
import { INSURANCES } from '../../kernel/insurance.ts';
import type { CivilDate, Month } from '../../kernel/month.ts';
import type { CopyWriter } from '../../platform/copy/index.ts';
import type { FactDue } from '../facts.ts';
import type { ColumnDue, RangePlan } from './plan.ts';

export type Writers = { readonly dues: CopyWriter; readonly lines: CopyWriter };

/** Fills the rows of blocks and dues: one block per employer (nobody else has written in this month). Returns the dues for the books. */
export function encodeRange(
  { dues, lines }: Writers,
  plan: RangePlan,
  of: {
    readonly region: string;
    readonly month: Month;
    readonly lateFrom: CivilDate;
    readonly assessmentNo: number;
  },
): FactDue[] {
  dues.reset();
  lines.reset();
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
    const block = cells.fill(plan, slots);
    lines.row(8);
    lines.ascii(of.region);
    lines.ascii(of.month);
    lines.ascii(employerNo);
    lines.int2(0);
    lines.int8Array(block.persons, 0, block.people);
    lines.int4Array(block.baseFen, 0, block.sharesBases ? block.people : block.cells);
    lines.int4Array(block.employerFen, 0, block.cells);
    lines.int4Array(block.personFen, 0, block.paidCells);
    for (const due of own) {
      const { insurance, baseFen, employerFen, personFen } = due;
      const dueId = nextId();
      dues.row(14);
      dues.ascii(of.region);
      dues.ascii(dueId);
      dues.ascii(employerNo);
      dues.ascii(of.month);
      dues.ascii(insurance);
      dues.ascii('MONTHLY');
      dues.int8(of.assessmentNo);
      dues.int2(0);
      dues.int2(slots.indexOf(due));
      dues.int4(due.to - due.from);
      dues.int8(baseFen);
      dues.int8(employerFen);
      dues.int8(personFen);
      dues.date(of.lateFrom);
      facts.push({ dueId, insurance, kind: 'MONTHLY', month: of.month, employerFen, personFen });
    }
  }
  return facts;
}

type Cells = {
  readonly persons: Float64Array;
  readonly baseFen: Float64Array;
  readonly employerFen: Float64Array;
  readonly personFen: Float64Array;
  /** n */
  readonly people: number;
  /** k × n */
  readonly cells: number;
  /** Cells up to the last one in which the person pays. */
  readonly paidCells: number;
  readonly sharesBases: boolean;
};

/** Brings the columns of an employer's insurances to the same people; who is not in one of them has naughts there. */
function cellBuffers() {
  let persons = new Float64Array(0);
  let baseFen = new Float64Array(0);
  let employerFen = new Float64Array(0);
  let personFen = new Float64Array(0);
  return {
    fill(plan: RangePlan, slots: readonly ColumnDue[]): Cells {
      const most = slots.reduce((sum, due) => sum + due.to - due.from, 0);
      if (persons.length < most) persons = new Float64Array(most * 2);
      const people = mergePersons(plan, slots, persons);
      const cells = people * slots.length;
      if (baseFen.length < cells) {
        baseFen = new Float64Array(cells * 2);
        employerFen = new Float64Array(cells * 2);
        personFen = new Float64Array(cells * 2);
      }
      let at = 0;
      let paidCells = 0;
      let sharesBases = true;
      for (const { insurance, from, to } of slots) {
        const own = plan.persons[insurance];
        const amounts = plan.amounts[insurance];
        let i = from;
        for (let p = 0; p < people; p += 1, at += 1) {
          const has = i < to && own[i] === persons[p];
          baseFen[at] = has ? (amounts.baseFen[i] as number) : 0;
          employerFen[at] = has ? (amounts.employerFen[i] as number) : 0;
          personFen[at] = has ? (amounts.personFen[i] as number) : 0;
          if (personFen[at] !== 0) paidCells = at + 1;
          // A shared base makes a line of every cell, so everybody must be in every insurance.
          if (!has || baseFen[at] !== baseFen[p]) sharesBases = false;
          if (has) i += 1;
        }
      }
      return { persons, baseFen, employerFen, personFen, people, cells, paidCells, sharesBases };
    },
  };
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
