import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify(argon2);
/** OWASP's floor for argon2id: 19 MiB, 2 passes, 1 lane. */
const COST = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 } as const;

export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(16);
  const tag = await derive('argon2id', { message: password, nonce, ...COST });
  return `argon2id$${nonce.toString('base64')}$${Buffer.from(tag).toString('base64')}`;
}

export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const [algorithm, nonce, tag] = stored.split('$');
  if (algorithm !== 'argon2id' || !nonce || !tag) return false;
  const expected = Buffer.from(tag, 'base64');
  const given = Buffer.from(
    await derive('argon2id', { message: password, nonce: Buffer.from(nonce, 'base64'), ...COST }),
  );
  return given.length === expected.length && timingSafeEqual(given, expected);
}
