/** A workbook of 5,000 people over HTTP: uploaded, checked, submitted, and the month declared, as an employer does it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openXlsx, readXlsx, saveXlsx } from 'hucre/xlsx';
import { copyWriter, openCopySession } from '../src/platform/copy/index.ts';
import { XLSX } from '../src/platform/workbook/index.ts';
import { DATA_SHEET } from '../src/platform/workbook/spec.ts';
import { buildCity, PEOPLE_PER_EMPLOYER } from './city.ts';
import { type Bench, inTurn, type Outcome, ratioLine, seconds, timed } from './harness.ts';
import { serve } from './portal/programs.ts';
import { newcomer, openSessions, PORTAL_PROGRAM, portalEnv } from './portal/visitors.ts';

const ROWS = 5_000;

export async function run(bench: Bench): Promise<Outcome> {
  const database = await bench.database('bench_workbook');
  const folder = mkdtempSync(join(tmpdir(), 'tongzheng-bench-workbook-'));
  let portal: Awaited<ReturnType<typeof serve>> | undefined;
  try {
    await buildCity(database.pool, PEOPLE_PER_EMPLOYER * bench.repetitions);
    const cookies = await openSessions(database.pool, bench.repetitions);
    portal = await serve(PORTAL_PROGRAM, portalEnv(database.url, folder));
    const { url } = portal;
    await database.pool.query('create table bench_rows (id_no text, name text, entry_date text, wage text)');
    let file = new Uint8Array();
    const taken = await inTurn(
      bench.repetitions,
      async (round) => {
        const visitor = session(url, cookies[round] as string);
        file = await filled(await visitor.file('/api/items/emp.enroll/template'), round);
        const form = new FormData();
        form.set('file', new Blob([new Uint8Array(file)], { type: XLSX }), '增员.xlsx');
        const steps: string[] = [];
        const started = performance.now();
        const step = async <T>(what: string, work: Promise<T>): Promise<T> => {
          const began = performance.now();
          const result = await work;
          steps.push(`${what} ${seconds(performance.now() - began)}`);
          return result;
        };
        const { workbookId } = await step(
          'uploaded',
          visitor.call<{ workbookId: string }>('/api/items/emp.enroll/workbook', form),
        );
        const { counts } = await step(
          'checked',
          visitor.call<{ counts: { ok: number; notice: number } }>(`/api/workbooks/${workbookId}/check`, {
            edits: [],
          }),
        );
        if (counts.ok + counts.notice !== ROWS) throw new Error(`${counts.ok + counts.notice} of ${ROWS} rows passed`);
        await step('submitted', visitor.call(`/api/workbooks/${workbookId}/submit`, {}));
        await step('declared', visitor.call('/api/items/unit.declare/submit', { form: {} }));
        bench.say(`  ${steps.join(', ')}`);
        return performance.now() - started;
      },
      () => timed(() => copyOnly(database.pool, file)),
    );
    const what = '导盘增员：上传、校验、提交，再申报当月';
    return { lines: [ratioLine({ p: '–', what, size: `${ROWS.toLocaleString('en')} 行`, taken })] };
  } finally {
    await portal?.stop();
    await database.drop();
    rmSync(folder, { recursive: true });
  }
}

type Visitor = {
  file(path: string): Promise<Buffer>;
  call<T>(path: string, body: FormData | object): Promise<T>;
};

/** One signed-in browser. @throws Error when the portal refuses */
function session(url: string, cookie: string): Visitor {
  const ask = async (path: string, body?: FormData | object): Promise<Response> => {
    const plain = body instanceof FormData ? body : body && JSON.stringify(body);
    const headers = new Headers({ cookie, 'x-requested-by': 'tongzheng' });
    if (typeof plain === 'string') headers.set('content-type', 'application/json');
    const answer = await fetch(`${url}${path}`, {
      ...{ method: body === undefined ? 'GET' : 'POST', headers },
      ...(plain === undefined ? {} : { body: plain }),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${(await answer.text()).slice(0, 300)}`);
    return answer;
  };
  return {
    file: async (path) => Buffer.from(await (await ask(path)).arrayBuffer()),
    call: async <T>(path: string, body: FormData | object) => (await (await ask(path, body)).json()) as T,
  };
}

async function filled(template: Buffer, round: number): Promise<Uint8Array<ArrayBuffer>> {
  const workbook = await openXlsx(new Uint8Array(template), { readStyles: true });
  const sheet = workbook.sheets.find((each) => each.name === DATA_SHEET);
  if (!sheet) throw new Error('the template has no sheet to fill');
  const header = (sheet.rows[0] ?? []).map((cell) => String(cell ?? '').replace(/^\*/, ''));
  for (let i = 0; i < ROWS; i += 1) {
    const person = newcomer(round * ROWS + i + 1);
    const values: Readonly<Record<string, string | undefined>> = {
      ...{ 证件号码: person.idNo, 姓名: person.name, 本次参工时间: '2023-04-03', 申报工资: person.wage },
    };
    sheet.rows[i + 1] = header.map((label) => values[label] ?? null);
    for (let column = 0; column < header.length; column += 1) sheet.cells?.delete(`${i + 1},${column}`);
  }
  return new Uint8Array(await saveXlsx(workbook));
}

/** The floor: the same file read by the library, four columns of it copied into a plain table. */
async function copyOnly(pool: Parameters<typeof openCopySession>[0], file: Uint8Array): Promise<void> {
  const { sheets } = await readXlsx(file);
  const writer = copyWriter();
  const rows = (sheets.find((each) => each.name === DATA_SHEET)?.rows ?? []).slice(1, ROWS + 1);
  for (const row of rows) {
    const cells = row.filter((cell) => cell !== null && cell !== undefined).slice(0, 4);
    writer.row(4);
    for (let i = 0; i < 4; i += 1) writer.raw(Buffer.from(String(cells[i] ?? '')));
  }
  const target = await openCopySession(pool);
  try {
    await target.copyIn('bench_rows (id_no, name, entry_date, wage)', writer.bytes());
  } finally {
    target.release();
  }
}
