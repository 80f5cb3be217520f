import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import type { Problem } from '../kernel/errors.ts';

const WEB = fileURLToPath(new URL('../../dist/web', import.meta.url));
const NO_PAGE: Problem = {
  code: 'SYS-404',
  message: '没有这个地址',
  next: '请从首页进入。',
  link: { label: '回首页', to: '/' },
};

/** Serves a built house of pages; every path that is not an API is a page of the single-page program. */
export async function serveWeb(app: FastifyInstance, folder: 'portal' | 'tax'): Promise<void> {
  const root = join(WEB, folder);
  const built = existsSync(join(root, 'index.html'));
  if (built) {
    await app.register(fastifyStatic, {
      root,
      index: 'index.html',
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
    return page ? reply.sendFile('index.html') : reply.status(404).send({ problems: [NO_PAGE] });
  });
}
