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

/** Chosen from a list that the schema holds, not typed. */
function isChosen(field: z.core.$ZodType): boolean {
  const { def } = field._zod as z.core.$ZodTypeInternals & { readonly def: { readonly innerType?: z.core.$ZodType } };
  return def.type === 'enum' || (def.innerType !== undefined && isChosen(def.innerType));
}

/**
 * What an address asks of a list. An address can be old or written by hand: a state or an order that there is not is left out, as if it
 * were not there, and the list still comes. What people type stays as it is: the server says what is wrong with it.
 */
export function known<Schema extends z.ZodType>(
  schema: Schema | undefined,
  written: Readonly<Record<string, string | undefined>>,
): Shape<Schema> {
  const { shape } = schema as unknown as z.ZodObject;
  const fits = ([name, value]: readonly [string, unknown]): boolean => {
    const field = shape[name] as z.ZodType | undefined;
    return field !== undefined && value !== undefined && (!isChosen(field) || field.safeParse(value).success);
  };
  return Object.fromEntries(Object.entries(written).filter(fits)) as Shape<Schema>;
}

/** The page of a list in the address; the first when it says none, or no number. */
export function pageOf(written: string | undefined): number {
  const page = Number(written ?? 1);
  return Number.isInteger(page) && page >= 1 ? page : 1;
}
