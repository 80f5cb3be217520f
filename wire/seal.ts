import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { sm2 } from 'sm-crypto-v2';
import type { Moment } from '../src/kernel/month.ts';

/** SM2 means real SM2 with the signer identity; node:crypto's «SM2» is ECDSA on that curve and is not used. */
export type SealAlgorithm = 'SM2' | 'Ed25519';

/** 签名密钥. SM2: private key hex (32 bytes), public key hex (`04…`). Ed25519: base64 of PKCS#8 and SPKI DER. */
export type Signer = {
  readonly keyId: string;
  readonly alg: SealAlgorithm;
  readonly privateKey: string;
  readonly publicKey: string;
};

/** 验签密钥. The algorithm belongs to the key, never to the message (TZ-WIR-208). Outside its validity a key proves nothing new (205). */
export type VerifyKey = {
  readonly keyId: string;
  readonly alg: SealAlgorithm;
  readonly publicKey: string;
  readonly validFrom?: Moment;
  readonly validTo?: Moment;
  readonly revokedAt?: Moment;
};

export function generateSigner(keyId: string, alg: SealAlgorithm = 'SM2'): Signer {
  if (alg === 'SM2') return { keyId, alg, ...sm2.generateKeyPairHex() };
  const pair = generateKeyPairSync('ed25519');
  return {
    keyId,
    alg,
    privateKey: pair.privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
    publicKey: pair.publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
  };
}

export function verifyKeyOf(signer: Signer): VerifyKey {
  return { keyId: signer.keyId, alg: signer.alg, publicKey: signer.publicKey };
}

const privateKeys = new Map<string, KeyObject>();
const publicKeys = new Map<string, KeyObject>();

/** Signature over the UTF-8 bytes of the head line, base64 (SM2: DER). */
export function sealHead(signer: Signer, headLine: string): string {
  const message = Buffer.from(headLine, 'utf8');
  if (signer.alg === 'SM2') {
    const hex = sm2.doSignature(message, signer.privateKey, { hash: true, der: true, publicKey: signer.publicKey });
    return Buffer.from(hex, 'hex').toString('base64');
  }
  let key = privateKeys.get(signer.privateKey);
  if (!key) {
    key = createPrivateKey({ key: Buffer.from(signer.privateKey, 'base64'), format: 'der', type: 'pkcs8' });
    privateKeys.set(signer.privateKey, key);
  }
  return sign(null, message, key).toString('base64');
}

/** False for anything that is not a right signature; malformed input never throws. */
export function sealHolds(key: VerifyKey, headLine: string, signature: string): boolean {
  const message = Buffer.from(headLine, 'utf8');
  try {
    if (key.alg === 'SM2') {
      const hex = Buffer.from(signature, 'base64').toString('hex');
      return sm2.doVerifySignature(message, hex, key.publicKey, { hash: true, der: true });
    }
    let publicKey = publicKeys.get(key.publicKey);
    if (!publicKey) {
      publicKey = createPublicKey({ key: Buffer.from(key.publicKey, 'base64'), format: 'der', type: 'spki' });
      publicKeys.set(key.publicKey, publicKey);
    }
    return verify(null, message, publicKey, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
}

/** Usable at that moment: not before, not after, not revoked. */
export function keyHoldsAt(key: VerifyKey, at: Moment): boolean {
  if (key.validFrom && at < key.validFrom) return false;
  if (key.validTo && at > key.validTo) return false;
  return !(key.revokedAt && at >= key.revokedAt);
}

/** SM3 (GB/T 32905) in hex. */
export function sm3(text: string | Buffer): string {
  return createHash('sm3').update(text).digest('hex');
}
