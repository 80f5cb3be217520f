import type { z } from 'zod';
import { loadLaw } from '../parameters/index.ts';
import type { Services } from '../platform/services.ts';
import {
  findRegion,
  findValue,
  lookupNumber,
  lookupText,
  officeOf,
  officeWords,
  type PolicyKey,
} from '../rules/index.ts';
import type { siteEndpoint } from './contract.ts';

type Site = z.input<(typeof siteEndpoint)['response']>;

/** What the pages say about the place: names from the region's data, times from its parameters. @throws DomainError POL-001 */
export async function buildSite({ db, region, clock }: Pick<Services, 'db' | 'region' | 'clock'>): Promise<Site> {
  const { book } = await loadLaw(db);
  const today = clock.today();
  const number = (key: PolicyKey) => lookupNumber(book, region, key, today);
  const name = findRegion(region)?.name ?? region;
  const office = officeOf(region);
  const workdays = findValue(book, region, 'bill.validWorkdays', today)?.value;
  return {
    region: { code: region, name, shortName: name.replace(/[市省]$/, '') },
    officeName: office.officeName,
    verificationPlatform: office.verificationPlatform,
    billValidWorkdays: typeof workdays === 'number' ? workdays : null,
    allocationAt: lookupText(book, region, 'allocation.at', today),
    words: { ...officeWords(book, region, today) },
    taxSync: {
      minutes: number('tax.syncMinutes'),
      peakMinutes: number('tax.peakWaitMinutes'),
      peakDayFrom: number('tax.peakDayFrom'),
      peakDayTo: number('tax.peakDayTo'),
    },
  };
}
