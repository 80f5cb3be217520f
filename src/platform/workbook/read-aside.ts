import { Worker } from 'node:worker_threads';
import { DomainError, type Problem } from '../../kernel/errors.ts';
import { notOurs, type WorkbookReading } from './read.ts';
import { DEFAULT_ROW_LIMIT, type WorkbookSpec } from './spec.ts';
import { zipProblem } from './zip.ts';

export type ReadRequest = { readonly bytes: Uint8Array; readonly spec: WorkbookSpec; readonly limit: number };
export type ReadReply = {
  readonly reading?: WorkbookReading;
  readonly problems?: readonly Problem[];
  readonly error?: string;
};

/** What reading one upload may take; a filled template takes a small part of both. */
const HEAP_MB = 384;
const READ_MS = 20_000;

/** The last reading of each uploader: one at a time, so that nobody takes the memory of many. */
const reading = new Map<string, Promise<unknown>>();

/**
 * `readWorkbook` for a file from outside: refused before it is opened when it would inflate beyond bounds (XLS-001), and read in a thread of
 * its own with a limit of memory and time, one at a time for `uploader`.
 */
export async function readUpload(
  uploader: string,
  bytes: Uint8Array,
  spec: WorkbookSpec,
  limit: number = DEFAULT_ROW_LIMIT,
): Promise<WorkbookReading> {
  const before = reading.get(uploader) ?? Promise.resolve();
  const mine = before.then(() => readBounded({ bytes, spec, limit }));
  const settled = mine.catch(() => undefined);
  reading.set(uploader, settled);
  try {
    return await mine;
  } finally {
    if (reading.get(uploader) === settled) reading.delete(uploader);
  }
}

async function readBounded(request: ReadRequest): Promise<WorkbookReading> {
  const problem = await zipProblem(request.bytes);
  if (problem === 'TOO_LARGE') throw notOurs('文件解压后太大，不是填好的模板。');
  if (problem) throw notOurs('文件不是 .xlsx 工作簿，或已损坏、加密。');
  const reply = await readInThread(request);
  if (reply.problems) throw new DomainError(reply.problems);
  if (!reply.reading) throw new Error(`workbook: ${reply.error ?? 'no result'}`);
  return reply.reading;
}

function readInThread(request: ReadRequest): Promise<ReadReply> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./read-worker.ts', import.meta.url), {
      workerData: request,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
    });
    const tooMuch = () => reject(notOurs('文件内容太多，读不完。'));
    const timer = setTimeout(() => {
      tooMuch();
      void worker.terminate();
    }, READ_MS);
    worker.once('message', resolve);
    worker.once('error', (error: Error & { code?: string }) => {
      if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') tooMuch();
      else reject(error);
    });
    worker.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`the workbook thread ended with ${code}`));
    });
  });
}
