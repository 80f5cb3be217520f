import type { CivilDate, Moment } from '../../src/kernel/month.ts';
import { createAccount, DEMO_PASSWORD } from '../../src/platform/identity/index.ts';
import { findAccount } from '../../src/platform/identity/store.ts';
import type { EmployerLink, EmployerSync } from '../../wire/index.ts';
import type { TaxCtx } from '../act.ts';
import { nextTaxRegNo } from '../store.ts';
import { findEmployer, type InsuredWith, saveEmployer, saveNumbers, type TaxEmployer } from '../store-employers.ts';

/**
 * 单位登记信息 (wire.md §3.1): the whole record replaces the one before; the tax registration stays. In demo and test a taxpayer account
 * is opened for it, login = credit code.
 */
export async function syncEmployer(ctx: TaxCtx, sync: EmployerSync): Promise<EmployerLink> {
  const { tx, region } = ctx;
  const known = await findEmployer(tx, region, sync.employerNo);
  const employer: TaxEmployer = {
    employerNo: sync.employerNo,
    uscc: sync.uscc ?? null,
    otherId: sync.otherId ?? null,
    otherIdType: sync.otherIdType ?? null,
    name: sync.name,
    office: sync.office,
    taxOrgan: known?.taxOrgan ?? sync.taxOrgan ?? `1${region}0000`,
    taxRegNo: known?.employerNo === sync.employerNo ? known.taxRegNo : await nextTaxRegNo(tx, region),
    agreementState: known?.agreementState ?? (ctx.mode === 'production' ? 'NONE' : 'SIGNED'),
    state: sync.state,
    stateFrom: sync.stateFrom as CivilDate,
    insurances: sync.insurances as unknown as readonly InsuredWith[],
    asOf: sync.asOf as Moment,
  };
  await saveEmployer(tx, region, employer);
  await saveNumbers(tx, region, sync.employerNo, [sync.employerNo, ...(sync.mergedNos ?? [])]);
  if (ctx.mode !== 'production') await openDemoAccount(ctx, employer);
  return {
    employerNo: employer.employerNo,
    ...(employer.uscc ? { uscc: employer.uscc } : {}),
    taxRegNo: employer.taxRegNo,
    taxOrgan: employer.taxOrgan,
    agreementState: employer.agreementState,
    match: 'EXACT',
  };
}

async function openDemoAccount(ctx: TaxCtx, employer: TaxEmployer): Promise<void> {
  const login = employer.uscc ?? employer.otherId ?? employer.employerNo;
  if (await findAccount(ctx.tx, login)) return;
  await createAccount(ctx.tx, {
    login,
    password: DEMO_PASSWORD,
    kind: 'LEGAL',
    name: employer.name,
    region: ctx.region,
    employerNo: employer.employerNo,
    demo: true,
  });
}
