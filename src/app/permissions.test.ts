import { afterAll, beforeAll, expect, test } from 'vitest';
import { generateSigner, verifyKeyOf } from '../../wire/index.ts';
import { portalOf, registeredRoutes } from '../platform/http/index.ts';
import { confirmByPhone, createAccount, login, openScanSession } from '../platform/identity/index.ts';
import { walkPermissions } from '../platform/testing/permissions.ts';
import { type TestServices, testServices } from '../platform/testing/services.ts';
import { type Agency, createAgency } from './agency.ts';
import { agencyMigrations } from './migrations.ts';
import { seedCalendar } from './seed.ts';

const PASSWORD = '样例-口令-1';
let services: TestServices;
let agency: Agency;

beforeAll(async () => {
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
    taxUrl: null,
    controlToken: 'token-of-the-pair',
    conductorUrl: null,
  });
});
afterAll(async () => {
  await agency?.close();
  await services?.close();
});

async function cookieOf(name: string): Promise<string> {
  const result = await login(services.db, name, PASSWORD);
  if (result.kind === 'session') return `${portalOf(result.principal.kind).cookie}=${result.token}`;
  await confirmByPhone(services.db, result.code, name);
  const status = await openScanSession(services.db, result.code);
  if (status.state !== 'CONFIRMED') throw new Error('the scan did not open a session');
  return `${portalOf(status.principal.kind).cookie}=${status.token}`;
}

test('every route of the agency answers every kind of caller as its access rule says', async () => {
  const account = { password: PASSWORD, region: '420500', name: '样某' };
  await createAccount(services.db, { ...account, login: 'legal', kind: 'LEGAL', employerNo: '990000101' });
  await createAccount(services.db, { ...account, login: 'agent', kind: 'AGENT', employerNo: '990000101' });
  await createAccount(services.db, { ...account, login: 'staff', kind: 'STAFF' });
  const cookies = { legal: await cookieOf('legal'), agent: await cookieOf('agent'), staff: await cookieOf('staff') };
  const { walked, wrong } = await walkPermissions(agency.app, cookies, { skip: ['/api/logout'] });
  expect(wrong).toEqual([]);
  expect(walked).toBe((registeredRoutes(agency.app).length - 1) * 4);
});

test('what is open to everybody is on this list, and nothing else', () => {
  const open = registeredRoutes(agency.app)
    .filter((endpoint) => endpoint.access === 'public')
    .map((endpoint) => `${endpoint.method} ${endpoint.path}`);
  expect(open.sort()).toEqual([
    'GET /api/demo/accounts',
    'GET /api/scan/:code',
    'GET /api/session',
    'GET /api/site',
    'POST /api/login',
    'POST /api/logout',
    'POST /api/scan/:code/confirm',
    'POST /api/scan/:code/session',
    'POST /api/verify',
    'POST /api/verify/file',
  ]);
});
