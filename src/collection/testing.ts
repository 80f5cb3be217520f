import { join } from 'node:path';
import { workCalendar } from '../kernel/calendar.ts';
import { ulid } from '../kernel/ids.ts';
import type { Insurance } from '../kernel/insurance.ts';
import { type CivilDate, type Moment, type Month, parseMoment } from '../kernel/month.ts';
import type { Law } from '../parameters/index.ts';
import type { Ctx } from '../platform/context.ts';
import type { Db } from '../platform/db.ts';
import type { MigrationFolder } from '../platform/migrate.ts';
import { registerEmployer } from '../registry/index.ts';
import { calendarSeedRows } from '../rules/calendar-seed.ts';
import { compileRules, createBook, lateFrom } from '../rules/index.ts';
import type { BillPorts } from './bills/model.ts';
import type { DueKind } from './model.ts';
import { insertAssessment, insertDues } from './store.ts';

/** What the tests of bills, receipts and exchange share: dues without the way that leads to them, and a wire that remembers. */
export const REGION = '420500';
export const EMPLOYER = '990000101';

const src = join(import.meta.dirname, '..');
export const COLLECTION_MIGRATIONS: readonly MigrationFolder[] = ['parameters', 'registry', 'collection'].map(
  (name) => ({
    name,
    dir: join(src, name, 'migrations'),
  }),
);

/** 测试包: 3.65 % a year (D-CAL-05). */
const book = createBook([{ region: '420000', key: 'interest.annualRate', from: '2020-01', to: null, value: 36_500 }]);
export const LAW: Law = {
  book,
  calendar: workCalendar(calendarSeedRows()),
  rules: (region, month) => compileRules(book, region, month),
};

export function moment(text: string): Moment {
  const found = parseMoment(text);
  if (!found) throw new Error(`not a moment: ${text}`);
  return found;
}

export function inTransaction<T>(db: Db, at: string, work: (ctx: Ctx) => Promise<T>): Promise<T> {
  const actor = { kind: 'portal', id: 'a', name: '林样' } as const;
  return db.transaction().execute((tx) => work({ tx, region: REGION, now: moment(at), actor }));
}

export async function addEmployer(db: Db, employerNo: string = EMPLOYER): Promise<void> {
  await inTransaction(db, '2023-04-01 09:00', (ctx) =>
    registerEmployer(ctx, {
      employerNo,
      uscc: `91420500MA${employerNo.slice(1)}`,
      name: `宜昌示例${employerNo}有限公司`,
      injuryClass: 1,
      enjoysRelief2020: false,
      from: '2020-01' as Month,
    }),
  );
}

export type DueInput = {
  readonly insurance: Insurance;
  readonly employerFen: number;
  readonly personFen: number;
  readonly baseFen?: number;
  readonly month?: string;
  readonly kind?: DueKind;
  readonly lateFrom?: string;
};

/** One person of base 3,450 in April 2023 (AT-06): 552.00 + 276.00, 24.15 + 10.35, 6.90. */
export const APRIL: readonly DueInput[] = [
  { insurance: 'pension', employerFen: 55_200, personFen: 27_600 },
  { insurance: 'unemployment', employerFen: 2_415, personFen: 1_035 },
  { insurance: 'injury', employerFen: 690, personFen: 0 },
];

/** Posts dues as an assessment would have. Returns their numbers. */
export async function addDues(
  db: Db,
  at: string,
  dues: readonly DueInput[] = APRIL,
  employerNo: string = EMPLOYER,
): Promise<string[]> {
  return inTransaction(db, at, async (ctx) => {
    const assessmentId = ulid();
    const caseNo = `${REGION}${assessmentId.slice(-8)}`;
    await insertAssessment(ctx.tx, REGION, {
      assessmentId,
      employerNo,
      act: 'MONTHLY',
      caseNo,
      actor: 'portal:a',
      at: ctx.now,
      rulesHash: '-',
    });
    const rows = dues.map((due) => {
      const month = (due.month ?? ctx.now.slice(0, 7)) as Month;
      const kind = due.kind ?? 'MONTHLY';
      const baseFen = due.baseFen ?? 345_000;
      const { insurance, employerFen, personFen } = due;
      const line = { personNo: '94200100001', insurance, month, kind, baseFen, employerFen, personFen };
      return {
        ...line,
        employerNo,
        assessmentId,
        persons: 1,
        lateFrom:
          (due.lateFrom as CivilDate | undefined) ??
          lateFrom(book, REGION, kind, month, ctx.now.slice(0, 10) as CivilDate),
        caseNo,
        at: ctx.now,
        lines: [line],
      };
    });
    return (await insertDues(ctx.tx, REGION, rows)).map((due) => due.dueId);
  });
}

export type Told = { readonly type: string; readonly entity: string; readonly body: Record<string, unknown> };

/** A wire that remembers what it was told; `unsent` says whether documents still lie here. */
export function recordingPorts(unsent = false): BillPorts & { readonly told: Told[]; unsent: boolean } {
  const told: Told[] = [];
  const ports = {
    told,
    unsent,
    enqueue: async (_tx: unknown, item: { type: string; entity: string; body: unknown }) => {
      told.push({ type: item.type, entity: item.entity, body: item.body as Record<string, unknown> });
      return ulid();
    },
    cancelUnsent: async () => ports.unsent,
  };
  return ports;
}
