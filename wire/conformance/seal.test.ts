import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { generateSigner, keyHoldsAt, sealHead, sealHolds, sm3, verifyKeyOf } from '../seal.ts';

/** SubjectPublicKeyInfo of a point on the SM2 curve: id-ecPublicKey 1.2.840.10045.2.1 with 1.2.156.10197.1.301. */
const SPKI_PREFIX = '3059301306072a8648ce3d020106082a811ccf5501822d034200';
const HEAD = '{"wire":"1","id":"01GXS5W0000000000000000016","from":"agency.429999","note":"应缴认定单"}';

test('16 an SM2 seal verifies with an independent library (openssl), and a changed byte does not', () => {
  const dir = mkdtempSync(join(tmpdir(), 'tongzheng-sm2-'));
  try {
    const signer = generateSigner('sm2-1');
    const signature = Buffer.from(sealHead(signer, HEAD), 'base64');
    const der = Buffer.from(SPKI_PREFIX + signer.publicKey, 'hex').toString('base64');
    writeFileSync(join(dir, 'key.pem'), `-----BEGIN PUBLIC KEY-----\n${der}\n-----END PUBLIC KEY-----\n`);
    writeFileSync(join(dir, 'sig'), signature);
    const verify = (text: string) => {
      writeFileSync(join(dir, 'head'), text);
      const options = [
        'pkeyutl',
        '-verify',
        '-pubin',
        '-inkey',
        'key.pem',
        '-in',
        'head',
        '-sigfile',
        'sig',
        '-rawin',
        '-digest',
        'sm3',
      ];
      const identity = ['-pkeyopt', 'distid:1234567812345678'];
      return execFileSync('openssl', [...options, ...identity], {
        cwd: dir,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
    };
    expect(verify(HEAD)).toContain('Signature Verified Successfully');
    expect(() => verify(HEAD.replace('429999', '429998'))).toThrow();
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});

test('16 the SM3 digest of «abc» is the one of GB/T 32905 appendix A', () => {
  expect(sm3('abc')).toBe('66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0');
});

test.each(['SM2', 'Ed25519'] as const)('a %s seal holds for its key and its text only', (alg) => {
  const signer = generateSigner('one', alg);
  const other = generateSigner('two', alg);
  const seal = sealHead(signer, HEAD);
  expect(sealHolds(verifyKeyOf(signer), HEAD, seal)).toBe(true);
  expect(sealHolds(verifyKeyOf(signer), `${HEAD} `, seal)).toBe(false);
  expect(sealHolds(verifyKeyOf(other), HEAD, seal)).toBe(false);
  expect(sealHolds(verifyKeyOf(signer), HEAD, 'bm9uc2Vuc2U=')).toBe(false);
});

test('two keys overlap; a revoked one is worth nothing from that moment', () => {
  const key = verifyKeyOf(generateSigner('old'));
  const at = (time: string) => `2023-04-12T${time}:00.000+08:00` as never;
  expect(keyHoldsAt({ ...key, validTo: at('10:00') }, at('10:00'))).toBe(true);
  expect(keyHoldsAt({ ...key, validTo: at('10:00') }, at('10:01'))).toBe(false);
  expect(keyHoldsAt({ ...key, validFrom: at('10:00') }, at('09:59'))).toBe(false);
  expect(keyHoldsAt({ ...key, revokedAt: at('10:00') }, at('10:00'))).toBe(false);
});
