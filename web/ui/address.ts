import { hasIdNumber } from '../../src/kernel/id-number.ts';

/** Filters are written as they are read: ?from=2023-04-01, not as JSON. */
export function parseSearch(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text));
}

/** The filters of a page as its address. An identity number is left out, wherever it was typed (wire.md §10 test 76). */
export function stringifySearch(values: Readonly<Record<string, unknown>>): string {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(values)) {
    const text = value === undefined || value === null ? '' : String(value);
    if (text !== '' && !hasIdNumber(text.normalize('NFKC'))) parameters.set(key, text);
  }
  const search = parameters.toString();
  return search ? `?${search}` : '';
}
