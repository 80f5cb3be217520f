/** The record of the kills: one line of JSON a round, so that a run that was broken off goes on after the last one. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { Victim } from './pair.ts';

export type Round = {
  readonly round: number;
  readonly seed: string;
  /** Chosen, and processes that were really hit. */
  readonly victims: readonly Victim[];
  readonly hit: number;
  /** Milliseconds from the beginning of the load to the kill. */
  readonly afterMs: number;
  readonly business: string;
  /** Answers of success that came in this round, and requests asked again because their answer was lost. */
  readonly told: number;
  readonly repeated: number;
  /** How often somebody looked for a month half booked before the kill ended it. */
  readonly looks: number;
  /** Until both programs answered again, and the whole round. */
  readonly healthyMs: number;
  readonly roundMs: number;
  /** From the kill until the clock had moved, and until the last piece of work had its answer. */
  readonly phases: readonly number[];
  /** All eight promises were checked, not only the books of the clients. */
  readonly integrity: boolean;
  readonly wrong: readonly string[];
};

export function readRounds(file: string | undefined): Round[] {
  if (!file || !existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return lines.flatMap((line) => {
    try {
      return [{ looks: 0, ...JSON.parse(line) } as Round];
    } catch {
      // The last line of a run that was itself cut off.
      return [];
    }
  });
}

export function writeRound(file: string | undefined, round: Round): void {
  if (file) appendFileSync(file, `${JSON.stringify(round)}\n`);
}

const WORDS: Readonly<Record<Victim, string>> = {
  agency: '经办端',
  tax: '税务端',
  launcher: '启动器',
  backend: '数据库连接进程',
  postmaster: '整个数据库',
};

export const namesOf = (victims: readonly Victim[]): string => victims.map((one) => WORDS[one]).join('、');

/** Something was lost, doubled or half there; or nobody looked for what may be half there. */
export const hasFailed = (rounds: readonly Round[]): boolean =>
  rounds.some((one) => one.wrong.length > 0) || rounds.every((one) => one.looks === 0);

/** The table: what was killed how often, what it took to come back, and whether anything was lost or doubled. */
export function report(rounds: readonly Round[]): string {
  const mean = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / Math.max(1, values.length);
  const groups = [...Map.groupBy(rounds, (one) => namesOf(one.victims))].sort((a, b) => b[1].length - a[1].length);
  const rows = groups.map(([names, group]) => {
    const back = mean(group.map((one) => one.healthyMs)) / 1000;
    const longest = Math.max(...group.map((one) => one.healthyMs)) / 1000;
    const wrong = group.filter((one) => one.wrong.length > 0).length;
    return `| ${names} | ${group.length} | ${back.toFixed(1)} 秒 | ${longest.toFixed(1)} 秒 | ${wrong} |`;
  });
  const sum = (pick: (one: Round) => number) => rounds.reduce((total, one) => total + pick(one), 0);
  return [
    '| 被 kill -9 的 | 轮数 | 恢复平均 | 最长 | 有差错的轮 |',
    '|---|---|---|---|---|',
    ...rows,
    '',
    `共 ${rounds.length} 轮，打掉 ${sum((one) => one.hit)} 个进程；客户端收到成功 ${sum((one) => one.told)} 次，` +
      `丢了答复再问 ${sum((one) => one.repeated)} 次；找做了一半的月份 ${sum((one) => one.looks)} 次；八条承诺全查 ${rounds.filter((one) => one.integrity).length} 次；` +
      `每轮平均 ${(mean(rounds.map((one) => one.roundMs)) / 1000).toFixed(1)} 秒；有差错的轮 ${rounds.filter((one) => one.wrong.length > 0).length}。`,
  ].join('\n');
}
