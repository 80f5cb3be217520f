import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { generateSigner, verifyKeyOf } from '../../wire/index.ts';
import { type TestServices, testServices } from '../platform/testing/services.ts';
import { type Agency, createAgency } from './agency.ts';
import { createHealth } from './health.ts';
import { agencyMigrations } from './migrations.ts';
import { seedCalendar } from './seed.ts';

let services: TestServices;
let agency: Agency;
let tax: Server;
let taxAnswers = false;

beforeAll(async () => {
  tax = createServer((_request, response) => response.writeHead(taxAnswers ? 200 : 503).end('{}'));
  await new Promise<void>((done) => tax.listen(0, '127.0.0.1', done));
  services = await testServices({ folders: agencyMigrations(), region: '420500' });
  await seedCalendar(services);
  agency = await createAgency({
    services,
    databaseUrl: services.database.url,
    signer: generateSigner('agency-1'),
    taxKeys: [verifyKeyOf(generateSigner('tax-1'))],
    send: async () => {
      throw new Error('the tax side is not there');
    },
    publicUrl: 'http://127.0.0.1:8080',
    taxUrl: `http://127.0.0.1:${(tax.address() as AddressInfo).port}`,
    controlToken: 'token-of-the-pair',
    conductorUrl: null,
  });
});
afterAll(async () => {
  await agency?.close();
  tax?.close();
  await services?.close();
});

const health = async () => {
  const answer = await agency.app.inject('/healthz');
  return [answer.statusCode, answer.json()];
};

test('ready only once the tax side has answered; a tax side lost later is told', async () => {
  expect(await health()).toEqual([503, { status: 'starting', missing: ['tax'] }]);
  taxAnswers = true;
  expect(await health()).toEqual([200, { status: 'ok' }]);
  taxAnswers = false;
  expect(await health()).toEqual([200, { status: 'ok', tax: 'down' }]);
});

test('without its database it is not ready, before or after', async () => {
  let there = false;
  const probe = createHealth({
    scheduler: {
      jobs: [{ name: 'expire', title: '', rule: '', slots: () => [], catchUp: 'last', run: async () => ({}) }],
      last: async () => {
        if (!there) throw new Error('connection refused');
        return undefined;
      },
    },
    taxUrl: null,
  });
  expect(await probe()).toEqual({ ready: false, status: 'starting', missing: ['database'] });
  there = true;
  expect(await probe()).toEqual({ ready: true, status: 'ok' });
  there = false;
  expect(await probe()).toEqual({ ready: false, status: 'failing', missing: ['database'] });
});

test('what the pages say about the place comes from its region and its parameters', async () => {
  const answer = await agency.app.inject('/api/site');
  // HB-BILL-04, HB-TRK, 问11, 问28.
  expect(answer.json()).toMatchObject({
    region: { code: '420500', name: '宜昌市', shortName: '宜昌' },
    officeName: '宜昌市社会保险基金征收稽查局',
    billValidWorkdays: 10,
    allocationAt: '02:00',
    taxSync: { minutes: 20, peakMinutes: 30, peakDayFrom: 1, peakDayTo: 10 },
  });
});
