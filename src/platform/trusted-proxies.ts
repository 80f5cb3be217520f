import { isIP } from 'node:net';

/** An address, or a subnet with the length of its prefix; one of length 0 would be everybody. */
function isPlace(text: string): boolean {
  const [address = '', prefix, ...more] = text.split('/');
  const version = isIP(address);
  if (version === 0 || more.length > 0) return false;
  return prefix === undefined || (/^[1-9]\d{0,2}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128));
}

/**
 * TRUSTED_PROXIES: the reverse proxies, beside this machine itself, whose word for who is calling is taken.
 * @throws Error with a Chinese sentence for the person who set it.
 */
export function readTrustedProxies(env: NodeJS.ProcessEnv): readonly string[] {
  const places = (env.TRUSTED_PROXIES ?? '').split(/[\s,]+/).filter(Boolean);
  const odd = places.find((place) => !isPlace(place));
  if (odd === undefined) return places;
  throw new Error(`TRUSTED_PROXIES 应为反向代理的地址或网段，用逗号分开，如 10.0.0.5,172.28.80.0/24，其中“${odd}”不是`);
}
