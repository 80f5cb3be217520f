import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createLog } from './log.ts';

const ID_NO = '429999199001010015';

function lines(): { readonly stream: { write(line: string): void }; readonly seen: string[] } {
  const seen: string[] = [];
  return { seen, stream: { write: (line) => void seen.push(line) } };
}

it('logs which rule a database error met, not the row it met it with', () => {
  const { seen, stream } = lines();
  const error = Object.assign(new Error('duplicate key value violates unique constraint "registry_person_id"'), {
    code: '23505',
    constraint: 'registry_person_id',
    detail: `Key (region, id_no)=(420500, ${ID_NO}) already exists.`,
    where: `COPY registry_person, line 3: "样甲	${ID_NO}"`,
  });
  createLog('info', stream).error({ err: new Error('issue failed', { cause: error }) }, 'request failed');
  expect(JSON.parse(seen.join(''))).toMatchObject({
    msg: 'request failed',
    err: { message: 'issue failed', cause: { code: '23505', constraint: 'registry_person_id' } },
  });
  expect(seen.join('')).not.toContain('样甲');
  expect(seen.join('')).not.toContain('4299991990');
});

it('masks a number that comes with a message, in a child log too', () => {
  const { seen, stream } = lines();
  createLog('info', stream).child({ of: ID_NO }).warn({ who: ID_NO }, `cannot read ${ID_NO}`);
  expect(JSON.parse(seen.join(''))).toMatchObject({
    of: '429999********0015',
    who: '429999********0015',
    msg: 'cannot read 429999********0015',
  });
});

it('a program that ends by an error tells of it without the row', () => {
  const program = `
    import { createLog, endOnError } from ${JSON.stringify(join(import.meta.dirname, 'log.ts'))};
    endOnError(createLog('warn'));
    await Promise.reject(Object.assign(new Error('cannot keep ${ID_NO}'), { code: '23505', detail: 'row 样甲 ${ID_NO}' }));
  `;
  const ended = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
  expect(ended.status).toBe(1);
  expect(ended.stderr).toContain('cannot keep 429999********0015');
  expect(JSON.parse(ended.stdout)).toMatchObject({ msg: 'ended by an error', err: { code: '23505' } });
  expect(ended.stdout + ended.stderr).not.toMatch(/样甲|4299991990/);
});
