import { execFileSync } from 'node:child_process';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CivilDate, Moment, Month } from '../kernel/month.ts';
import { createClock } from '../platform/clock/index.ts';
import type { Ctx } from '../platform/context.ts';
import { rows, run, sql } from '../platform/db.ts';
import { createSigningIdentity, signPdf } from '../platform/pdf/sign.ts';
import { verifySignature } from '../platform/pdf/verify.ts';
import { type TestDatabase, testDatabase } from '../platform/testing/index.ts';
import { PLATFORM_MIGRATIONS } from '../platform/testing/services.ts';
import type { BillDocument, IssuedDocument } from './index.ts';
import {
  issueBillDocument,
  issueCertificateDocument,
  issueDocument,
  openDocument,
  renderBill,
  reviveDocument,
  setSealSecret,
  verifyByCode,
  verifyFile,
  voidDocument,
  warmDocuments,
} from './index.ts';

const region = '421300';
const office = '随州市社会保险服务中心';
const verifyPage = 'http://127.0.0.1:8080/verify';
let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase([PLATFORM_MIGRATIONS, { name: 'archive', dir: `${import.meta.dirname}/migrations` }]);
});
afterAll(() => database.close());

function inTransaction<T>(now: string, work: (ctx: Ctx) => Promise<T>): Promise<T> {
  const actor = { kind: 'portal', id: 'a', name: '林样' } as const;
  return database.db.transaction().execute((tx) => work({ tx, region, now: now as Moment, actor }));
}

function certificate(now: string, ref: string): Promise<IssuedDocument> {
  return inTransaction(now, (ctx) =>
    issueCertificateDocument(
      ctx,
      {
        employerNo: '990000104',
        employerName: '随州示例商贸有限公司',
        insuranceName: '失业保险',
        payerCount: 2,
        region: '随州市本级',
        period: '2021-11' as Month,
        inArrears: false,
        officeName: office,
        certificateTitle: '湖北省社会保险参保证明（单位专用）',
        verifyMonths: 3,
        verificationPlatform: '湖北省社保证明验证平台',
        printedOn: now.slice(0, 10) as CivilDate,
        rows: [
          {
            name: '王样',
            idNo: '429999199001010015',
            personNo: '42000000001',
            from: '2021-07' as Month,
            to: '2021-09' as Month,
            status: '实缴到账',
          },
        ],
      },
      { ref, verifyPage },
    ),
  );
}

const UNCODED = {
  employerNo: '990000104',
  employerName: '随州示例商贸有限公司',
  officeName: office,
  issuedOn: '2021-11-13' as CivilDate,
  deadline: '2021-11-29' as CivilDate,
  rows: [],
  totalFen: 20493,
  totalWords: '贰佰零肆元玖角叁分',
  kinds: [],
};

function bill(now: string, billNo: string): Promise<IssuedDocument> {
  return inTransaction(now, (ctx) => issueBillDocument(ctx, { ...UNCODED, billNo, billNotes: [] }, verifyPage));
}

const byCode = (code: string, today: string) => verifyByCode(database.db, code, today as CivilDate);
const byFile = (bytes: Uint8Array) => verifyFile(database.db, bytes, '2021-12-01' as CivilDate);

describe('凭授权码验证 (HB-CERT-05, AT-12)', () => {
  test.each([
    ['2021-11-13T13:36:29.000+08:00', '2022-02-13', '2022-02-14'],
    ['2021-11-30T09:00:00.000+08:00', '2022-02-28', '2022-03-01'],
  ])('issued %s: valid on %s, expired on %s', async (now, lastDay, nextDay) => {
    const { authCode } = await certificate(now, `case-${now}`);
    const valid = await byCode(authCode, lastDay);
    expect(valid).toMatchObject({ state: 'VALID', code: null });
    expect(valid.fields).toContainEqual({ label: '单位名称', value: '随州示例商贸有限公司' });
    expect(JSON.stringify(valid.fields)).toContain('202107 – 202109');
    expect(JSON.stringify(valid.fields)).not.toContain('429999199001010015');
    expect(await byCode(authCode, nextDay)).toMatchObject({
      state: 'EXPIRED',
      code: 'CERT-005',
      message: '该证明已超过验证期限',
      fields: [],
    });
  });

  test('one changed character finds nothing', async () => {
    const { authCode } = await certificate('2021-11-13T13:40:00.000+08:00', 'case-2');
    const changed = authCode.slice(0, -1) + (authCode.endsWith('A') ? 'B' : 'A');
    expect(await byCode(changed, '2021-11-14')).toMatchObject({
      state: 'NOT_FOUND',
      code: 'CERT-006',
      message: '未查询到该证明',
    });
    expect((await byCode("' or 1=1 --", '2021-11-14')).state).toBe('NOT_FOUND');
  });

  test('a revoked bill is void, and its print says so', async () => {
    const { authCode, documentId, bytes } = await bill('2021-11-13T10:24:43.000+08:00', '2021111310244307');
    expect((await byCode(authCode, '2021-11-14')).state).toBe('VALID');
    expect(Buffer.from((await openDocument(database.db, region, documentId))!.bytes).equals(Buffer.from(bytes))).toBe(
      true,
    );
    expect(
      await inTransaction('2021-11-15T09:00:00.000+08:00', (ctx) => voidDocument(ctx, 'BILL', '2021111310244307')),
    ).toBe(1);
    expect(await byCode(authCode, '2021-11-16')).toMatchObject({
      state: 'VOIDED',
      message: '该单据已作废',
      fields: [],
    });
    expect((await byFile(bytes)).state).toBe('VOIDED');
    const copy = (await openDocument(database.db, region, documentId))!.bytes;
    expect(verifySignature(copy).valid).toBe(false);
  });

  test('the void copy of a bill kept without its notes has those it was printed with', async () => {
    const at = '2021-11-13T16:24:43.000+08:00';
    const { documentId } = await inTransaction(at, (ctx) =>
      issueDocument<Omit<BillDocument, 'billNotes'>>(ctx, {
        ...{ kind: 'BILL', ref: '2021111316244307', title: '社会保险费应缴认定单', employerNo: '990000104' },
        ...{ officeName: office, validThrough: null, fields: [], verifyPage },
        document: (code) => ({ ...UNCODED, ...code, billNo: '2021111316244307' }),
        render: (document) => renderBill({ ...document, billNotes: [] }, ctx.now),
      }),
    );
    await inTransaction(at, (ctx) => voidDocument(ctx, 'BILL', '2021111316244307'));
    const copy = (await openDocument(database.db, region, documentId))!.bytes;
    const text = execFileSync('pdftotext', ['-layout', '-', '-'], { input: copy, encoding: 'utf8' }).replace(
      /\s+/g,
      '',
    );
    expect(text).toContain('1.此单据缴费截止日期至2021年11月29日,过期作废。');
    expect(text).toContain('“湖北省政务服务网”');
  });

  test('a bill that counts again has its paper back, unchanged', async () => {
    const { authCode, documentId, bytes } = await bill('2021-11-13T11:24:43.000+08:00', '2021111311244307');
    const at = '2021-11-15T09:00:00.000+08:00';
    await inTransaction(at, (ctx) => voidDocument(ctx, 'BILL', '2021111311244307'));
    expect(await inTransaction(at, (ctx) => reviveDocument(ctx, 'BILL', '2021111311244307'))).toBe(1);
    expect((await byCode(authCode, '2021-11-16')).state).toBe('VALID');
    const copy = (await openDocument(database.db, region, documentId))!.bytes;
    expect(Buffer.from(copy).equals(Buffer.from(bytes))).toBe(true);
  });
});

describe('凭文件验证', () => {
  test('the archived file is recognised; with any byte changed it is refused', async () => {
    const { bytes } = await certificate('2021-11-13T14:00:00.000+08:00', 'case-3');
    expect(await byFile(bytes)).toMatchObject({ state: 'VALID', message: '文件与存档一致，签章有效' });
    for (const position of [0, 15, Math.floor(bytes.length / 2), bytes.length - 9000, bytes.length - 1]) {
      const changed = Buffer.from(bytes);
      changed[position]! ^= 1;
      expect((await byFile(changed)).state, `byte ${position}`).toBe('ALTERED');
    }
  });

  test('a file signed by somebody else under our name is refused', async () => {
    const at = '2021-11-13T15:00:00.000+08:00' as Moment;
    const { documentId } = await bill(at, '2021111315000001');
    await inTransaction(at, (ctx) => voidDocument(ctx, 'BILL', '2021111315000001'));
    const unsigned = (await openDocument(database.db, region, documentId))!.bytes;
    const forged = await signPdf(unsigned, createSigningIdentity(office, 'x', at), {
      reason: '签发',
      name: office,
      at,
    });
    expect(verifySignature(forged).valid).toBe(true);
    expect((await byFile(forged)).state).toBe('ALTERED');
  });

  test('a file that never was ours is not found', async () => {
    expect((await byFile(new TextEncoder().encode('%PDF-1.7'))).state).toBe('NOT_FOUND');
  });
});

test('one office has one signing identity', async () => {
  const first = verifySignature((await bill('2021-11-13T16:00:00.000+08:00', '2021111316000001')).bytes);
  const second = verifySignature((await bill('2021-11-13T16:00:01.000+08:00', '2021111316000101')).bytes);
  expect(first).toMatchObject({ valid: true, signerName: office });
  expect(second.certificateDigest).toBe(first.certificateDigest);
});

test('the database refuses to change or delete an archived document', async () => {
  const { documentId } = await bill('2021-11-13T17:00:00.000+08:00', '2021111317000001');
  const { db } = database;
  await expect(
    run(db, sql`update archive_document set employer_no = 'x' where document_id = ${documentId}`),
  ).rejects.toThrow('do not change');
  await expect(run(db, sql`delete from archive_document where document_id = ${documentId}`)).rejects.toThrow(
    'are kept',
  );
});

describe('签章密钥', () => {
  test('is opened by nothing that stands in the database', async () => {
    await certificate('2021-11-13T16:00:00.000+08:00', 'case-key');
    const columns = await rows(
      database.db,
      sql<{
        name: string;
      }>`select column_name as name from information_schema.columns where table_name = 'archive_signing_key'`,
    );
    expect(columns.map((one) => one.name)).not.toContain('passphrase');
  });

  test('with the secret lost a new key is made, and what the old one signed stays verifiable', async () => {
    setSealSecret('the first data folder');
    const at = '2021-11-14T16:00:00.000+08:00';
    await run(database.db, sql`update archive_signing_key set retired_at = created_at where retired_at is null`);
    const before = await certificate(at, 'case-old');
    setSealSecret('another data folder');
    const after = await certificate(at, 'case-new');
    const [one, two] = [before, after].map(({ bytes }) => verifySignature(bytes).certificateDigest);
    expect(one).not.toBe(two);
    for (const { bytes } of [before, after]) expect((await byFile(bytes)).state).toBe('VALID');
  });
});

test('a program makes its first document before anybody waits for one; its key is there afterwards and it is not archived', async () => {
  const officeName = '样例市社会保险局';
  const clock = createClock({ offsetMs: 0, frozenAt: '2023-04-10T09:00:00.000+08:00' as Moment });
  await warmDocuments({ db: database.db, clock, region, mode: 'test', log: pino({ level: 'silent' }) }, officeName);
  const counts = await rows(
    database.db,
    sql`select (select count(*) from archive_signing_key where office_name = ${officeName} and retired_at is null) as keys,
               (select count(*) from archive_document where data ->> 'officeName' = ${officeName}) as documents`,
  );
  expect(counts).toEqual([{ keys: 1, documents: 0 }]);
});
