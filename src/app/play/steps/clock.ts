import { type Moment, parseMoment } from '../../../kernel/month.ts';
import { later } from '../../conductor.ts';
import { type Observed, observed } from '../observed.ts';
import { mistake, type Verb, type World } from '../world.ts';

function readMoment(words: readonly string[]): Moment {
  return parseMoment(words.join(' ')) ?? mistake(`不是时间：${words.join(' ')}，应写成 2023-04-10 09:00`);
}

function at(now: Moment, extra: Readonly<Record<string, string>> = {}): Observed {
  return observed({ facts: { 现在: now.slice(0, 19).replace('T', ' '), ...extra } });
}

async function moveTo(world: World, to: Moment): Promise<Observed> {
  if (!world.clockWasSet) {
    await world.clock.set(to);
    world.clockWasSet = true;
    return at(to, { 运行作业: '0' });
  }
  const { slotsRun } = await world.clock.advance(to);
  return at(to, { 运行作业: String(slotsRun) });
}

/** `时钟 2023-04-12 09:00`: the first one sets the clock, every later one advances it. */
export const setClock: Verb = (world, step) => moveTo(world, readMoment(step.words));

/** `推进 20分钟`、`推进 4小时`、`推进 3天`. */
export const advance: Verb = async (world, step) => {
  const match = /^(\d+)(分钟|小时|天)$/.exec(step.words.join(''));
  if (!match) mistake(`看不懂“${step.text}”，应写成 推进 20分钟、推进 4小时 或 推进 3天`);
  return moveTo(world, later(await world.clock.now(), Number(match[1]), match[2] as '分钟' | '小时' | '天'));
};

/** `等交换安静`: both outboxes empty, or waiting only for a planted fault. */
export const settle: Verb = async (world) => {
  const quiet = await world.clock.settle();
  return observed({ facts: { 安静: quiet ? '是' : '否' } });
};
