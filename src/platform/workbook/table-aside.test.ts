import { readXlsx } from 'hucre/xlsx';
import { expect, test } from 'vitest';
import { writeTable, writeTableAside } from './index.ts';

const columns = [
  { key: 'name', header: '姓名' },
  { key: 'base', header: '缴费基数', type: 'money' as const },
];

/** What stands in the file; its bytes also hold the second it was written in. */
const contents = async (bytes: Uint8Array) => (await readXlsx(bytes)).sheets.map(({ name, rows }) => ({ name, rows }));

test('a list written aside is the list written here, and others are served meanwhile', async () => {
  const rows = Array.from({ length: 6_000 }, (_, index) => ({ name: `样${index}`, base: 500_000 + index }));
  let served = 0;
  const timer = setInterval(() => {
    served += 1;
  }, 1);
  const aside = await writeTableAside(columns, rows, '人员');
  clearInterval(timer);
  // The main thread had turns while the thread wrote: written here it has none between start and end.
  expect(served).toBeGreaterThan(5);
  expect(await contents(aside)).toEqual(await contents(await writeTable(columns, rows, '人员')));
});

test('five at once all come back, and what cannot be written is an error', async () => {
  const five = await Promise.all([1, 2, 3, 4, 5].map((n) => writeTableAside(columns, [{ name: `样${n}`, base: n }])));
  expect(five.every((bytes) => bytes.length > 0)).toBe(true);
  await expect(writeTableAside(columns, [{ name: '样', base: 0.5 }])).rejects.toThrow('workbook');
  expect((await writeTableAside(columns, [])).length).toBeGreaterThan(0);
});
