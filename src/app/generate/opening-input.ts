import type { CityEmployer, District } from '../../../city/index.ts';
import type { OpeningInput } from '../../control/index.ts';
import { INSURANCES } from '../../kernel/insurance.ts';
import type { Month } from '../../kernel/month.ts';
import { insurancesOf } from './facts.ts';

/** A district as an opening takes it (src/control/opening.ts), one employer after the other. `paidFrom` is the first month of the history. */
export function openingOf(district: District, paidFrom: Month): OpeningInput {
  return { employers: district.employers.map((employer) => openingOfEmployer(employer, paidFrom)) };
}

function openingOfEmployer(employer: CityEmployer, paidFrom: Month): OpeningInput['employers'][number] {
  const { employerNo, uscc, name, injuryClass, since, bookedThrough, refundAccount } = employer;
  return {
    employerNo,
    uscc,
    name,
    injuryClass,
    enjoysRelief2020: false,
    insurances: INSURANCES.map((insurance) => ({ insurance, from: since, bookedThrough })),
    refundAccount,
    agents: [],
    persons: employer.jobs.map((job) => ({
      personNo: job.person.personNo,
      idNo: job.person.idNo,
      name: job.person.name,
      firstWorkDate: job.person.firstWorkDate,
      entryDate: job.entryDate,
      from: job.from,
      ...(job.to ? { to: job.to, suspendReason: job.reason ?? 'S99' } : {}),
      insurances: [...insurancesOf(job)],
      wageFen: job.wages[0]?.wageFen,
      laterWages: job.wages.slice(1).map(({ from, wageFen }) => ({ from, wageFen })),
      paid: { from: paidFrom, to: bookedThrough },
      ...(job.exempt
        ? {
            exempt: {
              reason: job.exempt.reason,
              from: job.exempt.from,
              ...(job.exempt.to ? { to: job.exempt.to } : {}),
            },
          }
        : {}),
    })),
  };
}
