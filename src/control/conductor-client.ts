import { request } from 'node:http';

/** The starter's door to the clock of the pair: loopback, by token. A year of business time takes minutes, so there is no time-out here. */
export function callConductor<T>(base: string, token: string, path: string, body: unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    const call = request(
      new URL(path, base),
      { method: 'POST', headers: { 'x-control-token': token, 'content-type': 'application/json' } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          if (response.statusCode === 200) resolve(JSON.parse(text) as T);
          else reject(new Error(`conductor answered ${response.statusCode}: ${text.slice(0, 300)}`));
        });
      },
    );
    call.on('error', reject);
    call.end(JSON.stringify(body));
  });
}
