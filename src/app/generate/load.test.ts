import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cityDistricts, type Truth } from '../../../city/index.ts';
import { subscribe } from '../../collection/index.ts';
import { checkIntegrity, openBooks } from '../../control/index.ts';
import { fundListener } from '../../fund/index.ts';
import type { Month } from '../../kernel/month.ts';
import { addOverlays, loadLaw } from '../../parameters/index.ts';
import { type Db, openPool, rows, sql } from '../../platform/db.ts';
import { systemActor, transact } from '../../platform/services.ts';
import { type TestServices, testServices } from '../../platform/testing/services.ts';
import { agencyMigrations } from '../migrations.ts';
import { overlaysForGaps } from './law.ts';
import { type LoadOptions, loadCity } from './load.ts';
import { openingOf } from './opening-input.ts';

const REGION = '420500';
const CITY = {
  seed: 'both-ways-85',
  people: 240,
  from: '2022-01' as Month,
  through: '2023-03' as Month,
  region: REGION,
};

/** Every table a city touches by what it says, without the ids of its rows; references by what they point to. */
const SAID: readonly (readonly [table: string, query: string])[] = [
  ['employer', 'select * from registry_employer order by employer_no'],
  [
    'class',
    `select employer_no, month_from, injury_class, recorded_at, superseded_at from registry_injury_class order by 1`,
  ],
  ['refund account', 'select * from registry_refund_account order by employer_no'],
  ['directory', 'select * from registry_person_directory order by id_no'],
  ['person', 'select * from registry_person order by person_no'],
  [
    'exemption',
    'select person_no, reason, month_from, month_to, recorded_at, superseded_at from registry_exemption order by 1, 3',
  ],
  ['insurance', 'select * from enrolment_employer_insurance order by employer_no, insurance'],
  [
    'span',
    `select employer_no, person_no, insurance, month_from, month_to, entry_date, suspend_date, suspend_reason, case_no, replaces,
            recorded_at, superseded_at, superseded_case, months::text from enrolment_span order by 1, 2, 3, 4`,
  ],
  [
    'wage',
    `select employer_no, person_no, month_from, basis, wage_fen, case_no, recorded_at, superseded_at, superseded_case
     from wages_declaration order by 1, 2, 3`,
  ],
  ['pivot', 'select * from collection_pivot order by employer_no, insurance'],
  [
    'assessment',
    'select employer_no, act, case_no, actor, at, rules_hash from collection_assessment order by employer_no',
  ],
  [
    'blocks',
    `select b.*, null as block_id, null as assessment_no, a.case_no from collection_block b
     join collection_assessment a using (region, assessment_no) order by b.employer_no, b.month, b.insurances`,
  ],
  [
    'due',
    `select a.case_no, d.employer_no, d.month, d.insurance, d.kind, d.slot, d.persons, d.base_fen, d.employer_fen, d.person_fen, d.late_from
     from collection_due d join collection_assessment a using (region, assessment_no) order by 2, 3, 4`,
  ],
  [
    'settlement',
    `select d.employer_no, d.month, d.insurance, s.how, s.ref, s.at
     from collection_settlement_unbilled s join collection_due d using (region, due_id) order by 1, 2, 3`,
  ],
  [
    'voucher',
    `select a.employer_no, v.insurance, v.book, v.kind, v.red, v.day, v.at, v.actor, e.line_no, e.red, e.account, e.debit_fen, e.credit_fen
     from fund_voucher v join collection_assessment a on a.region = v.region and a.assessment_id = v.ref
     join fund_entry e on e.region = v.region and e.voucher_id = v.voucher_id order by 1, 2, 9`,
  ],
  ['opened', 'select * from control_opening_person order by employer_no, person_no'],
  ['audit', 'select at, actor_kind, actor_id, actor_name, action, object, detail from platform_audit order by object'],
  ['counter', 'select * from parameters_counter order by name'],
  ['person number', 'select last_value, is_called from parameters_person_no'],
  [
    'overlay',
    'select region, key, valid_from, valid_to, value, label, recorded_at from parameters_overlay order by key, valid_from',
  ],
];

const CONSTRAINTS = `
  select conrelid::regclass::text as table, conname as name, pg_get_constraintdef(oid) as definition, convalidated as valid
  from pg_constraint where connamespace = 'public'::regnamespace order by 1, 2`;
const INDEXES = `select tablename, indexname, indexdef from pg_indexes where schemaname = 'public' order by 1, 2`;
const TRIGGERS = `
  select tgrelid::regclass::text as table, tgname as name, tgenabled as enabled from pg_trigger where not tgisinternal order by 1, 2`;

const schemaOf = async (db: Db) => ({
  constraints: await rows(db, sql.raw(CONSTRAINTS)),
  indexes: await rows(db, sql.raw(INDEXES)),
  triggers: await rows(db, sql.raw(TRIGGERS)),
});

let bulk: TestServices;
let single: TestServices;
let pool: pg.Pool;
let before: Awaited<ReturnType<typeof schemaOf>>;
const truth: Truth[] = [];
const optionsOf = (services: TestServices): LoadOptions => ({ ...CITY, now: services.clock.now() });

beforeAll(async () => {
  const fresh = () => testServices({ region: REGION, folders: agencyMigrations() });
  bulk = await fresh();
  single = await fresh();
  pool = openPool(bulk.database.url, { max: 2 });
  before = await schemaOf(bulk.db);
  await loadCity(pool, { ...optionsOf(bulk), apart: true, onTruth: (line) => truth.push(line) });
  subscribe(fundListener);
  await transact(single, systemActor('generate'), async (ctx) => {
    const { book } = await loadLaw(ctx.tx);
    await addOverlays(ctx.tx, overlaysForGaps(book, REGION, CITY.from, CITY.through), ctx.now);
    const law = await loadLaw(ctx.tx);
    for (const district of cityDistricts({ ...CITY, book: law.book })) {
      await openBooks(ctx, law, openingOf(district, CITY.from), { mode: 'test' });
    }
  });
});
afterAll(async () => {
  await pool.end();
  await bulk.close();
  await single.close();
});

describe('a city loaded in bulk', () => {
  test.each(SAID)('says the same as one opened employer by employer: %s', async (_table, query) => {
    const loaded = await rows(bulk.db, sql.raw(query));
    const opened = await rows(single.db, sql.raw(query));
    expect(loaded.length).toBeGreaterThan(0);
    expect(loaded).toEqual(opened);
  });

  test('leaves every key, rule, index and trigger as it was, all valid', async () => {
    expect(await schemaOf(bulk.db)).toEqual(before);
  });

  test('keeps the promises', async () => {
    const { violations, promises } = await checkIntegrity({ db: bulk.db, region: REGION, now: bulk.clock.now() });
    expect(promises.flatMap((promise) => promise.violations)).toEqual([]);
    expect(violations).toBe(0);
  });

  test('is what the truth says: lagging employers, late stops, second numbers', async () => {
    const lagging = await rows(
      bulk.db,
      sql<{
        employer_no: string;
      }>`select distinct employer_no from collection_pivot where booked_through < ${CITY.through} order by 1`,
    );
    const told = truth.flatMap((line) => (line.kind === 'LATE_DECLARATION' ? [line.employerNo] : []));
    expect(lagging.map((row) => row.employer_no)).toEqual(told.sort());
    for (const line of truth) {
      if (line.kind === 'LATE_STOP') {
        const spans = await rows(
          bulk.db,
          sql<{
            month_to: string;
          }>`select distinct month_to from enrolment_span where employer_no = ${line.employerNo} and person_no = ${line.personNo}`,
        );
        expect(spans).toEqual([{ month_to: line.paidThrough }]);
      }
      if (line.kind === 'SAME_PERSON') {
        const known = await rows(
          bulk.db,
          sql<{
            id_no: string;
          }>`select id_no from registry_person where person_no in (${line.personNo}, ${line.wrongPersonNo}) order by person_no`,
        );
        expect(known.map((row) => row.id_no)).toEqual([line.idNo, line.wrongIdNo]);
      }
    }
  });

  test('is refused where there is business already, and nothing changes', async () => {
    await expect(loadCity(pool, optionsOf(bulk))).rejects.toThrow('生成的城市只能载入空库');
    expect(await schemaOf(bulk.db)).toEqual(before);
  });
});

test('a load that breaks off leaves an empty database with all its rules', async () => {
  const services = await testServices({ region: REGION, folders: agencyMigrations() });
  const own = openPool(services.database.url, { max: 2 });
  try {
    const options = optionsOf(services);
    const onProgress = (): never => {
      throw new Error('planted');
    };
    await expect(loadCity(own, { ...options, onProgress })).rejects.toThrow('planted');
    expect(await schemaOf(services.db)).toEqual(before);
    expect(await rows(services.db, sql`select 1 from registry_person limit 1`)).toEqual([]);
    await expect(loadCity(own, { ...options, apart: true, onProgress })).rejects.toThrow('planted');
    for (const last of [false, true]) {
      const made: string[] = [];
      const stop = new AbortController();
      const stopped = loadCity(own, {
        ...options,
        signal: stop.signal,
        onProgress(progress) {
          if (progress.phase !== 'CONSTRAINTS') return;
          made.push(progress.name);
          if (!last || progress.done === progress.of) stop.abort(new Error('interrupted'));
        },
      });
      await expect(stopped).rejects.toThrow('interrupted');
      expect(made.length === 1).toBe(!last);
      expect(await schemaOf(services.db)).toEqual(before);
    }
    const again = await loadCity(own, options);
    expect(again.people).toBe(CITY.people);
  } finally {
    await own.end();
    await services.close();
  }
});
