import { BILL_TYPES } from './bills.ts';
import { CONTROL_TYPES } from './control.ts';
import { MONEY_TYPES } from './money.ts';
import { RECON_TYPES } from './recon.ts';
import { REGISTRY_TYPES } from './registry.ts';
import type { MessageType } from './type.ts';

export * from './bills.ts';
export * from './control.ts';
export * from './money.ts';
export * from './recon.ts';
export * from './registry.ts';
export { INS, type MessageType } from './type.ts';

/** 报文目录: every type this version of the protocol knows (wire.md §3, employers). */
export const CATALOG: Readonly<Record<string, MessageType>> = Object.fromEntries(
  [...REGISTRY_TYPES, ...BILL_TYPES, ...MONEY_TYPES, ...RECON_TYPES, ...CONTROL_TYPES].map((type) => [type.type, type]),
);
