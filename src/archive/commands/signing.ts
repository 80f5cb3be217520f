import { createHash, createHmac, randomBytes } from 'node:crypto';
import { invariant } from '../../kernel/errors.ts';
import { ulid } from '../../kernel/ids.ts';
import { audit } from '../../platform/audit/index.ts';
import type { Ctx } from '../../platform/context.ts';
import type { SigningIdentity } from '../../platform/pdf/cms.ts';
import { findSigningKey, insertSigningKey, retireSigningKey, type SigningKeyRow } from '../store.ts';

/** Opened keys by key_id; a transaction that rolled back leaves an entry nobody asks for again. */
const held = new Map<string, SigningIdentity>();

/** Protects the keys in the database; it lives outside of it (launcher/keys.ts). A process that was given none makes one: tests. */
let sealSecret = randomBytes(24).toString('hex');

/** Told once at start, before anything is signed. */
export function setSealSecret(secret: string): void {
  sealSecret = secret;
  held.clear();
}

/** Each key has a passphrase of its own. */
const passphraseOf = (keyId: string): string => createHmac('sha256', sealSecret).update(keyId).digest('hex');

/**
 * 签章身份 of an office, made at its first document. A key that this secret does not open (the data folder was lost, the database kept) is
 * retired and a new one made: what it signed stays verifiable by its certificate.
 */
export async function signingIdentity(ctx: Ctx, officeName: string): Promise<SigningIdentity> {
  const row = await findSigningKey(ctx.tx, ctx.region, officeName);
  const known = row && (held.get(row.key_id) ?? (await open(row)));
  if (known) return known;
  if (row) {
    await retireSigningKey(ctx.tx, ctx.region, row.key_id, ctx.now);
    await audit(ctx, { action: 'archive.key.retire', object: `key:${row.key_id}`, detail: { officeName } });
  }
  await makeKey(ctx, officeName);
  const made = await findSigningKey(ctx.tx, ctx.region, officeName);
  const identity = made && (await open(made));
  invariant(identity, `no signing key for ${officeName}`);
  return identity;
}

async function open(row: SigningKeyRow): Promise<SigningIdentity | undefined> {
  const { openIdentity } = await import('../../platform/pdf/cms.ts');
  const identity: SigningIdentity = { p12: row.p12, passphrase: passphraseOf(row.key_id) };
  try {
    openIdentity(identity);
  } catch {
    // A wrong passphrase fails the file's own check sum.
    return undefined;
  }
  held.set(row.key_id, identity);
  return identity;
}

async function makeKey(ctx: Ctx, officeName: string): Promise<void> {
  const { certificateDer, openIdentity } = await import('../../platform/pdf/cms.ts');
  const { createSigningIdentity } = await import('../../platform/pdf/sign.ts');
  const keyId = ulid();
  const fresh = createSigningIdentity(officeName, passphraseOf(keyId), ctx.now);
  const digest = createHash('sha256')
    .update(certificateDer(openIdentity(fresh).leaf))
    .digest('hex');
  await insertSigningKey(ctx.tx, {
    region: ctx.region,
    keyId,
    officeName,
    p12: fresh.p12,
    certificateSha256: digest,
    at: ctx.now,
  });
}
