import { setTimeout as sleep } from 'node:timers/promises';
import { DomainError, invariant } from '../../src/kernel/errors.ts';
import { type StreamHello, streamHello } from '../catalog/control.ts';
import { type RawDocument, readItems } from '../document.ts';
import { wireProblem } from '../errors.ts';
import { answerDocument, compareHello, ownHello } from './converse.ts';
import { type Engine, RULES } from './engine.ts';
import { call, takeAnswers } from './push.ts';

/** Asks and waits for the answer. DomainError `TZ-WIR-108` (503) when the peer is not to be reached, else the code it gave. */
export async function query(engine: Engine, type: string, body: unknown, peer?: string): Promise<unknown> {
  const to = peer ?? engine.peers.keys().next().value;
  const answerType = engine.types[type]?.answer;
  invariant(to && answerType, `no synchronous question ${type}`);
  const text = answerDocument(engine, to, type, [body as object]);
  const reply = await inTime(call(engine, to, [text]));
  if (reply === undefined || reply === 'rest') throw new DomainError(wireProblem('TZ-WIR-108'), 503);
  const answer = (await takeAnswers(engine, to, reply)).find((document) => document.head.type === answerType);
  if (!answer) throw new DomainError(wireProblem(refusalIn(reply) ?? 'TZ-WIR-901'), 503);
  const parsed = engine.types[answerType]?.body.safeParse(bodyOf(answer));
  if (!parsed?.success) throw new DomainError(wireProblem('TZ-WIR-106'), 503);
  return parsed.data;
}

/** A person waits for the answer; what comes later has its effect, but nobody is told. */
async function inTime<T>(answer: Promise<T>): Promise<T | undefined> {
  answer.catch(() => undefined);
  const over = new AbortController();
  try {
    return await Promise.race([answer, sleep(RULES.queryMs, undefined, { signal: over.signal })]);
  } finally {
    over.abort();
  }
}

export async function hello(engine: Engine, peer: string): Promise<void> {
  const answer = (await query(engine, 'stream.hello', await ownHello(engine, peer), peer)) as StreamHello;
  await compareHello(engine, peer, streamHello.parse(answer));
}

function bodyOf(document: RawDocument): unknown {
  const items = readItems(document);
  return typeof items === 'string' ? undefined : items[0]?.body;
}

function refusalIn(reply: string): string | undefined {
  return /"level":"refused","code":"(TZ-WIR-\d+)"/.exec(reply)?.[1];
}
