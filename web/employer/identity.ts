import { z } from 'zod';
import { endpoint } from '../../src/platform/contract.ts';

export const loginEndpoint = endpoint({
  method: 'POST',
  path: '/api/login',
  summary: '',
  access: 'public',
  body: z.object({ login: z.string(), password: z.string() }),
  response: z.object({}).loose(),
});
