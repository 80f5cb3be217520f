import { expect, test } from 'vitest';
import { readTrustedProxies } from './trusted-proxies.ts';

const read = (TRUSTED_PROXIES?: string) => readTrustedProxies(TRUSTED_PROXIES === undefined ? {} : { TRUSTED_PROXIES });

test('addresses and subnets of both kinds, with commas or spaces between; nothing set is nobody', () => {
  expect(read()).toEqual([]);
  expect(read('')).toEqual([]);
  expect(read('10.0.0.5, 172.28.80.0/24,fd00::/8 2001:db8::1')).toEqual([
    '10.0.0.5',
    '172.28.80.0/24',
    'fd00::/8',
    '2001:db8::1',
  ]);
});

test.each(['proxy.local', '10.0.0', '10.0.0.0/33', '10.0.0.0/0', '10.0.0.0/8/8', '10.0.0.0/', 'fd00::/129', '*'])(
  '%s is refused in words',
  (text) => {
    expect(() => read(`10.0.0.5,${text}`)).toThrow(`TRUSTED_PROXIES 应为反向代理的地址或网段`);
    expect(() => read(text)).toThrow(`“${text}”不是`);
  },
);
