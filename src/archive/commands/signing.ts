import { createHash, randomBytes } from 'node:crypto';
import { invariant } from '../../kernel/errors.ts';
import { ulid } from '../../kernel/ids.ts';
import type { Ctx } from '../../platform/context.ts';
import { certificateDer, openIdentity, type SigningIdentity } from '../../platform/pdf/cms.ts';
import { createSigningIdentity } from '../../platform/pdf/sign.ts';
import { findSigningKey, insertSigningKey } from '../store.ts';

/** Opened keys by key_id; a transaction that rolled back leaves an entry nobody asks for again. */
const held = new Map<string, SigningIdentity>();

/** 签章身份 of an office, made at its first document. */
export async function signingIdentity(ctx: Ctx, officeName: string): Promise<SigningIdentity> {
  let row = await findSigningKey(ctx.tx, ctx.region, officeName);
  if (!row) {
    const fresh = createSigningIdentity(officeName, randomBytes(24).toString('hex'), ctx.now);
    const digest = createHash('sha256')
      .update(certificateDer(openIdentity(fresh).leaf))
      .digest('hex');
    await insertSigningKey(ctx.tx, {
      region: ctx.region,
      keyId: ulid(),
      officeName,
      ...fresh,
      certificateSha256: digest,
      at: ctx.now,
    });
    row = await findSigningKey(ctx.tx, ctx.region, officeName);
    invariant(row, `no signing key for ${officeName}`);
  }
  const known = held.get(row.key_id);
  if (known) return known;
  const identity: SigningIdentity = { p12: row.p12, passphrase: row.passphrase };
  held.set(row.key_id, identity);
  return identity;
}
