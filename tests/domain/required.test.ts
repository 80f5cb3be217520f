/** A required field that was left empty is said to be empty, by every item; nothing is claimed about a value nobody typed (HB-GEN-07). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ITEMS } from '../../src/items/catalogue.ts';
import type { Month } from '../../src/kernel/month.ts';
import { type Bureau, employer, idNo, openBureau } from './harness.ts';

const EMPLOYER = '990000901';
let of: Bureau;
beforeAll(async () => {
  of = await openBureau({ at: '2023-04-18 09:00' });
  await of.open([
    employer({
      bookedThrough: '2023-02',
      refundAccount: { bankName: '示例银行', account: '6200000000000001', holder: '云帆示例制造有限公司' },
      persons: [{ idNo: idNo(1), name: '样一', from: '2022-07' as Month, baseFen: 500_000 }],
    }),
  ]);
});
afterAll(() => of?.close());

const withFields = ITEMS.filter((item) => item.form.fields.some((field) => field.required));
const withRows = ITEMS.flatMap((item) => (item.form.rows ? [{ code: item.code, rows: item.form.rows }] : []));

describe('an empty required field', () => {
  test.each(withFields.map((item) => [item.code, item] as const))('%s says which', async (code, item) => {
    const required = item.form.fields.filter((field) => field.required);
    const blank = Object.fromEntries(required.map((field) => [field.name, field.type === 'files' ? [] : ' ']));
    const { ok, problems } = await of.preview(EMPLOYER, code, blank);
    expect(ok).toBe(false);
    expect(problems.map((one) => `${one.field} ${one.message}`)).toEqual(
      required.map((field) =>
        field.type === 'files' ? expect.stringMatching(`^${field.name} 请上传`) : `${field.name} 请填写${field.label}`,
      ),
    );
  });

  test.each(withRows.map(({ code, rows }) => [code, rows] as const))('%s says which in a row', async (code, rows) => {
    const { rows: checked } = await of.preview(EMPLOYER, code, { [rows.name]: [{ remark: '' }] });
    const empty = (checked?.[0]?.problems ?? []).filter((one) => one.code === 'GEN-006').map((one) => one.field);
    expect(checked?.[0]?.problems.length).toBe(empty.length);
    expect(empty.sort()).toEqual(rows.fields.flatMap((field) => (field.required ? [field.name] : [])).sort());
  });

  test('one that was not sent is the item’s own to know, or is asked for', async () => {
    const codes = async (code: string, form: Record<string, unknown>) =>
      (await of.preview(EMPLOYER, code, form)).problems.map((one) => `${one.code} ${one.field ?? ''}`.trim());
    // February is the last month declared: March is known to be missing.
    expect(await codes('bp.unit', {})).toEqual([]);
    expect(await codes('unit.declare', {})).toEqual(['DEC-004']);
    expect(await codes('bill.revoke', {})).toEqual(['GEN-006 billNo']);
    expect(await codes('bill.revoke', { billNo: '4205002304189999' })).toEqual(['BILL-012 billNo']);
    expect(await codes('refund.emp', {})).toEqual(['GEN-006 idNo', 'GEN-006 months', 'REF-003 attachments']);
  });
});
