import { parentPort, workerData } from 'node:worker_threads';
import { writeTable } from './table.ts';
import type { TableReply, TableRequest } from './table-aside.ts';

/** One workbook, then the thread ends. */
async function answer({ columns, rows, sheetName }: TableRequest): Promise<TableReply> {
  try {
    return { bytes: await writeTable(columns, rows, sheetName) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

parentPort?.postMessage(await answer(workerData as TableRequest));
