/**
 * Loaded into every program the launcher starts (`--import`): when the launcher is gone, even by kill -9, the pipe it holds open closes,
 * and the program ends itself as on SIGTERM instead of keeping its port and its database busy.
 */
import { isMainThread } from 'node:worker_threads';

// Worker threads load this too, and their standard input is always at its end.
if (isMainThread) {
  const end = () => process.kill(process.pid, 'SIGTERM');
  process.stdin.on('end', end);
  process.stdin.on('error', end);
  process.stdin.resume();
}
