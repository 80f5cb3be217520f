import { z } from 'zod';
import { STREAMS } from '../types.ts';
import { type MessageType, textField, timeField } from './type.ts';

const seqField = z.number().int().min(0);
const streamField = z.enum(STREAMS);

/**
 * 回执: one item per document answered. `received` = stored durably; with `applied` the effects of all items not listed are committed.
 * `bytes` is the SM3 of the document as it arrived: where it differs from what was sent, transit broke it and the sender resends.
 */
export const ack = z.object({
  document: z.string().nullable(),
  bytes: z.string(),
  level: z.enum(['received', 'accepted', 'refused', 'unknown']),
  applied: z.boolean().optional(),
  duplicate: z.boolean().optional(),
  code: z.string().optional(),
  detail: textField.optional(),
  /** Items the sender may have unaccepted. */
  window: seqField,
  /** Clock of the answering side. */
  now: timeField,
  items: z
    .array(
      z.object({
        id: z.string(),
        result: z.enum(['refused', 'parked', 'duplicate']),
        code: z.string().optional(),
        reason: z.string().optional(),
      }),
    )
    .optional(),
});
export type Ack = z.infer<typeof ack>;

export const ping = z.object({ now: timeField });
export const statusQuery = z.object({ document: z.string(), stream: streamField, seq: seqField });
export type StatusQuery = z.infer<typeof statusQuery>;
export const resendRequest = z.object({ stream: streamField, seqs: z.array(z.number().int().min(1)).min(1).max(500) });
export type ResendRequest = z.infer<typeof resendRequest>;

/** 流位置: what I sent last, and up to where I hold yours without a hole. */
export const streamHello = z.object({
  streams: z.array(
    z.object({
      stream: streamField,
      sentSeq: seqField,
      sentHead: z.string(),
      receivedSeq: seqField,
      receivedHighest: seqField,
    }),
  ),
});
export type StreamHello = z.infer<typeof streamHello>;

const control = 'control' as const;

export const CONTROL_TYPES: readonly MessageType[] = [
  { type: 'ack', schema: 'ack/1', stream: control, title: '回执', body: ack, unsequenced: true },
  { type: 'ping', schema: 'ping/1', stream: control, title: '探测', body: ping, unsequenced: true },
  {
    type: 'status.query',
    schema: 'status.query/1',
    stream: control,
    title: '查询接收状态',
    body: statusQuery,
    unsequenced: true,
  },
  {
    type: 'resend.request',
    schema: 'resend.request/1',
    stream: control,
    title: '请求重发',
    body: resendRequest,
    unsequenced: true,
  },
  {
    type: 'stream.hello',
    schema: 'stream.hello/1',
    stream: control,
    title: '流位置核对',
    body: streamHello,
    answer: 'stream.hello',
    unsequenced: true,
  },
];
