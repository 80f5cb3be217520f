/** Makes a city's rows on a thread of its own. */
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { compileRules, createBook, type Overlay } from '../../rules/index.ts';
import { cityRows, type DistrictRows, type FirstNumbers, type RowsOptions } from './rows.ts';
import { TABLE_NAMES, type TableName } from './tables.ts';

export type WorkerTask = {
  readonly options: RowsOptions;
  readonly first: FirstNumbers;
  readonly overlays: readonly Overlay[];
};

export type FromWorker =
  | {
      readonly kind: 'DISTRICT';
      readonly parts: readonly { readonly table: TableName; readonly bytes: Uint8Array }[];
      readonly done: DistrictRows;
    }
  | { readonly kind: 'END' };

/** Districts made and not yet taken. */
const AHEAD_MAX = 2;

async function makeRows({ options, first, overlays }: WorkerTask): Promise<void> {
  if (!parentPort) throw new Error('not a thread');
  const book = createBook(overlays);
  const law = { book, rules: (region: string, month: RowsOptions['from']) => compileRules(book, region, month) };
  let ahead = 0;
  let wake = (): void => undefined;
  parentPort.on('message', () => {
    ahead -= 1;
    wake();
  });
  for (const { writers, ...done } of cityRows(law, options, first)) {
    const parts = TABLE_NAMES.filter((table) => writers[table].rowCount > 0).map((table) => ({
      table,
      bytes: writers[table].bytes().slice(),
    }));
    for (const table of TABLE_NAMES) writers[table].reset();
    const message: FromWorker = { kind: 'DISTRICT', parts, done };
    parentPort.postMessage(
      message,
      parts.map(({ bytes }) => bytes.buffer),
    );
    ahead += 1;
    while (ahead >= AHEAD_MAX) {
      await new Promise<void>((woken) => {
        wake = woken;
      });
    }
  }
  const end: FromWorker = { kind: 'END' };
  parentPort.postMessage(end);
}

if (!isMainThread) await makeRows(workerData as WorkerTask);
