import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { startBeat } from './beat.ts';

test('beats never overlap, go on after one that failed, and the last one ends before stop returns', async () => {
  let inside = 0;
  let most = 0;
  let ended = 0;
  let sent = 0;
  const beat = startBeat(
    {
      async runDue() {
        inside += 1;
        most = Math.max(most, inside);
        await sleep(5);
        inside -= 1;
        ended += 1;
        if (ended === 1) throw new Error('the database is away');
        return 0;
      },
      pump: async () => {
        sent += 1;
        return 0;
      },
    },
    pino({ level: 'silent' }),
    1,
  );
  while (ended < 4) await sleep(1);
  await beat.stop();
  expect([most, inside]).toEqual([1, 0]);
  const [endedThen, sentThen] = [ended, sent];
  // The failed one sent nothing.
  expect(sentThen).toBe(endedThen - 1);
  await sleep(20);
  expect([ended, sent]).toEqual([endedThen, sentThen]);
});
