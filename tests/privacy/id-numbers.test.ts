import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Refused, type Session } from '../../src/app/play/client.ts';
import { parseStory } from '../../src/app/play/parse.ts';
import { playStory } from '../../src/app/play/runner.ts';
import { rows, sql } from '../../src/platform/db.ts';
import { type Listened, openListened } from './pair.ts';

/** A month of an employer with every way a number can be typed: by form, by workbook (one row wrong), by the operator, in searches. */
const STORY = `故事 证件号码不外露
时钟 2023-04-10 09:00
单位 云帆示例
    全称：云帆示例科技有限公司
    信用代码：91429999MA0000T01U
    做账期号：2023-03
    | 姓名 | 证件号码 | 基数 | 已缴自 | 已缴至 |
    | 样甲 | 429999199001010015 | 5000.00 | 2023-01 | 2023-03 |
    | 样乙 | 429999199001010023 | 6000.00 | 2023-01 | 2023-03 |
身份 云帆示例
查人员 样甲
    预期 状态 参保缴费
办理 emp.enroll
    姓名：样丙
    证件号码：429999199001010031
    本次参工时间：2023-04-03
    申报工资：5000.00
导盘 emp.enroll
    | 姓名 | 证件号码 | 本次参工时间 | 申报工资 |
    | 样丁 | 42999919900101004X | 2023-04-03 | 5000.00 |
    | 样戊 | 429999199001010059 | 2023-04-03 | 5000.00 |
    预期 不通过 1
下载错误报告
提交导盘
办理 emp.enroll
    姓名：样故障
    证件号码：429999199001010066
    本次参工时间：2023-04-03
    申报工资：5000.00
    预期 拒绝 SYS-500
不可做账 样乙 退休审批 自 2023-05
办理 unit.declare
    费款所属期：2023-04
办理 bill.issue
等交换安静
    预期 安静 是
税务 缴费
时钟 2023-04-11 09:00
查单据
    预期 状态码 ALLOCATED
打印单据
出具证明 养老 三个月
验证证明
    预期 结论 有效
验证文件
    预期 结论 有效
办理 emp.suspend
    证件号码：样甲
    停保时间：2023-04-10
    停保原因：解除/终止劳动合同
撤销办件 emp.suspend
`;
const FULL = STORY.match(/\b4299\d{13}[\dX]\b/g) ?? [];

let pair: Listened;
let played: string[];
let sound: boolean;

beforeAll(async () => {
  pair = await openListened('2023-04-10 09:00');
  // PostgreSQL's refusal of this row tells the whole row, and the driver hands it on.
  await sql`alter table registry_person add constraint no_such_person check (name <> '样故障')`.execute(pair.agency.db);
  played = [];
  sound = await playStory(pair.world, parseStory(STORY), (line) => played.push(line));
}, 180_000);
afterAll(() => pair?.close());

/** Lines in which a known number stands, whole or without its check digit. */
function leaks(lines: readonly string[]): string[] {
  const agent = [...pair.world.employers.values()].map((employer) => employer.agent.idNo);
  const known = [...FULL, ...agent].map((idNo) => idNo.slice(0, 17));
  return lines.filter((line) => known.some((stem) => decoded(line).includes(stem)));
}

function decoded(line: string): string {
  try {
    return decodeURIComponent(line);
  } catch {
    return line;
  }
}

function session(): Session {
  const { current } = pair.world;
  if (!current) throw new Error('nobody is signed in');
  return current.session;
}

describe('完整证件号码不出现在日志、地址、文件名里 (wire.md §10 test 76)', () => {
  test('the month went as told, with all promises kept', () => {
    expect(played.filter((line) => line.includes('✗'))).toEqual([]);
    expect(sound).toBe(true);
    expect(FULL).toHaveLength(6);
  });

  test('people are found, exported and certified by number without an address of theirs', async () => {
    const q = FULL[0];
    const found = await session().call<{ rows: { personNo: string; idNoMasked: string }[] }>(
      'POST',
      '/api/people/search',
      { q },
    );
    expect(found.rows.map((row) => row.idNoMasked)).toEqual(['429999********0015']);
    const personNo = found.rows[0]?.personNo ?? '';
    // 样甲 by the initials of its reading, in either case.
    const read = await session().call<{ rows: { personNo: string }[] }>('POST', '/api/people/search', { q: 'yj' });
    expect(read.rows.map((row) => row.personNo)).toContain(personNo);
    expect(await session().call('POST', `/api/people/${personNo}/reveal`, { purpose: '核对合同' })).toMatchObject({
      idNo: q,
    });
    expect((await session().file('/api/people.xlsx', { q })).length).toBeGreaterThan(1_000);
    const billNo = pair.world.remembered.get('单据') ?? '';
    const lines = await session().call<{ total: number }>('POST', `/api/bills/${billNo}/persons/search`, { q });
    expect(lines.total).toBe(3);
    await session().file(`/api/bills/${billNo}/persons.xlsx`);
    const candidates = await session().call<{ rows: unknown[] }>('POST', '/api/certificates/candidates', {
      ...{ insurance: 'pension', span: '3' },
      idNo: q,
    });
    expect(candidates.rows).toHaveLength(1);
    // A preview registers nothing, and so nobody's whole number stands in it.
    const kept = async () => [
      await session().call('GET', '/api/certificates'),
      (await session().call<{ total: number }>('GET', '/api/cases')).total,
    ];
    const before = await kept();
    const chosen = { insurance: 'pension', span: '3', personNos: [personNo] };
    const preview = await session().file('/api/certificates/preview', chosen);
    const text = execFileSync('pdftotext', ['-layout', '-', '-'], { input: preview, encoding: 'utf8' });
    expect(text).toContain('429999********0015');
    expect(text).not.toContain(q);
    expect(await kept()).toEqual(before);
    const form = { people: [{ name: '样己', idNo: FULL[4] }] };
    await session().call('POST', '/api/drafts', { itemCode: 'emp.enroll', form });
    // What a search was before: nothing is found at such an address.
    await expect(session().call('GET', '/api/people')).rejects.toThrow(Refused);
  });

  test('a workbook named after somebody comes back under a masked name', async () => {
    const template = await session().file('/api/items/emp.enroll/template');
    const upload = new FormData();
    upload.set('file', new Blob([new Uint8Array(template)]), `样甲${FULL[0]}.xlsx`);
    const { workbookId, fileName } = await session().call<{ workbookId: string; fileName: string }>(
      'POST',
      '/api/items/emp.enroll/workbook',
      upload,
    );
    expect(fileName).toBe('样甲429999********0015.xlsx');
    await session().file(`/api/workbooks/${workbookId}/errors`);
    expect(pair.heard.names.at(-1)).toBe('样甲429999********0015_校验结果.xlsx');
  });

  test('no log line, address, file name or wire document of all that holds one', async () => {
    const { logs, urls, names, wire } = pair.heard;
    // The ears were open: the planted fault was logged, and every kind of thing was heard.
    expect(logs.filter((line) => line.includes('no_such_person'))).toHaveLength(1);
    for (const part of [
      '/api/people/search',
      '/api/items/emp.enroll/workbook',
      '/internal/',
      '/wire/',
      '/api/clerk/',
    ]) {
      expect(
        urls.some((url) => url.startsWith(part)),
        part,
      ).toBe(true);
    }
    for (const name of ['单位参保人员.xlsx', '缴费明细_', '参保证明', '认定单', '模板.xlsx', '校验结果.xlsx']) {
      expect(
        names.some((each) => each.includes(name)),
        name,
      ).toBe(true);
    }
    expect(wire.length).toBeGreaterThan(5);
    const stored = await rows(
      pair.agency.db,
      sql<{ name: string }>`select title || ' ' || ref || ' ' || document_id as name from archive_document
                            union all select file_name from casework_workbook`,
    );
    expect(stored.length).toBeGreaterThan(3);

    expect(leaks(logs)).toEqual([]);
    expect(leaks(urls)).toEqual([]);
    expect(leaks([...names, ...stored.map((row) => row.name)])).toEqual([]);
    expect(leaks(wire)).toEqual([]);
  });

  test('the search for leaks finds one', () => {
    expect(
      leaks([`GET /api/people?q=${FULL[0]}`, `%E6%A0%B7${FULL[3]?.slice(0, 17)}`, '429999********0015']),
    ).toHaveLength(2);
  });
});
