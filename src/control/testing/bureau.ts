import { expect } from 'vitest';
import { type Bureau, openBureau } from '../../../tests/domain/harness.ts';
import { subscribe } from '../../collection/index.ts';
import { fundListener } from '../../fund/index.ts';
import { sealAudit } from '../../platform/audit/index.ts';
import { run, sql } from '../../platform/db.ts';
import { checkIntegrity, type Integrity } from '../index.ts';

let subscribed = false;

/** An agency without the tax side whose books listen, as in the program. */
export async function openBooksBureau(at: string, region?: string): Promise<Bureau> {
  if (!subscribed) subscribe(fundListener);
  subscribed = true;
  return openBureau({ at, ...(region ? { region } : {}) });
}

export async function integrityOf(bureau: Bureau): Promise<Integrity> {
  const { db, region, clock } = bureau.services;
  await sealAudit(db, region);
  return checkIntegrity({ db, region, now: clock.now() });
}

export const violationsOf = (integrity: Integrity): string[] =>
  integrity.promises.flatMap((promise) => promise.violations.map((one) => `${promise.no} ${one.object} ${one.text}`));

export async function expectIntact(bureau: Bureau): Promise<Integrity> {
  const integrity = await integrityOf(bureau);
  expect(violationsOf(integrity)).toEqual([]);
  expect(integrity.violations).toBe(0);
  return integrity;
}

/** Money of a bill, with the message the wire would have recorded beside it. */
export async function pay(bureau: Bureau, billNo: string, paidAt: string): Promise<void> {
  const { db, region } = bureau.services;
  await bureau.pay(billNo, paidAt);
  const entity = `receipt:R${billNo}`;
  await run(
    db,
    sql`insert into wire_inbox (region, sender, item_id, document_id, entity, version, type, digest, state, at)
        values (${region}, ${`tax.${region}`}, ${entity}, 'D', ${entity}, 1, 'payment.posted', '', 'accepted', now())`,
  );
  await run(
    db,
    sql`insert into wire_entity (region, sender, entity, applied_version) values (${region}, ${`tax.${region}`}, ${entity}, 1)`,
  );
}
