import { expect, it } from 'vitest';
import { parseSearch, stringifySearch } from './address.ts';

it('writes filters as plain text and reads them back', () => {
  const search = stringifySearch({ from: '2023-04-01', state: undefined, billNo: '2023041009000001', page: 2, q: '' });
  expect(search).toBe('?from=2023-04-01&billNo=2023041009000001&page=2');
  expect(parseSearch(search)).toEqual({ from: '2023-04-01', billNo: '2023041009000001', page: '2' });
});

it.each(['429999199001010015', ' 42999919900101001x ', '４２９９９９１９９００１０１００１５', '42999919900101001'])(
  'never writes the identity number %s',
  (typed) => expect(stringifySearch({ billNo: typed, page: 2 })).toBe('?page=2'),
);
