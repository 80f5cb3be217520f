/** Outcome of an inbound message (wire.md §5): the effect is in the same transaction. */
export type Applied = { readonly result: 'accepted' } | { readonly result: 'parked'; readonly reason: string };

export const ACCEPTED: Applied = { result: 'accepted' };

export const parked = (reason: string): Applied => ({ result: 'parked', reason });
