/** A program for the launcher's tests: healthy at once, remembers the clock it was given. */
import { createServer } from 'node:http';

let clock = '';
const port = Number(process.env.CONDUCTOR_URL ? process.env.PORT : process.env.TAX_PORT);

createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const path = request.url ?? '';
  response.setHeader('content-type', 'application/json');
  if (path === '/healthz') response.end('{"status":"ok"}');
  else if (path === '/seen')
    response.end(
      JSON.stringify({ clock, born: process.env.TONGZHENG_CLOCK, pid: process.pid, data: process.env.TONGZHENG_DATA }),
    );
  else if (request.headers['x-control-token'] !== process.env.CONTROL_TOKEN) response.writeHead(404).end('{}');
  else if (path === '/internal/clock') {
    clock = Buffer.concat(chunks).toString();
    response.end('{}');
  } else if (path === '/internal/next-slot') response.end('{"at":null}');
  else if (path === '/internal/idle') response.end('{"idle":true}');
  else response.end('{"ran":0,"sent":0}');
}).listen(port, '127.0.0.1');

process.on('SIGTERM', () => process.exit(0));
