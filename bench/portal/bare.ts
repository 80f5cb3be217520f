/** The floor of the portal: the bare framework with one durable statement, and with one query. A process of its own, as the portal is. */
import fastify from 'fastify';
import { openPool } from '../../src/platform/db.ts';

const pool = openPool(process.env.DATABASE_URL ?? '', { max: 16 });
await pool.query('create table if not exists bench_bare (id bigserial primary key, body jsonb not null)');
const app = fastify();
app.post('/write', async (request) => {
  const { rows } = await pool.query('insert into bench_bare (body) values ($1) returning id', [
    JSON.stringify(request.body),
  ]);
  return rows[0];
});
app.get('/read', async () => {
  const { rows } = await pool.query('select employer_no, name from registry_employer limit 1');
  return rows[0];
});
await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
process.on('SIGTERM', () => process.exit(0));
