/** Rows of registry, enrolment and wages of one employer: the same that `openBooks` writes (src/control/opening.ts). */
import type { CityEmployer, District, Job } from '../../../city/index.ts';
import { INSURANCES, type Insurance } from '../../kernel/insurance.ts';
import { lastDay, type Moment } from '../../kernel/month.ts';
import type { Writers } from './tables.ts';

export type Loading = {
  readonly region: string;
  readonly now: Moment;
  readonly nextId: () => string;
};

const INJURY_ONLY: readonly Insurance[] = ['injury'];

export const insurancesOf = (job: Pick<Job, 'injuryOnly'>): readonly Insurance[] =>
  job.injuryOnly ? INJURY_ONLY : INSURANCES;

export function writePersons(to: Writers, { region, now }: Loading, persons: District['persons']): void {
  const { registry_person_directory: directory, registry_person: register } = to;
  for (const person of persons) {
    directory.row(3);
    directory.ascii(person.idNo);
    directory.ascii(person.personNo);
    directory.ascii(region);
    register.row(9);
    register.ascii(region);
    register.ascii(person.personNo);
    register.ascii('01');
    register.ascii(person.idNo);
    register.text(person.name);
    register.ascii(person.sex);
    register.date(person.birthDate);
    register.date(person.firstWorkDate);
    register.timestamptz(now);
  }
}

export function writeEmployer(to: Writers, { region, now, nextId }: Loading, employer: CityEmployer): void {
  const { employerNo, since, refundAccount } = employer;
  const register = to.registry_employer;
  register.row(6);
  register.ascii(region);
  register.ascii(employerNo);
  register.ascii(employer.uscc);
  register.text(employer.name);
  register.bool(false);
  register.timestamptz(now);
  const classes = to.registry_injury_class;
  classes.row(6);
  classes.ascii(region);
  classes.ascii(nextId());
  classes.ascii(employerNo);
  classes.ascii(since);
  classes.int4(employer.injuryClass);
  classes.timestamptz(now);
  const accounts = to.registry_refund_account;
  accounts.row(6);
  accounts.ascii(region);
  accounts.ascii(employerNo);
  accounts.text(refundAccount.bankName);
  accounts.ascii(refundAccount.account);
  accounts.text(refundAccount.holder);
  accounts.timestamptz(now);
  for (const insurance of INSURANCES) {
    const insured = to.enrolment_employer_insurance;
    insured.row(5);
    insured.ascii(region);
    insured.ascii(employerNo);
    insured.ascii(insurance);
    insured.ascii(since);
    insured.timestamptz(now);
  }
  const booked = to.collection_booked;
  booked.row(2 + INSURANCES.length);
  booked.ascii(region);
  booked.ascii(employerNo);
  for (const _ of INSURANCES) booked.ascii(employer.bookedThrough);
}

export function writeJob(to: Writers, { region, now, nextId }: Loading, employerNo: string, job: Job, caseNo: string) {
  const { personNo } = job.person;
  const spans = to.enrolment_span;
  for (const insurance of insurancesOf(job)) {
    spans.row(12);
    spans.ascii(region);
    spans.ascii(nextId());
    spans.ascii(employerNo);
    spans.ascii(personNo);
    spans.ascii(insurance);
    spans.ascii(job.from);
    if (job.to) spans.ascii(job.to);
    else spans.null();
    spans.date(job.entryDate);
    if (job.to) spans.date(lastDay(job.to));
    else spans.null();
    if (job.reason) spans.ascii(job.reason);
    else spans.null();
    spans.ascii(caseNo);
    spans.timestamptz(now);
  }
  const wages = to.wages_declaration;
  for (const { from, wageFen } of job.wages) {
    wages.row(9);
    wages.ascii(region);
    wages.ascii(nextId());
    wages.ascii(employerNo);
    wages.ascii(personNo);
    wages.ascii(from);
    wages.ascii('DECLARED');
    wages.int8(wageFen);
    wages.ascii(caseNo);
    wages.timestamptz(now);
  }
  if (job.exempt) {
    const exemptions = to.registry_exemption;
    exemptions.row(7);
    exemptions.ascii(region);
    exemptions.ascii(nextId());
    exemptions.ascii(personNo);
    exemptions.ascii(job.exempt.reason);
    exemptions.ascii(job.exempt.from);
    if (job.exempt.to) exemptions.ascii(job.exempt.to);
    else exemptions.null();
    exemptions.timestamptz(now);
  }
  const opened = to.control_opening_person;
  opened.row(5);
  opened.ascii(region);
  opened.ascii(employerNo);
  opened.ascii(personNo);
  opened.ascii(caseNo);
  opened.timestamptz(now);
}
