import type { z } from 'zod';
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

type Shape<Schema> = Schema extends z.ZodObject ? Partial<z.input<Schema>> : never;

/**
 * What an address says, as far as a request may say it. An address can be old or typed by hand: a state or an order that the request does
 * not know is left out, as if it were not there, and the list still comes.
 */
export function known<Schema extends z.ZodType | undefined>(
  schema: Schema,
  written: Readonly<Record<string, string | undefined>>,
): Shape<NonNullable<Schema>> {
  const { shape } = schema as unknown as z.ZodObject;
  const fits = ([name, value]: readonly [string, unknown]): boolean => shape[name]?.safeParse(value).success ?? false;
  return Object.fromEntries(Object.entries(written).filter(fits)) as Shape<NonNullable<Schema>>;
}
