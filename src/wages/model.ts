import type { Month } from '../kernel/month.ts';

/** 缴费工资申报: a wage that counts from a month until the next one. APPROVED is a base taken as it is (核定基数). */
export type WageDeclaration = {
  readonly wageId: string;
  readonly personNo: string;
  readonly from: Month;
  readonly basis: 'DECLARED' | 'APPROVED';
  readonly wageFen: number;
  readonly caseNo: string;
};

/** The declaration in force in a month: the latest that began no later. `wages` is in order of month. */
export function wageInForce(wages: readonly WageDeclaration[], month: Month): WageDeclaration | undefined {
  return wages.findLast((wage) => wage.from <= month);
}
