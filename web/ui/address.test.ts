import { expect, it } from 'vitest';
import { z } from 'zod';
import { known, pageOf, parseSearch, stringifySearch } from './address.ts';

it('writes filters as plain text and reads them back', () => {
  const search = stringifySearch({ from: '2023-04-01', state: undefined, billNo: '2023041009000001', page: 2, q: '' });
  expect(search).toBe('?from=2023-04-01&billNo=2023041009000001&page=2');
  expect(parseSearch(search)).toEqual({ from: '2023-04-01', billNo: '2023041009000001', page: '2' });
});

it.each(['429999199001010015', ' 42999919900101001x ', '４２９９９９１９９００１０１００１５', '42999919900101001'])(
  'never writes the identity number %s',
  (typed) => expect(stringifySearch({ billNo: typed, page: 2 })).toBe('?page=2'),
);

it('keeps of an address what the request knows, and nothing else', () => {
  const request = z.object({
    q: z.string().max(5).optional(),
    state: z.enum(['OPEN', 'VOID']).optional(),
    page: z.coerce.number().int().min(1).default(1),
  });
  expect(known(request, { q: '云帆', state: 'OPEN', page: '2', drawer: 'x' })).toEqual({
    q: '云帆',
    state: 'OPEN',
    page: '2',
  });
  // What was typed goes to the server, which says what is wrong with it.
  expect(known(request, { q: '云帆示例科技', state: 'GONE', page: '0' })).toEqual({ q: '云帆示例科技', page: '0' });
  expect([undefined, '3', '0', 'abc', '2.5'].map(pageOf)).toEqual([1, 3, 1, 1, 1]);
});
