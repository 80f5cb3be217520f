/** The tables a load fills, in the order in which they refer to each other, with the columns it writes. */
import { BLOCK_COLUMNS } from '../../collection/batch/index.ts';
import { INSURANCES } from '../../kernel/insurance.ts';
import { type CopySession, type CopyWriter, copyWriter } from '../../platform/copy/index.ts';

export const TABLES = {
  registry_employer: 'region, employer_no, uscc, name, enjoys_relief_2020, recorded_at',
  registry_injury_class: 'region, fact_id, employer_no, month_from, injury_class, recorded_at',
  registry_refund_account: 'region, employer_no, bank_name, account, holder, recorded_at',
  registry_person_directory: 'id_no, person_no, region',
  registry_person: 'region, person_no, id_type, id_no, name, sex, birth_date, first_work_date, recorded_at',
  registry_exemption: 'region, exemption_id, person_no, reason, month_from, month_to, recorded_at',
  enrolment_employer_insurance: 'region, employer_no, insurance, month_from, recorded_at',
  enrolment_span:
    'region, span_id, employer_no, person_no, insurance, month_from, month_to, entry_date, suspend_date, suspend_reason, case_no, recorded_at',
  wages_declaration: 'region, wage_id, employer_no, person_no, month_from, basis, wage_fen, case_no, recorded_at',
  collection_booked: `region, employer_no, ${INSURANCES.join(', ')}`,
  collection_assessment: 'region, assessment_id, assessment_no, employer_no, act, case_no, actor, at, rules_hash',
  collection_block: BLOCK_COLUMNS.join(', '),
  collection_settlement_unbilled: 'region, due_id, how, ref, at',
  fund_voucher: 'region, voucher_id, insurance, book, kind, ref, red, day, at, actor',
  fund_entry: 'region, voucher_id, line_no, red, account, debit_fen, credit_fen',
  control_opening_person: 'region, employer_no, person_no, case_no, at',
  platform_audit: 'region, audit_id, at, actor_kind, actor_id, actor_name, action, object, detail, digest',
} as const;

export type TableName = keyof typeof TABLES;
export const TABLE_NAMES = Object.keys(TABLES) as readonly TableName[];

/** What the program itself writes while a load is under way, and rows of it are few: it keeps its keys. */
export const BULK_TABLES = TABLE_NAMES.filter((name) => name !== 'platform_audit');

export type TextWriter = CopyWriter & {
  /** Text of any letters. */
  text(value: string): void;
  bool(value: boolean): void;
  jsonb(value: unknown): void;
};

export type Writers = Readonly<Record<TableName, TextWriter>>;

const encoder = new TextEncoder();
const JSONB_VERSION = 1;
const YES = Uint8Array.of(1);
const NO = Uint8Array.of(0);

function textWriter(): TextWriter {
  const writer = copyWriter();
  return Object.assign(writer, {
    text: (value: string) => writer.raw(encoder.encode(value)),
    bool: (value: boolean) => writer.raw(value ? YES : NO),
    jsonb(value: unknown) {
      const json = encoder.encode(JSON.stringify(value));
      const bytes = new Uint8Array(json.length + 1);
      bytes[0] = JSONB_VERSION;
      bytes.set(json, 1);
      writer.raw(bytes);
    },
  });
}

export function openWriters(): Writers {
  return Object.fromEntries(TABLE_NAMES.map((name) => [name, textWriter()])) as Writers;
}

/** Sends what the writers hold and empties them. */
export async function flush(copy: CopySession, writers: Writers): Promise<void> {
  for (const name of TABLE_NAMES) {
    const writer = writers[name];
    if (writer.rowCount > 0) await copy.copyIn(`${name} (${TABLES[name]})`, writer.bytes());
    writer.reset();
  }
}
