import { ulid } from '../../src/kernel/ids.ts';
import type { Moment } from '../../src/kernel/month.ts';
import type { Ack, BillIssue, EmployerSync, PaymentPosted } from '../catalog/index.ts';
import {
  type BuildItem,
  type BuiltDocument,
  buildDocument,
  FIRST_PREV,
  readItems,
  splitDocuments,
} from '../document.ts';
import { generateSigner, type Signer, type VerifyKey, verifyKeyOf } from '../seal.ts';
import type { Stream } from '../types.ts';

/** A hand-made peer: writes documents, right and wrong ones, and reads answers. It knows nothing of any engine. */
export type Author = {
  readonly party: string;
  readonly signer: Signer;
  readonly keys: readonly VerifyKey[];
  write(stream: Stream, type: string, items: readonly BuildItem[], changes?: AuthorChanges): BuiltDocument;
};

export type AuthorChanges = {
  readonly time?: Moment;
  readonly seq?: number;
  readonly prev?: string;
  readonly to?: string;
  readonly from?: string;
  readonly schema?: string;
  readonly signer?: Signer;
};

export function makeAuthor(
  to: string,
  now: () => Moment,
  party = 'agency.429999',
  signer = generateSigner('author-1'),
): Author {
  const positions = new Map<Stream, { seq: number; prev: string }>();
  return {
    party,
    signer,
    keys: [verifyKeyOf(signer)],
    write(stream, type, items, changes = {}) {
      const position = positions.get(stream) ?? { seq: 0, prev: FIRST_PREV };
      const seq = changes.seq ?? position.seq + 1;
      const document = buildDocument(
        {
          from: changes.from ?? party,
          to: changes.to ?? to,
          stream,
          seq,
          prev: changes.prev ?? position.prev,
          type,
          schema: changes.schema ?? `${type}/1`,
          time: changes.time ?? now(),
          items,
        },
        changes.signer ?? signer,
      );
      if (changes.seq === undefined) positions.set(stream, { seq, prev: document.headDigest });
      return document;
    },
  };
}

export function item(entity: string, version: number, body: object, id: string = ulid()): BuildItem {
  return { id, entity, version, body };
}

export function employerBody(employerNo: string): EmployerSync {
  return {
    employerNo,
    uscc: '91420500MA00000000',
    name: `示例单位${employerNo}`,
    region: '429999',
    office: '42999900',
    insurances: [{ ins: 'pension', from: '2023-01', state: 'ACTIVE', mode: 'ASSESSED' }],
    state: 'ACTIVE',
    stateFrom: '2023-01-01',
    asOf: '2023-04-12T09:00:00.000+08:00',
  };
}

export function billBody(billNo: string, employerFen = 64_000): BillIssue {
  const personFen = 32_000;
  const totalFen = employerFen + personFen;
  return {
    billNo,
    kind: 'MONTHLY',
    payerType: 'EMPLOYER',
    employerNo: '429999001',
    region: '429999',
    office: '42999900',
    issuedAt: '2023-04-12T09:00:00.000+08:00',
    validThrough: '2023-04-26',
    lines: [
      {
        ins: 'pension',
        kind: 'MONTHLY',
        month: '2023-04',
        persons: 1,
        baseFen: 400_000,
        employerFen,
        personFen,
        interestFen: 0,
        lateFen: 0,
        totalFen,
      },
    ],
    totalFen,
    detail: 'NONE',
  };
}

export function receiptBody(receiptNo: string): PaymentPosted {
  return {
    receiptNo,
    billNo: '2023041209000001',
    basis: 'ASSESSED',
    employerNo: '429999001',
    ticketNo: '320230412000000001',
    paidAt: '2023-04-12T10:00:00.000+08:00',
    postedAt: '2023-04-12T10:00:00.000+08:00',
    lines: [
      { ins: 'pension', monthFrom: '2023-04', monthTo: '2023-04', part: 'EMPLOYER', fen: 64_000 },
      { ins: 'pension', monthFrom: '2023-04', monthTo: '2023-04', part: 'PERSON', fen: 32_000 },
    ],
    totalFen: 96_000,
    channel: 'CLIENT',
  };
}

export const employerItem = (no: string, version = 1) => item(`employer:${no}`, version, employerBody(no));
export const billItem = (no: string, version = 1, employerFen?: number) =>
  item(`bill:${no}`, version, billBody(no, employerFen));
export const receiptItem = (no: string, version = 1) => item(`receipt:${no}`, version, receiptBody(no));

/** Acks of an answer by document id. */
export function readAcks(body: string): Map<string | null, Ack> {
  const acks = new Map<string | null, Ack>();
  for (const piece of splitDocuments(body)) {
    if (!piece.ok || piece.document.head.type !== 'ack') continue;
    const items = readItems(piece.document);
    if (typeof items === 'string') throw new Error(items);
    for (const one of items) acks.set((one.body as Ack).document, one.body as Ack);
  }
  return acks;
}
