/** `npm start`: pages, then the launcher (src/app/main.ts) in this process. */
import { buildWeb } from './web.ts';

await buildWeb();
await import('../src/app/main.ts');
