import { Worker } from 'node:worker_threads';
import type { TableColumn, TableRow } from './table.ts';

export type TableRequest = {
  readonly columns: readonly TableColumn[];
  readonly rows: readonly TableRow[];
  readonly sheetName: string;
};
export type TableReply = { readonly bytes?: Uint8Array; readonly error?: string };

/** Written at once; more wait their turn, so that many downloads do not take the memory of many workbooks. */
const AT_ONCE = 2;
let running = 0;
const waiting: (() => void)[] = [];

/** `writeTable` in a thread of its own: a list of thousands of people is written while others are served. */
export async function writeTableAside(
  columns: readonly TableColumn[],
  rows: readonly TableRow[],
  sheetName = '导出',
): Promise<Uint8Array> {
  if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  else running += 1;
  try {
    return await writeInThread({ columns, rows, sheetName });
  } finally {
    // The place goes to the next one in line, or is free.
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }
}

function writeInThread(request: TableRequest): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./table-worker.ts', import.meta.url), { workerData: request });
    worker.once('message', ({ bytes, error }: TableReply) => {
      if (bytes) resolve(bytes);
      else reject(new Error(`workbook: ${error ?? 'no result'}`));
    });
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the workbook thread ended with ${code}`)));
  });
}
