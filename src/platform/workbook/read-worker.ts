import { parentPort, workerData } from 'node:worker_threads';
import { DomainError } from '../../kernel/errors.ts';
import { readWorkbook } from './read.ts';
import type { ReadReply, ReadRequest } from './read-aside.ts';

/** One workbook, then the thread ends. */
async function answer({ bytes, spec, limit }: ReadRequest): Promise<ReadReply> {
  try {
    return { reading: await readWorkbook(bytes, spec, limit) };
  } catch (error) {
    if (error instanceof DomainError) return { problems: error.problems };
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

parentPort?.postMessage(await answer(workerData as ReadRequest));
