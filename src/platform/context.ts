import type { Moment } from '../kernel/month.ts';
import type { Tx } from './db.ts';

/** Who acts. `system` is a job, `wire` the other side of the exchange. */
export type Actor = {
  readonly kind: 'portal' | 'staff' | 'system' | 'wire';
  readonly id: string;
  readonly name: string;
  readonly employerNo?: string;
  /** 法人账号. */
  readonly legal?: boolean;
};

/** One command: one transaction, one region, one business moment taken once. */
export type Ctx = {
  readonly tx: Tx;
  readonly region: string;
  readonly now: Moment;
  readonly actor: Actor;
};
