/** Two agents of one employer at once, through HTTP against the real pair of programs: one wins, the other is told, the books stay sound. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Refused, type Session } from './client.ts';
import { openScratch, type Stage } from './pair.ts';
import { parseStory } from './parse.ts';
import { playStory } from './runner.ts';
import { checkIntegrity } from './steps/operations.ts';
import type { World } from './world.ts';

// AT-06: one person, base 3450, April: 869.40.
const SCENE = `故事 两名经办人同时办理
时钟 2023-04-10 09:00
单位 云帆示例
    全称：云帆示例科技有限公司
    信用代码：91429999MA0000T01U
    做账期号：2023-03
    | 姓名 | 基数 |
    | 样甲 | 3450.00 |
身份 云帆示例 法人
身份 云帆示例
`;
const MONTH_FEN = 86_940;

let stage: Stage;
let world: World;
let close: () => Promise<void>;

beforeAll(async () => {
  stage = await openScratch();
  const story = parseStory(SCENE);
  ({ world, close } = await stage.open(story));
  const lines: string[] = [];
  if (!(await playStory(world, story, (line) => lines.push(line)))) throw new Error(lines.join('\n'));
}, 120_000);
afterAll(async () => {
  await close?.();
  await stage?.close();
});

type Done = { readonly headline?: string };
type Outcome = Done | Refused;

function submit(session: Session, item: string, form: Record<string, unknown>): Promise<Outcome> {
  const headers = { 'idempotency-key': crypto.randomUUID() };
  return session.call<Done>('POST', `/api/items/${item}/submit`, { form }, headers).catch((error: unknown) => {
    if (error instanceof Refused) return error;
    throw error;
  });
}

/** The same act by the legal account and the agent in the same instant; winner and loser. */
async function both(item: string, form: Record<string, unknown>): Promise<{ won: Done[]; lost: Refused[] }> {
  const sessions = ['法人', '经办人'].map((role) => world.sessions.get(`云帆示例/${role}`) as Session);
  const outcomes = await Promise.all(sessions.map((session) => submit(session, item, form)));
  return {
    won: outcomes.filter((outcome): outcome is Done => !(outcome instanceof Refused)),
    lost: outcomes.filter((outcome) => outcome instanceof Refused),
  };
}

/** What, and what to do, in Chinese, with a code of ours; never a 500. */
function expectTold(refused: Refused | undefined): void {
  expect(refused?.status).toBeGreaterThanOrEqual(400);
  expect(refused?.status).toBeLessThan(500);
  const [problem] = refused?.problems ?? [];
  expect(problem?.code).toMatch(/^[A-Z]{2,5}-\d{3}$/);
  expect(problem?.message).toMatch(/\p{Script=Han}/u);
  expect(problem?.next).toMatch(/\p{Script=Han}/u);
}

/** HB-DEC-04 lets the current month be declared again, with whatever is new: nothing, for the second. It says so. */
test('the same month declared by both at once: assessed once, the other is told that nothing is new', async () => {
  const { won, lost } = await both('unit.declare', { month: '2023-04' });
  expect(won.map((one) => one.headline)).toEqual(['2023年4月缴费申报成功']);
  expect(lost.map((one) => one.problems[0]?.message)).toEqual(['本月已申报，没有新增']);
  expectTold(lost[0]);
  expect((await checkIntegrity(world)).violations).toBe(0);
});

test('the month billed by both at once: one bill over one month, the other is refused with words', async () => {
  const { won, lost } = await both('bill.issue', {});
  expect([won.length, lost.length]).toEqual([1, 1]);
  expectTold(lost[0]);
  const session = world.sessions.get('云帆示例/经办人') as Session;
  const bills = await session.call<{ rows: { totalFen: number }[] }>('GET', '/api/bills');
  expect(bills.rows.map((bill) => bill.totalFen)).toEqual([MONTH_FEN]);
  expect((await checkIntegrity(world)).violations).toBe(0);
});
