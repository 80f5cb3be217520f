import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseMoment } from '../../kernel/month.ts';
import type { Conductor } from '../conductor.ts';

/** The agency's operations page moves the clock through this door: loopback, by token, demo only. */
export type ControlPort = { readonly url: string; close(): Promise<void> };

type Request = { readonly to?: string; readonly freeze?: boolean };

async function readBody(request: IncomingMessage): Promise<Request> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return chunks.length > 0 ? (JSON.parse(Buffer.concat(chunks).toString('utf8')) as Request) : {};
}

function moment(body: Request) {
  const parsed = parseMoment(body.to ?? '');
  if (!parsed) throw new RangeError(`not a moment: ${body.to}`);
  return parsed;
}

export async function openControlPort(conductor: Conductor, token: string): Promise<ControlPort> {
  const answers: Record<string, (body: Request) => Promise<unknown>> = {
    '/state': async () => ({ now: conductor.now(), ...conductor.setting() }),
    '/advance': (body) => conductor.advance(moment(body), body.freeze === undefined ? {} : { freeze: body.freeze }),
    '/set': async (body) => ({ now: await conductor.set(moment(body), { freeze: body.freeze ?? true }) }),
    '/settle': async () => ({ idle: await conductor.settle() }),
  };
  const server = createServer(async (request, response) => {
    const answer = answers[request.url ?? ''];
    response.setHeader('content-type', 'application/json');
    if (request.headers['x-control-token'] !== token || !answer) {
      response.writeHead(404).end('{}');
      return;
    }
    try {
      response.end(JSON.stringify(await answer(await readBody(request))));
    } catch (error) {
      response
        .writeHead(error instanceof RangeError ? 422 : 500)
        .end(JSON.stringify({ message: (error as Error).message }));
    }
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
