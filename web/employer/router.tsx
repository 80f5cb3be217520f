import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet } from '@tanstack/react-router';
import { parseSearch, stringifySearch } from '../ui/address.ts';
import { Layout } from './Layout.tsx';
import { LoginPage } from './LoginPage.tsx';
import { NotFound } from './NotFound.tsx';

type Search = Record<string, string | undefined>;

/** Filters live in the address as plain text; each page reads the ones it knows. */
const search = (raw: Record<string, unknown>): Search =>
  Object.fromEntries(Object.entries(raw).map(([key, value]) => [key, value === undefined ? undefined : String(value)]));

const root = createRootRoute({ component: Outlet, validateSearch: search });

const login = createRoute({ getParentRoute: () => root, path: '/login', component: LoginPage });
const phone = page('/phone', () => import('../public/PhonePage.tsx'), 'PhonePage');
const verify = page('/verify', () => import('../public/VerifyPage.tsx'), 'VerifyPage');
const help = page('/help', () => import('../public/HelpPage.tsx'), 'HelpPage');
const helpCode = page('/help/$code', () => import('../public/HelpPage.tsx'), 'HelpPage');
const calc = page('/calc', () => import('../public/calculators/CalcPage.tsx'), 'CalcPage');
const calcName = page('/calc/$name', () => import('../public/calculators/CalcPage.tsx'), 'CalcPage');
const policy = page('/policy', () => import('../public/policy/PolicyPage.tsx'), 'PolicyPage');
const officeLogin = page('/office/login', () => import('../office/OfficeLogin.tsx'), 'OfficeLogin');
const office = page('/office', () => import('../office/OperationsPage.tsx'), 'OperationsPage');

const shell = createRoute({ getParentRoute: () => root, id: 'shell', component: Layout });
const inside = [
  within('/', () => import('./HomePage.tsx'), 'HomePage'),
  within('/menu', () => import('./MenuPage.tsx'), 'MenuPage'),
  within('/items/$code', () => import('./WizardPage.tsx'), 'WizardPage'),
  within('/bills', () => import('./BillsPage.tsx'), 'BillsPage'),
  within('/bills/$billNo', () => import('./BillPage.tsx'), 'BillPage'),
  within('/people', () => import('./PeoplePage.tsx'), 'PeoplePage'),
  within('/cases', () => import('./CasesPage.tsx'), 'CasesPage'),
  within('/certificates', () => import('./CertificatePage.tsx'), 'CertificatePage'),
];

function page<M extends Record<string, unknown>>(path: string, load: () => Promise<M>, name: keyof M & string) {
  return createRoute({
    getParentRoute: () => root,
    path,
    component: lazyRouteComponent(load as () => Promise<Record<string, never>>, name),
  });
}

function within<M extends Record<string, unknown>>(path: string, load: () => Promise<M>, name: keyof M & string) {
  return createRoute({
    getParentRoute: () => shell,
    path,
    component: lazyRouteComponent(load as () => Promise<Record<string, never>>, name),
  });
}

export const router = createRouter({
  routeTree: root.addChildren([
    ...[login, phone, verify, help, helpCode, calc, calcName, policy, officeLogin, office],
    shell.addChildren(inside),
  ]),
  defaultNotFoundComponent: NotFound,
  parseSearch,
  stringifySearch,
});
