import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

const ROOT = fileURLToPath(new URL('../dist/web/tax', import.meta.url));

/** Serves the built pages; every path that is not an interface is a page of the single-page program. */
export async function serveTaxPages(app: FastifyInstance): Promise<void> {
  const built = existsSync(join(ROOT, 'index.html'));
  if (built) {
    await app.register(fastifyStatic, {
      root: ROOT,
      // Only names with a content hash may be kept.
      setHeaders: (response, path) =>
        void response.header(
          'cache-control',
          path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
        ),
    });
  }
  app.setNotFoundHandler((request, reply) => {
    const page = built && request.method === 'GET' && !/^\/(api|wire|internal|assets)\//.test(request.url);
    if (page) return reply.sendFile('index.html');
    return reply.status(404).send({
      problems: [
        { code: 'SYS-404', message: '没有这个地址', next: '请从首页进入。', link: { label: '回首页', to: '/' } },
      ],
    });
  });
}
