/**
 * Loaded into every program the launcher starts (`--import`): when the launcher is gone, even by kill -9, the pipe it holds open closes,
 * and the program ends itself as on SIGTERM instead of keeping its port and its database busy. Through the same pipe comes, as one line,
 * what the launcher did not know yet when it started the program.
 */
import type { EventEmitter } from 'node:events';
import { isMainThread } from 'node:worker_threads';
import { TOLD, WAITS } from '../../platform/told.ts';

// Worker threads load this too, and their standard input is always at its end.
if (isMainThread) {
  const end = () => process.kill(process.pid, 'SIGTERM');
  process.stdin.on('end', end);
  process.stdin.on('error', end);
  if (process.env[WAITS]) {
    let text = '';
    process.stdin.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      if (!text.endsWith('\n')) return;
      Object.assign(process.env, JSON.parse(text));
      delete process.env[WAITS];
      (process as EventEmitter).emit(TOLD);
    });
  }
  process.stdin.resume();
}
