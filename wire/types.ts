import type { Moment } from '../src/kernel/month.ts';
import type { Db, Executor, Tx } from '../src/platform/db.ts';
import type { MessageType } from './catalog/type.ts';
import type { HELD_KINDS } from './contract.ts';
import type { Signer, VerifyKey } from './seal.ts';

/** 参与方: `agency.420500`, `tax.420500`; the part behind the dot is the region. */
export type Party = string;

/** 流: gapless and chained per (from, to, stream). */
export const STREAMS = ['registry', 'bills', 'money', 'refund', 'recon', 'control'] as const;
export type Stream = (typeof STREAMS)[number];

/** What a business transaction wants to tell a peer. `entity` is `bill:2021111310244307`. */
export type OutItem = {
  readonly peer: Party;
  readonly stream: Stream;
  readonly type: string;
  readonly entity: string;
  readonly body: unknown;
  /** Number of the document or item answered. */
  readonly replyTo?: string;
};

/** Where and when an item arrived. `tx` is the transaction that also records the item as applied: all or nothing. */
export type ItemContext = {
  readonly tx: Tx;
  readonly from: Party;
  readonly itemId: string;
  readonly entity: string;
  readonly version: number;
  readonly documentId: string;
  readonly stream: Stream;
  /** Sequence of the carrying document in its stream; 0 for synchronous questions. */
  readonly seq: number;
  /** `time` of the document: when the other side sealed it. */
  readonly sentAt: Moment;
  readonly now: Moment;
};

/**
 * `parked` = the business accepted it but it waits for something (挂账): the sender need not do anything.
 * `waiting` = it came before what it needs of the same sender, on another stream: it is handled again as soon as something of `entity`
 * has had its effect, and refused with `code` when that does not help or nothing came for 72 h. Nothing may have been written yet.
 * `code` is one of `wire/errors.ts`.
 */
export type ItemOutcome =
  | { readonly result: 'accepted' }
  | { readonly result: 'refused'; readonly code: string; readonly detail?: string }
  | { readonly result: 'waiting'; readonly entity: string; readonly code: string; readonly detail?: string }
  | { readonly result: 'parked'; readonly reason: string };

/** The body has passed the zod schema of its type. A `DomainError` is a refusal; any other error is tried again later. */
export type Handler = (ctx: ItemContext, body: never) => Promise<ItemOutcome>;

/** Answers a synchronous question (`bill.query`) with the body of the reply type. */
export type QueryHandler = (ctx: ItemContext, body: never) => Promise<unknown>;

/** One push: documents in, `ack` document (and answers) out. Throws when nothing came back. */
export type Transport = (documents: readonly string[]) => Promise<TransportReply>;
export type TransportReply = { readonly status: number; readonly retryAfterSeconds?: number; readonly body: string };

export type Peer = {
  readonly party: Party;
  readonly send: Transport;
  /** Keys this peer signs with, present and past. */
  readonly keys: readonly VerifyKey[];
  /** Types this peer may send; undefined: every type with a handler. Others are refused `TZ-WIR-210`. */
  readonly allows?: readonly string[];
};

/** 跟踪: what became of an item of ours (待推送/已推送/税务已接收/失败). */
export type DeliveryState = 'sent' | 'received' | 'accepted' | 'refused' | 'dead';
export type Delivery = {
  readonly tx: Tx;
  readonly item: { readonly entity: string; readonly type: string; readonly itemId: string; readonly peer: Party };
  readonly state: DeliveryState;
  readonly code?: string;
  readonly detail?: string;
  readonly at: Moment;
};

export type EndpointOptions = {
  readonly db: Db;
  readonly self: Party;
  readonly peers: readonly Peer[];
  readonly signer: Signer;
  readonly handlers: Readonly<Record<string, Handler>>;
  readonly queries?: Readonly<Record<string, QueryHandler>>;
  /** Called in the transaction that records the change, once per item and state, in the order sent → received → accepted | refused | dead. */
  readonly onDelivery?: (delivery: Delivery) => Promise<void>;
  readonly clock: { now(): Moment };
  /** Message types; default is the catalogue of this folder. */
  readonly types?: Readonly<Record<string, MessageType>>;
  /** Items this side lets a peer have unaccepted (告知对方的窗口). */
  readonly window?: () => number;
  /** 0 ≤ x < 1, for the jitter of resends; seeded by tests. */
  readonly random?: () => number;
  readonly log?: WireLog;
};

export type WireLog = { readonly warn: (facts: Record<string, unknown>, message: string) => void };

export type PumpReport = { readonly sent: number; readonly pending: number; readonly nextAt: Moment | null };

export type ReceiveReply = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
};

export type Endpoint = {
  readonly self: Party;
  /** In the business transaction; returns the item id and gives the entity its next version. */
  enqueue(tx: Tx, item: OutItem): Promise<string>;
  /** Raw documents in (already unpacked), answer documents out. Never throws for what a sender did. */
  receive(body: string | Buffer): Promise<ReceiveReply>;
  /** Sender loop: one round of everything due by the business clock. Safe on several workers at once. */
  pump(): Promise<PumpReport>;
  /** Next moment at which `pump` has something to do; in the past when something is due now; null when idle. */
  nextAt(): Promise<Moment | null>;
  /** Nothing waits to be sent, acknowledged or applied. */
  idle(): Promise<boolean>;
  /** Synchronous question to a peer (`bill.query` → body of `bill.state`); throws DomainError when it gives no answer. */
  query(type: string, body: unknown, peer?: Party): Promise<unknown>;
  /** Exchanges stream positions and asks for what is missing (after a restore). */
  hello(peer: Party): Promise<void>;
  status(): Promise<WireStatus>;
  /** True when the item was not marked as sent and is withdrawn now (wire.md §4: the user cancels before the sender loop). */
  cancelUnsent(tx: Tx, entity: string, type: string): Promise<boolean>;
  /** Seq of the last document of a stream to that peer; 0 before the first. */
  sentThrough(peer: Party, stream: Stream): Promise<number>;
  /** Highest seq of a stream of that peer up to which everything is stored and has had its effect (释放依据). */
  appliedThrough(on: Executor, peer: Party, stream: Stream): Promise<number>;
  /**
   * Taken first in a transaction that fixes `paidAt` and tells `payment.*`: a `tax.watermark` waits for such transactions,
   * so it never vouches for a receipt it overtook. Shared; held until the transaction ends.
   */
  holdMoney(tx: Tx, peer: Party): Promise<void>;
  /** What waits for a person (待人处理). */
  held(): Promise<Held[]>;
  /**
   * A person's decision: a dead or refused document is sent again byte for byte, one in quarantine (older than 72 h) takes effect, a failed
   * item is handled again, an alarm was seen. False: it was settled meanwhile.
   */
  settleHeld(tx: Tx, kind: HeldKind, id: string): Promise<boolean>;
};

/** DEAD, REFUSED: documents of ours. QUARANTINED: one of theirs. FAILED, GIVEN_UP: an item our program failed on, kept (money) or refused. */
export type HeldKind = (typeof HELD_KINDS)[number];

export type Held = {
  readonly kind: HeldKind;
  /** Of the document, the item or the alarm. */
  readonly id: string;
  readonly peer: Party;
  readonly type: string;
  /** 冲正; empty for an alarm. */
  readonly typeName: string;
  readonly about: string;
  readonly reason: string;
  readonly next: string;
  readonly at: Moment;
};

export type WireStatus = {
  /** Own items not answered yet, by state: queued, sent, received. */
  readonly outbox: Readonly<Record<string, number>>;
  readonly oldestUnsentAt: Moment | null;
  readonly oldestUnacceptedAt: Moment | null;
  /** Milliseconds of business time from enqueue to accepted, of the last 200 items, ascending. */
  readonly latencyMs: readonly number[];
  readonly parked: readonly {
    readonly from: Party;
    readonly entity: string;
    readonly version: number;
    readonly type: string;
    readonly why: 'order' | 'error' | 'entity';
    readonly since: Moment;
  }[];
  readonly deadLetters: readonly {
    readonly documentId: string;
    readonly peer: Party;
    readonly type: string;
    readonly reason: string;
    readonly at: Moment;
  }[];
  readonly alarms: readonly {
    readonly at: Moment;
    readonly peer: Party;
    readonly code: string;
    readonly detail: string;
  }[];
  readonly failures: readonly {
    readonly itemId: string;
    readonly entity: string;
    readonly type: string;
    readonly code: string;
    readonly detail: string | null;
    readonly tries: number;
    readonly at: Moment;
  }[];
  readonly streams: readonly {
    readonly peer: Party;
    readonly stream: Stream;
    readonly direction: 'out' | 'in';
    /** Out: last seq used. In: last seq without a hole before it. */
    readonly seq: number;
    /** In: highest seq seen. */
    readonly highestSeq: number;
  }[];
  readonly peers: readonly {
    readonly peer: Party;
    readonly window: number | null;
    /** The peer asked for rest (429/503) or did not answer until then. */
    readonly notBefore: Moment | null;
    readonly lastContactAt: Moment | null;
    readonly skewMs: number | null;
  }[];
};
