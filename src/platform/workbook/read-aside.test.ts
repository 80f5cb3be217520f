import { deflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { buildTemplate, readUpload, type WorkbookSpec } from './index.ts';
import { zipProblem } from './zip.ts';

const spec: WorkbookSpec = {
  itemCode: 'emp.enroll',
  title: '参保登记/续保',
  version: 1,
  columns: [
    { key: 'name', header: '姓名', type: 'text', required: true, width: 10, help: '与证件一致。', example: '王样' },
  ],
};

/** An archive of one part; `said` is the size the directory gives for it. */
function zipOf(name: string, content: Buffer, said = content.length): Buffer {
  const packed = deflateRawSync(content);
  const title = Buffer.from(name);
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(8, 8);
  local.writeUInt32LE(packed.length, 18);
  local.writeUInt32LE(said, 22);
  local.writeUInt16LE(title.length, 26);
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt16LE(8, 10);
  entry.writeUInt32LE(packed.length, 20);
  entry.writeUInt32LE(said, 24);
  entry.writeUInt16LE(title.length, 28);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(entry.length + title.length, 12);
  end.writeUInt32LE(local.length + title.length + packed.length, 16);
  return Buffer.concat([local, title, packed, entry, title, end]);
}

const MB = 1024 * 1024;
const SHEET = 'xl/worksheets/sheet1.xml';

test('our template passes and is read in its thread', async () => {
  const template = await buildTemplate(spec);
  expect(await zipProblem(template)).toBeUndefined();
  expect(await readUpload('990000101', template, spec)).toEqual({ rows: [] });
});

test.each([
  ['a small file that says it inflates to 64 MB', zipOf(SHEET, Buffer.alloc(64 * MB, 32)), 'TOO_LARGE'],
  ['one that hides its size', zipOf(SHEET, Buffer.alloc(64 * MB, 32), 1000), 'NOT_A_ZIP'],
  ['one that is shorter than it says', zipOf(SHEET, Buffer.from('<xml/>'), 1000), 'NOT_A_ZIP'],
  ['no archive', Buffer.from('no workbook at all, only a line of text'), 'NOT_A_ZIP'],
  ['nothing', Buffer.alloc(0), 'NOT_A_ZIP'],
])('%s is refused before it is opened', async (_, file, problem) => {
  expect(await zipProblem(file)).toBe(problem);
  await expect(readUpload('990000101', file, spec)).rejects.toMatchObject({ code: 'XLS-001' });
});
