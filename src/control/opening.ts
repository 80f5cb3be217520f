import type { z } from 'zod';
import { insertPivot, loadFacts, planLines, postAssessment, settleDues, sumPosted } from '../collection/index.ts';
import { enrol, insertEmployerInsurance, listSpansOfPersons, type Span, SUSPEND_REASONS } from '../enrolment/index.ts';
import { DomainError, refuse } from '../kernel/errors.ts';
import { checkIdNumber } from '../kernel/id-number.ts';
import { ulid } from '../kernel/ids.ts';
import { INSURANCE_SHORT_NAMES, type Insurance } from '../kernel/insurance.ts';
import { addMonths, type CivilDate, dateOf, lastDay, type Month, monthRange } from '../kernel/month.ts';
import { checkUscc } from '../kernel/uscc.ts';
import { type Law, nextNumber } from '../parameters/index.ts';
import { audit } from '../platform/audit/index.ts';
import type { Ctx } from '../platform/context.ts';
import { constraintOf, settled } from '../platform/db.ts';
import { createAccount, DEMO_PASSWORD } from '../platform/identity/index.ts';
import type { Mode } from '../platform/services.ts';
import { type Employer, insertExemption, type Person, registerEmployer, registerPersons } from '../registry/index.ts';
import { declareWages } from '../wages/index.ts';
import type { openingSchema } from './contract.ts';
import { insertOpeningPersons } from './store.ts';

export type OpeningInput = z.output<typeof openingSchema>;
type EmployerInput = OpeningInput['employers'][number];
type PersonInput = EmployerInput['persons'][number];
type Booked = { readonly insurance: Insurance; readonly from: Month; readonly bookedThrough: Month };

export type OpeningDeps = {
  readonly mode: Mode;
  /** Tells the tax side (employer.sync); given by the composition root. */
  readonly syncEmployer?: (
    ctx: Ctx,
    employer: Employer & { readonly insurances: readonly { readonly insurance: Insurance; readonly from: Month }[] },
  ) => Promise<void>;
};

export type OpenedEmployer = { readonly employerNo: string; readonly name: string; readonly persons: number };

/**
 * 期初建账: employers with their insurances and pivots, people with spans, wages, exemptions and paid months, accounts. Paid months become
 * lines of kind OPENING by the rules of those months, settled as OPENING: the same lines the months would have left behind.
 * @throws DomainError OPN-001…005 naming employer and person; POL-001 for a month whose rules are not known.
 */
export async function openBooks(ctx: Ctx, law: Law, input: OpeningInput, deps: OpeningDeps): Promise<OpenedEmployer[]> {
  const opened: OpenedEmployer[] = [];
  for (const employer of input.employers) opened.push(await openEmployer(ctx, law, employer, deps));
  return opened;
}

async function openEmployer(ctx: Ctx, law: Law, input: EmployerInput, deps: OpeningDeps): Promise<OpenedEmployer> {
  const uscc = checkUscc(input.uscc);
  if (!uscc.ok) return wrong('OPN-001', `${input.name} 的统一社会信用代码不对`, uscc.reason);
  const booked = bookedOf(input);
  const earliest = booked.map((one) => one.from).reduce((a, b) => (a < b ? a : b));
  const employer = await registerEmployer(ctx, {
    employerNo: input.employerNo,
    uscc: uscc.uscc,
    name: input.name,
    injuryClass: input.injuryClass,
    enjoysRelief2020: input.enjoysRelief2020,
    from: earliest,
    refundAccount: input.refundAccount,
  });
  const { employerNo } = employer;
  const caseNo = await nextOpeningNo(ctx);
  for (const { insurance, from, bookedThrough } of booked) {
    await insertEmployerInsurance(ctx.tx, ctx.region, employerNo, insurance, from, ctx.now);
    await insertPivot(ctx.tx, ctx.region, employerNo, { insurance, bookedThrough });
  }
  if (input.persons.length > 0) await openPersons(ctx, law, employerNo, caseNo, input.persons, booked);
  await openAccounts(ctx, employerNo, input, deps.mode);
  await deps.syncEmployer?.(ctx, { ...employer, insurances: booked });
  await audit(ctx, {
    action: 'ops.opening',
    object: `case:${caseNo}`,
    detail: { employerNo, name: employer.name, persons: input.persons.length },
  });
  return { employerNo, name: employer.name, persons: input.persons.length };
}

/** Without a bookedThrough: the last paid month of anybody, else the month before the insurance began. */
function bookedOf(input: EmployerInput): Booked[] {
  if (input.insurances.length === 0) return wrong('OPN-002', `${input.name} 没有险种`, '至少要有一个险种。');
  return input.insurances.map(({ insurance, from, bookedThrough }) => {
    const paid = input.persons
      .filter((person) => (person.insurances ?? [insurance]).includes(insurance))
      .flatMap((person) => person.paid?.to ?? [])
      .sort()
      .at(-1);
    const before = addMonths(from as Month, -1);
    const known = (bookedThrough ?? (paid && paid > before ? paid : before)) as Month;
    if (paid && paid > known) {
      wrong(
        'OPN-003',
        `${input.name} 的实缴月份晚于做账期号`,
        `${INSURANCE_SHORT_NAMES[insurance]} 做账到 ${known}，实缴到 ${paid}。`,
      );
    }
    return { insurance, from: from as Month, bookedThrough: known };
  });
}

/** A number of its own kind: an opening is no case of an employer's clerk and is not undone. */
async function nextOpeningNo(ctx: Ctx): Promise<string> {
  const day = dateOf(ctx.now).replaceAll('-', '');
  const sequence = await nextNumber(ctx.tx, ctx.region, `openingNo/${day}`);
  return `QC${ctx.region}${day}${String(sequence).padStart(6, '0')}`;
}

async function openPersons(
  ctx: Ctx,
  law: Law,
  employerNo: string,
  caseNo: string,
  inputs: readonly PersonInput[],
  booked: readonly Booked[],
): Promise<void> {
  const identities = inputs.map((input) => ({ input, person: identityOf(input) }));
  for (const [, same] of Map.groupBy(identities, ({ person }) => person.idNo)) {
    const again = same[1]?.input.name;
    if (again) wrong('OPN-004', `${again} 在名单里出现了两次`, '同一个证件号码只能有一行。');
  }
  const registered = await registerPersons(
    ctx,
    identities.map(({ input, person }) => ({ ...person, personNo: input.personNo })),
  );
  const people = identities.map(({ input, person }) => {
    const known = registered.get(person.idNo);
    if (!known) throw new Error('person was not registered');
    const spans = spansOf(ctx, employerNo, known.personNo, caseNo, input, booked);
    if (spans.length === 0) wrong('OPN-002', `${input.name} 没有可参保的险种`, '请核对险种和参保起始月。');
    checkLater(input);
    return { input, personNo: known.personNo, spans };
  });
  await checkOverlaps(ctx, people);
  await write(ctx, () =>
    enrol(
      ctx,
      people.flatMap((one) => one.spans),
    ),
  );
  await declareWages(
    ctx,
    employerNo,
    caseNo,
    people.flatMap(({ personNo, spans, input }) => [
      { personNo, from: spans.map((span) => span.from).reduce((a, b) => (a < b ? a : b)), ...wageOf(input) },
      ...(input.laterWages ?? []).map(({ from, wageFen }) => ({
        personNo,
        from: from as Month,
        basis: 'DECLARED' as const,
        wageFen,
      })),
    ]),
  );
  for (const { input, personNo } of people) {
    if (!input.exempt) continue;
    const { reason, from, to } = input.exempt;
    const exemption = { personNo, reason, from: from as Month, to: (to ?? null) as Month | null };
    await insertExemption(ctx.tx, ctx.region, exemption, ctx.now);
  }
  await insertOpeningPersons(
    ctx.tx,
    ctx.region,
    employerNo,
    people.map((one) => one.personNo),
    caseNo,
    ctx.now,
  );
  await openPaidMonths(ctx, law, employerNo, caseNo, people);
}

async function openPaidMonths(
  ctx: Ctx,
  law: Law,
  employerNo: string,
  caseNo: string,
  people: readonly { readonly input: PersonInput; readonly personNo: string; readonly spans: readonly Span[] }[],
): Promise<void> {
  const cells = people.flatMap(({ input, personNo, spans }) =>
    spans.flatMap(({ insurance, from, to }) => {
      if (!input.paid) return [];
      const first = input.paid.from > from ? (input.paid.from as Month) : from;
      const last = to && to < input.paid.to ? to : (input.paid.to as Month);
      return monthRange(first, last).map((month) => ({ personNo, insurance, month, kind: 'OPENING' as const }));
    }),
  );
  if (cells.length === 0) return;
  const personNos = people.map((one) => one.personNo);
  const facts = await loadFacts(ctx.tx, ctx.region, employerNo, personNos);
  const months = [...new Set(cells.map((cell) => cell.month))];
  const posted = await sumPosted(ctx.tx, ctx.region, employerNo, months, personNos);
  const lines = planLines(law, ctx.region, facts, posted, cells);
  const dues = await postAssessment(ctx, law, employerNo, { act: 'OPENING', caseNo }, lines);
  const dueIds = dues.map((due) => due.dueId);
  await settleDues(ctx.tx, ctx.region, dueIds, 'OPENING', caseNo, ctx.now);
}

function identityOf(input: PersonInput): Omit<Person, 'personNo'> {
  const identity = checkIdNumber(input.idNo);
  if (!identity.ok) return wrong('OPN-001', `${input.name} 的证件号码不对`, identity.reason);
  return {
    idType: '01',
    idNo: identity.idNo,
    name: input.name,
    sex: identity.sex,
    birthDate: identity.birthDate,
    firstWorkDate: (input.firstWorkDate ?? input.entryDate ?? null) as CivilDate | null,
    mobile: null,
  };
}

function spansOf(
  ctx: Ctx,
  employerNo: string,
  personNo: string,
  caseNo: string,
  input: PersonInput,
  booked: readonly Booked[],
): Span[] {
  const to = (input.to ?? null) as Month | null;
  return booked
    .filter(({ insurance }) => (input.insurances ?? [insurance]).includes(insurance))
    .map(
      ({ insurance, from }): Span => ({
        spanId: ulid(),
        employerNo,
        personNo,
        insurance,
        from: input.from > from ? (input.from as Month) : from,
        to,
        entryDate: (input.entryDate ?? null) as CivilDate | null,
        suspendDate: to ? lastDay(to) : null,
        suspendReason: to ? (input.suspendReason ?? 'S99') : null,
        caseNo,
        recordedAt: ctx.now,
      }),
    )
    .filter((span) => to === null || span.from <= to);
}

/** Codes and months that no form checks here. */
function checkLater({ name, from, suspendReason, laterWages = [] }: PersonInput): void {
  if (suspendReason !== undefined && !Object.hasOwn(SUSPEND_REASONS, suspendReason)) {
    wrong('OPN-002', `${name} 的停保原因不对`, `没有停保原因“${suspendReason}”。`);
  }
  if (laterWages.some((wage) => wage.from <= from)) {
    wrong('OPN-002', `${name} 改报工资的月份不对`, '改报要晚于参保起始月。');
  }
}

function wageOf(input: PersonInput): { readonly basis: 'APPROVED' | 'DECLARED'; readonly wageFen: number } {
  if (input.baseFen !== undefined) return { basis: 'APPROVED', wageFen: input.baseFen };
  if (input.wageFen !== undefined) return { basis: 'DECLARED', wageFen: input.wageFen };
  return wrong('OPN-002', `${input.name} 没有基数也没有工资`, '每个人要有核定基数或申报工资。');
}

const PASSWORD_MIN = 8;

async function openAccounts(ctx: Ctx, employerNo: string, input: EmployerInput, mode: Mode): Promise<void> {
  const create = async (kind: 'LEGAL' | 'AGENT', account: AccountInput) => {
    checkPassword(input.name, account, mode);
    const demo = mode !== 'production' && account.password === DEMO_PASSWORD;
    await createAccount(ctx.tx, { ...account, region: ctx.region, employerNo, kind, demo });
  };
  if (input.legal) await create('LEGAL', input.legal);
  for (const { mobile, ...agent } of input.agents) {
    await create('AGENT', { ...agent, ...(mobile === undefined ? {} : { mobile }) });
  }
}

type AccountInput = Pick<Parameters<typeof createAccount>[1], 'login' | 'password' | 'name' | 'idNo' | 'mobile'>;

/** Says whose password it is, never the password. */
function checkPassword(employerName: string, { name, password }: AccountInput, mode: Mode): void {
  const printed = mode === 'production' && password === DEMO_PASSWORD;
  if (!printed && [...password].length >= PASSWORD_MIN) return;
  refuse({
    code: 'OPN-005',
    message: `${employerName} ${name}的密码不能用`,
    why: printed ? '这是公开的演示密码，谁都知道。' : `密码至少 ${PASSWORD_MIN} 个字。`,
    next: '请换一个密码后重新载入。',
  });
}

/** Two spans of one person that cannot both be: the same months of pension or unemployment, or of one insurance at one employer. */
const collide = (a: Span, b: Span): boolean =>
  a.personNo === b.personNo &&
  a.insurance === b.insurance &&
  (a.insurance !== 'injury' || a.employerNo === b.employerNo) &&
  (b.to === null || a.from <= b.to) &&
  (a.to === null || b.from <= a.to);

/** Names person, insurance and the other employer; what comes in at the same moment meets the constraint. */
async function checkOverlaps(
  ctx: Ctx,
  people: readonly { readonly input: PersonInput; readonly personNo: string; readonly spans: readonly Span[] }[],
): Promise<void> {
  const standing = await listSpansOfPersons(
    ctx.tx,
    ctx.region,
    people.map((one) => one.personNo),
  );
  const held = Map.groupBy(standing, (span) => span.personNo);
  for (const { input, personNo, spans } of people) {
    const known = held.get(personNo) ?? [];
    for (const span of spans) {
      const other = known.find((one) => collide(one, span));
      if (other)
        refuse({
          code: 'OPN-004',
          message: `${input.name} 的期初参保时间有重叠`,
          why: whoHolds(other),
          next: '请核对各单位的参保起止月。',
        });
    }
  }
}

const whoHolds = ({ insurance, employerNo, from, to }: Span): string =>
  `${INSURANCE_SHORT_NAMES[insurance]} ${from} 至 ${to ?? '今'} 已在单位 ${employerNo} 参保。`;

/** The database's own constraint, in the words of the rule it stands for. */
async function write(ctx: Ctx, work: () => Promise<void>): Promise<void> {
  try {
    await work();
    await settled(ctx.tx);
  } catch (error) {
    if (['enrolment_one_holder', 'enrolment_once_per_employer'].includes(constraintOf(error) ?? '')) {
      throw new DomainError({
        code: 'OPN-004',
        message: '期初参保时间有重叠',
        why: '同一个人同一月的养老、失业只能有一个单位。',
        next: '请核对各单位的参保起止月。',
      });
    }
    throw error;
  }
}

function wrong(code: string, message: string, why: string): never {
  return refuse({ code, message, why, next: '请改正期初数据后重新载入。' });
}
