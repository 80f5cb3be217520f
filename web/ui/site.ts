import { useQuery } from '@tanstack/react-query';
import { siteEndpoint } from '../../src/control/contract.ts';
import { call } from './call.ts';

/** Where this program stands: region, office, times. It does not change while a page is open. */
export function useSite() {
  return useQuery({ queryKey: ['site'], queryFn: () => call(siteEndpoint), staleTime: Number.POSITIVE_INFINITY });
}

/** `单位网厅 · 宜昌`; the name alone until the region is known. */
export function usePlace(name: string): string {
  const site = useSite().data;
  return site ? `${name} · ${site.region.shortName}` : name;
}
