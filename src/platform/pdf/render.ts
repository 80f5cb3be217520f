import { Worker } from 'node:worker_threads';
import { type Moment, momentToMs } from '../../kernel/month.ts';
import type { RenderReply, RenderRequest } from './worker.ts';

/** A Typst source; `json(bytes(sys.inputs.data))` is the document's data. */
export type PdfTemplate = { readonly name: string; readonly source: string };

type Waiting = { readonly template: string; resolve(pdf: Uint8Array): void; reject(error: Error): void };

let worker: Worker | undefined;
let nextId = 1;
const waiting = new Map<number, Waiting>();

/** The thread starts with the first document and never keeps the process alive while it is idle. */
function ensureWorker(): Worker {
  if (worker) return worker;
  const started = new Worker(new URL('./worker.ts', import.meta.url));
  const fail = (error: Error) => {
    if (worker === started) worker = undefined;
    for (const job of waiting.values()) job.reject(error);
    waiting.clear();
  };
  started.on('message', (reply: RenderReply) => {
    const job = waiting.get(reply.id);
    waiting.delete(reply.id);
    if (waiting.size === 0) started.unref();
    if (reply.pdf) job?.resolve(reply.pdf);
    else job?.reject(new Error(`template ${job.template}: ${reply.error ?? 'no result'}`));
  });
  started.on('error', fail);
  started.on('exit', (code) => fail(new Error(`the document thread ended with ${code}`)));
  worker = started;
  return started;
}

/**
 * Renders a PDF/A-2b. Only the fonts that come with the program are embedded, as subsets. The same template, data and moment
 * give the same bytes. A template that does not compile is a bug and throws a plain Error with the compiler's diagnostics.
 */
export function renderPdf(template: PdfTemplate, data: unknown, createdAt: Moment): Promise<Uint8Array> {
  const target = ensureWorker();
  const request: RenderRequest = {
    id: nextId,
    source: template.source,
    data: JSON.stringify(data),
    createdSeconds: Math.floor(momentToMs(createdAt) / 1000),
  };
  nextId += 1;
  target.ref();
  return new Promise((resolve, reject) => {
    waiting.set(request.id, { template: template.name, resolve, reject });
    target.postMessage(request);
  });
}

/** Ends the thread; the next document starts a new one. For orderly shutdown and tests. */
export async function stopRenderer(): Promise<void> {
  const running = worker;
  worker = undefined;
  await running?.terminate();
}
