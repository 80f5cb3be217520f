import { expect, test } from 'vitest';
import { openTaxWorld } from './testing/index.ts';

test('/healthz says when the database is gone, so that nobody sends it work', async () => {
  const world = await openTaxWorld();
  try {
    const health = async () => {
      const answer = await world.program.app.inject('/healthz');
      return [answer.statusCode, answer.json()];
    };
    expect(await health()).toEqual([200, { status: 'ok' }]);
    await world.database.db.destroy();
    expect(await health()).toEqual([503, { status: 'failing', missing: ['database'] }]);
  } finally {
    await world.close();
  }
});
