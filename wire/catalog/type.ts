import { z } from 'zod';
import type { Stream } from '../types.ts';

/** One row of the message catalogue (报文目录). */
export type MessageType = {
  readonly type: string;
  /** `bill.issue/1`: a higher minor may only add optional fields. */
  readonly schema: string;
  readonly stream: Stream;
  /** Chinese name for the operations page. */
  readonly title: string;
  readonly body: z.ZodType;
  /** Main amount of an item in fen, summed into the head's `totalFen`. */
  readonly amountFen?: (body: never) => number;
  /** May apply although an earlier version of its entity is missing (bill.cancel). */
  readonly anyOrder?: boolean;
  /** Refusal of a version that was overtaken by such a later one before it was ever seen; default TZ-WIR-203. */
  readonly overtakenCode?: string;
  /** Type of the synchronous answer. */
  readonly answer?: string;
  /** Fills in, when the document is built, the last seq of the `money` stream before it. */
  readonly stampsMoneySeq?: boolean;
  /** Conversation between engines: not sequenced (seq 0), never stored, asked again instead of resent. */
  readonly unsequenced?: boolean;
};

export const fenField = z.number().int().refine(Number.isSafeInteger, '不是整数分');
export const monthField = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, '月份格式应为 2023-11');
export const dateField = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, '日期格式应为 2023-11-05');
/** ISO moment with offset; both programs write Shanghai time. */
export const timeField = z
  .string()
  .regex(
    /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?(Z|[+-]\d{2}:\d{2})$/,
    '时间格式应为 2023-11-05T09:00:00.000+08:00',
  );
export const regionField = z.string().regex(/^\d{6}$/, '统筹区应为 6 位代码');
export const billNoField = z.string().min(1).max(32);
export const textField = z.string().max(400);

/** `ins` of wire.md §3. */
export const INS = [
  'pension',
  'unemployment',
  'injury',
  'medical',
  'maternity',
  'residentPension',
  'residentMedical',
  'publicPension',
  'annuity',
  'supplement',
] as const;
export const insField = z.enum(INS);
