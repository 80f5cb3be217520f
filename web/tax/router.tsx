import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { parseSearch, stringifySearch } from '../ui/address.ts';
import { FindPage } from './FindPage.tsx';
import { NotFoundPage } from './NotFoundPage.tsx';
import { TaxFrame } from './TaxFrame.tsx';
import { TaxLogin } from './TaxLogin.tsx';

const text = (raw: Record<string, unknown>): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(raw).map(([key, value]) => [key, value === undefined ? undefined : String(value)]));

const root = createRootRoute({ component: TaxFrame, validateSearch: text });
const find = createRoute({ getParentRoute: () => root, path: '/', component: FindPage });
const login = createRoute({ getParentRoute: () => root, path: '/login', component: TaxLogin });

function page<M extends Record<string, unknown>>(path: string, load: () => Promise<M>, name: keyof M & string) {
  return createRoute({
    getParentRoute: () => root,
    path,
    component: lazyRouteComponent(load as () => Promise<Record<string, never>>, name),
  });
}

const pages = [
  page('/bills/$billNo', () => import('./PayPage.tsx'), 'PayPage'),
  page('/records', () => import('./RecordsPage.tsx'), 'RecordsPage'),
  page('/voucher/$receiptNo', () => import('./VoucherPage.tsx'), 'VoucherPage'),
  page('/clerk', () => import('./ClerkPage.tsx'), 'ClerkPage'),
  page('/clerk/bills/$billNo', () => import('./ClerkBillPage.tsx'), 'ClerkBillPage'),
  page('/clerk/receipts', () => import('./ClerkReceiptsPage.tsx'), 'ClerkReceiptsPage'),
  page('/clerk/faults', () => import('./FaultsPage.tsx'), 'FaultsPage'),
];

export const router = createRouter({
  routeTree: root.addChildren([find, login, ...pages]),
  parseSearch,
  stringifySearch,
  defaultNotFoundComponent: NotFoundPage,
});
