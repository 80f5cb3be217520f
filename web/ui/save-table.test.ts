import { expect, it } from 'vitest';
import { ApiError } from './call.ts';
import { wholeList } from './save-table.ts';

const bills = Array.from({ length: 1_200 }, (_, n) => `B${n}`);

it('takes every row once, also when one comes in while the pages are fetched', async () => {
  const list = [...bills];
  const found = await wholeList(
    (row: string) => row,
    async (page, size) => {
      // The newest stands first and moves the others on.
      if (page === 2) list.unshift('B-new');
      return { total: list.length, rows: list.slice((page - 1) * size, page * size) };
    },
  );
  expect(found).toEqual(bills);
});

it('refuses what nobody can read, before it fetches it', async () => {
  let asked = 0;
  const load = async (_page: number, size: number) => {
    asked += 1;
    return { total: 10_001, rows: bills.slice(0, size) };
  };
  await expect(wholeList((row: string) => row, load)).rejects.toThrow(ApiError);
  expect(asked).toBe(1);
});
