/**
 * Which family every table belongs to when the database is spread over several machines (Citus); on one PostgreSQL it changes nothing.
 * `tests/catalogue.test.ts` reads the live catalogue and fails for a table that is not here, and for a key that does not fit its family.
 */

/**
 * employer, person: rows of an employer, of a person. office: rows of the region's office itself (numbers, audit, jobs, exchange).
 * All three are distributed by `region` and live together: one region is on one machine, and every act is a transaction of one machine.
 * reference: small, the same on every machine. local: of the deployment as a whole, on the coordinator only.
 */
export type Family = 'employer' | 'person' | 'office' | 'reference' | 'local';

type Tables = Readonly<Record<string, Family>>;

const of = (family: Family, ...names: readonly string[]): Tables =>
  Object.fromEntries(names.map((name) => [name, family]));

/** What both programs have: accounts, audit, jobs, the exchange. */
const SHARED: Tables = {
  ...of(
    'local',
    'platform_migration',
    'platform_account',
    'platform_session',
    'platform_scan',
    'platform_login_attempt',
    'platform_limit',
    'platform_idempotency',
  ),
  // Where the locks of the jobs are: on the coordinator. Their statements ask the clock, which a shard may not.
  ...of('local', 'platform_job_run', 'platform_job_since'),
  ...of('office', 'platform_audit', 'platform_audit_seal'),
  ...of(
    'office',
    'wire_outbox_item',
    'wire_version',
    'wire_stream',
    'wire_document',
    'wire_inbox_document',
    'wire_inbox',
    'wire_entity',
    'wire_parked',
    'wire_cursor',
    'wire_peer',
    'wire_dead_letter',
    'wire_alarm',
  ),
};

export const AGENCY_TABLES: Tables = {
  ...SHARED,
  ...of('reference', 'parameters_overlay', 'parameters_calendar_year', 'parameters_workday', 'fund_account'),
  ...of('office', 'parameters_counter', 'archive_signing_key'),
  // Which region keeps the number of an identity: unique in the whole deployment, so it cannot be spread by region.
  ...of('local', 'registry_person_directory'),
  ...of('employer', 'registry_employer', 'registry_injury_class', 'registry_refund_account'),
  ...of('person', 'registry_person', 'registry_exemption', 'account_entry', 'account_interest'),
  ...of('employer', 'enrolment_employer_insurance', 'enrolment_span', 'wages_declaration'),
  ...of(
    'employer',
    'collection_booked',
    'collection_assessment',
    'collection_block',
    'collection_reversal',
    'collection_offset',
    'collection_settlement_unbilled',
    'collection_bill',
    'collection_bill_line',
    'collection_bill_due',
    'collection_bill_credit',
    'collection_receipt',
    'collection_receipt_early',
    'collection_receipt_moved',
    'collection_arrears',
    'collection_refund',
  ),
  ...of('employer', 'fund_voucher', 'fund_entry'),
  ...of('employer', 'casework_case', 'casework_draft', 'casework_workbook', 'casework_attachment', 'archive_document'),
  ...of('employer', 'exchange_employer_link', 'control_opening_person'),
  ...of('office', 'exchange_watermark', 'exchange_recon_run', 'exchange_recon_case', 'exchange_recon_page'),
  ...of('office', 'control_integrity_run'),
};

export const TAX_TABLES: Tables = {
  ...SHARED,
  ...of('employer', 'tax_employer', 'tax_employer_number', 'tax_bill', 'tax_bill_line', 'tax_cancel_memory'),
  ...of('employer', 'tax_ticket', 'tax_receipt', 'tax_receipt_line'),
  ...of('office', 'tax_watermark', 'tax_recon', 'tax_recon_case', 'tax_fault', 'tax_fault_desk'),
};

/** First column of every key of a distributed table. */
export const DISTRIBUTION_KEY = 'region';

/** Spread over the machines by the region in the row. */
export const isDistributed = (family: Family | undefined): boolean =>
  family === 'employer' || family === 'person' || family === 'office';

/**
 * Triggers that only look: an append-only table refuses changes, whatever hand makes them. Citus puts them on every shard, where each sees
 * no more than its own row or statement.
 */
export const GUARD_FUNCTIONS: readonly string[] = [
  'account_append_only',
  'archive_document_keep',
  'archive_document_no_truncate',
  'casework_attachment_keep',
  'collection_append_only',
  'fund_append_only',
  'platform_append_only',
  'tax_append_only',
  'wire_document_keep',
];

/** A foreign key as the catalogue tells it. */
export type Link = {
  readonly child: string;
  readonly parent: string;
  readonly name: string;
  readonly definition: string;
};

/**
 * Keys of spread tables to tables that every machine has. The set-up takes them away while it spreads the tables and puts them back from
 * here: when it breaks off in between, the catalogue no longer knows them.
 */
export const REFERENCE_KEYS: readonly Link[] = [
  {
    child: 'fund_entry',
    parent: 'fund_account',
    name: 'fund_entry_account_fkey',
    definition: 'FOREIGN KEY (account) REFERENCES fund_account(code)',
  },
];

/**
 * Triggers that read other rows: on a shard they would ask the cluster again, over another connection that does not see what their own
 * transaction has written. The set-up drops them, and adds what takes their place.
 */
export const DROPPED_TRIGGERS: Readonly<Record<string, { readonly why: string; readonly instead: readonly Link[] }>> = {
  'collection_block.collection_block_has_assessment': {
    why: '应缴款有核定：分布后用外键（逐行检查，较慢）',
    instead: [
      {
        child: 'collection_block',
        parent: 'collection_assessment',
        name: 'collection_block_assessment',
        definition: 'FOREIGN KEY (region, assessment_no) REFERENCES collection_assessment(region, assessment_no)',
      },
    ],
  },
  'collection_offset.collection_offset_dues': {
    why: '冲抵、撤销、单据、结清指向的应缴款都在：由每日完整性核对第 4 条查',
    instead: [],
  },
  'collection_reversal.collection_reversal_dues': { why: '同上', instead: [] },
  'collection_bill_credit.collection_bill_credit_dues': { why: '同上', instead: [] },
  'collection_settlement_unbilled.collection_settlement_unbilled_due': {
    why: '结清的是一笔应缴款，不在有效单据上：由每日完整性核对第 4 条查',
    instead: [],
  },
  'collection_bill_due.collection_bill_due_open_new': {
    why: '单据上的应缴款没有另行结清：由每日完整性核对第 4 条查',
    instead: [],
  },
  'collection_bill_due.collection_bill_due_open_again': { why: '同上', instead: [] },
  'fund_voucher.fund_voucher_balances': {
    why: '凭证借贷相等：没有等价的约束；由程序按借贷成对记账，每日完整性核对第 3 条再查',
    instead: [],
  },
  'fund_entry.fund_entry_balances': { why: '同上', instead: [] },
};
