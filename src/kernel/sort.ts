/** 排序 of a list by one column; a minus turns it round (`-issuedAt`). So it stands in an address and in a request. */
export type Sort<Key extends string = string> = Key | `-${Key}`;

export function readSort<Key extends string>(sort: Sort<Key>): { readonly key: Key; readonly desc: boolean } {
  return sort.startsWith('-') ? { key: sort.slice(1) as Key, desc: true } : { key: sort as Key, desc: false };
}

/** By what rows are put in order. What is not known stands first counting up, last counting down; so it does in SQL (`orderBy`). */
export type SortValues<Row, Key extends string> = Readonly<Record<Key, (row: Row) => string | number | null>>;

const chinese = new Intl.Collator('zh-CN');

function compare(a: string | number | null, b: string | number | null): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  return typeof a === 'number' && typeof b === 'number' ? a - b : chinese.compare(String(a), String(b));
}

/** Rows that are all at hand, as asked; those alike stay as they stood, up and down. */
export function inOrder<Row, Key extends string>(
  rows: readonly Row[],
  values: SortValues<Row, Key>,
  sort: Sort<NoInfer<Key>> | undefined,
): readonly Row[] {
  if (!sort) return rows;
  const { key, desc } = readSort<Key>(sort);
  return rows.toSorted((a, b) =>
    desc ? compare(values[key](b), values[key](a)) : compare(values[key](a), values[key](b)),
  );
}
