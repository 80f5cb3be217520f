import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { parseStory } from '../../src/app/play/parse.ts';
import { playStory } from '../../src/app/play/runner.ts';
import { sql } from '../../src/platform/db.ts';
import { startTraces } from '../../src/platform/telemetry/start.ts';
import { type Collector, type HeardSpan, startCollector } from '../../src/platform/telemetry/testing/collector.ts';
import { type Listened, openListened } from './pair.ts';

const STORY = `故事 跟踪里没有人
时钟 2023-04-10 09:00
单位 云帆示例
    全称：云帆示例科技有限公司
    信用代码：91429999MA0000T01U
    做账期号：2023-03
    | 姓名 | 证件号码 | 基数 | 已缴自 | 已缴至 |
    | 样甲 | 429999199001010015 | 5000.00 | 2023-01 | 2023-03 |
身份 云帆示例
查人员 样甲
    预期 状态 参保缴费
办理 emp.enroll
    姓名：样丙
    证件号码：429999199001010031
    本次参工时间：2023-04-03
    申报工资：5000.00
办理 emp.enroll
    姓名：样故障
    证件号码：429999199001010066
    本次参工时间：2023-04-03
    申报工资：5000.00
    预期 拒绝 SYS-500
办理 unit.declare
    费款所属期：2023-04
办理 bill.issue
等交换安静
    预期 安静 是
税务 缴费
时钟 2023-04-11 09:00
查单据
    预期 状态码 ALLOCATED
`;
/** Names, numbers, the name and the number of the employer: what the story typed. */
const TYPED = /样[甲丙故]|4299\d{13}[\dX]|云帆|91429999/;
/** Employers, people, bills, cases are told by numbers of nine digits and more; a moment is no such number. */
const NUMBER = /\d{9}/;

let collector: Collector;
let pair: Listened;
let sound: boolean;

beforeAll(async () => {
  collector = await startCollector();
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', collector.url);
  const traces = await startTraces('tongzheng-test', '420500');
  pair = await openListened('2023-04-10 09:00');
  await sql`alter table registry_person add constraint no_such_person check (name <> '样故障')`.execute(pair.agency.db);
  sound = await playStory(pair.world, parseStory(STORY), () => undefined);
  await traces?.stop();
}, 180_000);
afterAll(async () => {
  vi.unstubAllEnvs();
  await pair?.close();
  await collector?.close();
});

const named = (name: string): HeardSpan[] => collector.spans.filter((span) => span.name === name);

test('requests, jobs, statements and pushes of a month are heard', () => {
  expect(sound).toBe(true);
  expect(named('POST /api/items/:code/submit').length).toBeGreaterThan(2);
  expect(named('job allocate').length).toBeGreaterThan(0);
  expect(named('wire push').length).toBeGreaterThan(1);
  const [bill] = named('insert collection_bill');
  const [request] = collector.spans.filter((span) => span.spanId === bill?.parentSpanId);
  expect(request?.name).toBe('POST /api/items/:code/submit');
  expect(request?.attributes).toMatchObject({ 'http.response.status_code': '200' });
});

test('a message is one trace on both sides', () => {
  const received = named('POST /wire/v1/messages');
  expect(received.length).toBeGreaterThan(1);
  const pushes = new Map(named('wire push').map((span) => [span.spanId, span]));
  for (const span of received) expect(pushes.get(span.parentSpanId ?? '')?.traceId).toBe(span.traceId);
});

test('the log line of an error names its trace', () => {
  const [line = '{}'] = pair.heard.logs.filter((each) => each.includes('no_such_person'));
  const { traceId, requestId } = JSON.parse(line) as { traceId?: string; requestId?: string };
  const [span] = collector.spans.filter((each) => each.traceId === traceId && each.attributes['http.route']);
  expect(span?.attributes).toMatchObject({ 'tongzheng.request_id': requestId, 'http.response.status_code': '500' });
});

test('no span holds a name, a number of somebody, a value of a statement or an address', () => {
  expect(collector.bodies.join('\n')).not.toMatch(TYPED);
  const wrong = collector.spans.flatMap(({ name, attributes }) =>
    [name, ...Object.values(attributes)].filter((text) => NUMBER.test(text) || TYPED.test(text)),
  );
  expect(wrong).toEqual([]);
  const known = new Set(collector.spans.flatMap((span) => Object.keys(span.attributes)));
  expect([...known].sort()).toEqual([
    'db.query.summary',
    'db.query.text',
    'db.system.name',
    'http.request.method',
    'http.response.status_code',
    'http.route',
    'job.slot',
    'tongzheng.request_id',
    'wire.documents',
  ]);
});

test('what machines ask all the time leaves no span', () => {
  expect(pair.heard.urls.some((url) => url.startsWith('/internal/'))).toBe(true);
  expect(collector.spans.filter((span) => /internal|healthz|metrics/.test(span.name))).toEqual([]);
});
