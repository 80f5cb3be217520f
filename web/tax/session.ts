import { useQuery } from '@tanstack/react-query';
import { taxSessionEndpoint } from '../../tax/contract.ts';
import { call } from '../ui/call.ts';

/** Who sits at the tax side's screen, and its business time. */
export function useTaxSession() {
  return useQuery({ queryKey: ['tax-session'], queryFn: () => call(taxSessionEndpoint), refetchInterval: 30_000 });
}
