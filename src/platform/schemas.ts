import { z } from 'zod';
import { isCivilDate } from '../kernel/month.ts';
import type { Sort } from '../kernel/sort.ts';

/** Shapes that recur in contracts. Amounts are integer fen, months `2023-04`, dates `2023-04-10`, moments ISO +08:00. */
export const fenSchema = z.int().describe('金额，单位：分');
export const monthSchema = z
  .string()
  .regex(/^[1-9]\d{3}-(0[1-9]|1[0-2])$/, '月份应写成 2023-04')
  .describe('月份 2023-04');
export const dateSchema = z
  .string()
  .regex(/^[1-9]\d{3}-\d{2}-\d{2}$/, '日期应写成 2023-04-10')
  .refine(isCivilDate, '没有这一天')
  .describe('日期 2023-04-10');
export const momentSchema = z.string().describe('业务时刻，ISO，+08:00');
export const insuranceSchema = z.enum(['pension', 'unemployment', 'injury']).describe('险种');

export const problemSchema = z.object({
  code: z.string(),
  message: z.string(),
  why: z.string().optional(),
  next: z.string().optional(),
  link: z.object({ label: z.string(), to: z.string() }).optional(),
  field: z.string().optional(),
});

/** Lists page; 5,000 rows is the most one export asks for (D-IMP-01). */
export const pageQuery = {
  page: z.coerce.number().int().min(1).max(100_000).default(1),
  size: z.coerce.number().int().min(1).max(500).default(20),
};

/** Lists sort by the columns their contract names; the store says what each is (`Orders`). Another key is refused. */
export function sortBy<const Key extends string>(...keys: readonly Key[]) {
  const sorts = keys.flatMap((key): Sort<Key>[] => [key, `-${key}`]);
  return z
    .enum(sorts, { error: '这个名单不能这样排序；点列名可以重新排' })
    .optional()
    .describe('按哪一列排，前加 - 从大到小；缺省是名单自己的次序');
}
/** The columns that a `sortBy` names. */
export type SortKey<S extends z.ZodType> = Exclude<NonNullable<z.infer<S>>, `-${string}`>;

export function pageOf<T extends z.ZodType>(row: T) {
  return z.object({ total: z.int(), page: z.int(), size: z.int(), rows: z.array(row) });
}
