import type { Transport, TransportReply } from '../wire/index.ts';
import type { Random } from './random.ts';

/** How the line between the two programs behaves; probabilities per document. */
export type Weather = {
  readonly lost: number;
  readonly doubled: number;
  readonly late: number;
  readonly reordered: number;
  /** Received, but the answer is lost. */
  readonly answerLost: number;
  readonly down: boolean;
};

export const CLEAR: Weather = { lost: 0, doubled: 0, late: 0, reordered: 0, answerLost: 0, down: false };

/** The line of one direction: an in-memory wire with weather. Documents that are late come with a later call, or never. */
export type Line = {
  readonly send: Transport;
  weather: Weather;
  readonly stats: { lost: number; doubled: number; late: number; reordered: number; answerLost: number };
};

export function lineTo(receive: (body: string) => Promise<TransportReply | undefined>, random: Random): Line {
  const waiting: string[] = [];
  const line: Line = {
    weather: CLEAR,
    stats: { lost: 0, doubled: 0, late: 0, reordered: 0, answerLost: 0 },
    async send(documents) {
      const { weather, stats } = line;
      if (weather.down) throw new Error('nobody answers');
      const arriving: string[] = waiting.splice(0);
      for (const document of documents) {
        if (random.chance(weather.lost)) {
          stats.lost += 1;
        } else if (random.chance(weather.late)) {
          stats.late += 1;
          waiting.push(document);
        } else {
          arriving.push(document);
          if (random.chance(weather.doubled)) {
            stats.doubled += 1;
            arriving.push(document);
          }
        }
      }
      if (arriving.length > 1 && random.chance(weather.reordered)) {
        stats.reordered += 1;
        arriving.reverse();
      }
      if (arriving.length === 0) throw new Error('nothing came through');
      const reply = await receive(arriving.join(''));
      if (random.chance(weather.answerLost)) {
        stats.answerLost += 1;
        throw new Error('the answer was lost');
      }
      if (!reply) throw new Error('no answer');
      return reply;
    },
  };
  return line;
}
