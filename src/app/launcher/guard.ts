/**
 * Loaded into every program the launcher starts (`--import`): when the launcher is gone, even by kill -9, the pipe it holds open closes,
 * and the program ends itself as on SIGTERM instead of keeping its port and its database busy.
 */
process.stdin.on('end', () => process.kill(process.pid, 'SIGTERM'));
process.stdin.on('error', () => process.kill(process.pid, 'SIGTERM'));
process.stdin.resume();
