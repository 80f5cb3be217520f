import type { Endpoint, EndpointOptions, PumpReport } from '../types.ts';
import { buildDocuments, sentThrough } from './build.ts';
import { createEngine, type Engine } from './engine.ts';
import { listHeld, settleHeld } from './held.ts';
import { appliedThrough } from './inbox.ts';
import { cancelUnsent, enqueue, holdMoney } from './outbox.ts';
import { buryDead, peerRests, pushDue } from './push.ts';
import { hello, query } from './query.ts';
import { receive } from './receive.ts';
import { anythingDue, nextAt, pending, status } from './status.ts';
import { askForHoles, askSilent, probeWindow, retryOwn } from './upkeep.ts';

/** A round ends after so many pushes to one peer even if more is due; the next round goes on. */
const PUSHES_PER_ROUND = 200;

/** One side of the wire: outbox, inbox and sender loop over the tables `wire_…` of its database. */
export function createEndpoint(options: EndpointOptions): Endpoint {
  const engine = createEngine(options);
  return {
    self: engine.self,
    enqueue: (tx, item) => enqueue(engine, tx, item),
    receive: (body) => receive(engine, body),
    pump: () => pump(engine),
    nextAt: () => nextAt(engine),
    idle: async () => (await pending(engine)) === 0,
    query: (type, body, peer) => query(engine, type, body, peer),
    hello: (peer) => hello(engine, peer),
    status: () => status(engine),
    cancelUnsent: (tx, entity, type) => cancelUnsent(engine, tx, entity, type),
    sentThrough: (peer, stream) => sentThrough(engine, engine.db, peer, stream),
    appliedThrough: (on, peer, stream) => appliedThrough(engine, on, peer, stream),
    holdMoney: (tx, peer) => holdMoney(engine, tx, peer, false),
    held: () => listHeld(engine),
    settleHeld: (tx, kind, id) => settleHeld(engine, tx, kind, id),
  };
}

async function pump(engine: Engine): Promise<PumpReport> {
  let sent = 0;
  if (await anythingDue(engine)) {
    await retryOwn(engine);
    for (const peer of engine.peers.keys()) sent += await pumpPeer(engine, peer);
    await buryDead(engine);
  }
  return { sent, pending: await pending(engine), nextAt: await nextAt(engine) };
}

async function pumpPeer(engine: Engine, peer: string): Promise<number> {
  // Documents are sealed even while the peer rests: from then on they count as sent (wire.md §4).
  await buildDocuments(engine, peer);
  let sent = 0;
  for (let round = 0; round < PUSHES_PER_ROUND; round += 1) {
    if (await peerRests(engine, peer)) return sent;
    const tried = await pushDue(engine, peer);
    if (tried < 0) return sent;
    sent += tried;
    const built = await buildDocuments(engine, peer);
    if (tried === 0 && built === 0) break;
  }
  await askSilent(engine, peer);
  if (!(await peerRests(engine, peer))) await askForHoles(engine, peer);
  if (!(await peerRests(engine, peer))) await probeWindow(engine, peer);
  return sent;
}
