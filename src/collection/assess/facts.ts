import { covers, listSpans, type Span } from '../../enrolment/index.ts';
import type { Insurance } from '../../kernel/insurance.ts';
import type { Month } from '../../kernel/month.ts';
import type { Executor } from '../../platform/db.ts';
import {
  type Exemption,
  findEmployer,
  type InjuryClassFact,
  listExemptions,
  listInjuryClasses,
} from '../../registry/index.ts';
import { listWages, type WageDeclaration, wageInForce } from '../../wages/index.ts';

/** Everything the obligation of an employer's people depends on (design §2: facts). */
export type EmployerFacts = {
  readonly employerNo: string;
  readonly injuryClasses: readonly InjuryClassFact[];
  readonly enjoysRelief2020: boolean;
  readonly persons: ReadonlyMap<string, PersonFacts>;
};

export type PersonFacts = {
  readonly spans: readonly Span[];
  /** In order of month. */
  readonly wages: readonly WageDeclaration[];
  readonly exemptions: readonly Exemption[];
};

export async function loadFacts(
  on: Executor,
  region: string,
  employerNo: string,
  personNos?: readonly string[],
): Promise<EmployerFacts> {
  const nobody = personNos?.length === 0;
  const [employer, injuryClasses, spans, wages, exemptionsOfNamed] = await Promise.all([
    findEmployer(on, region, employerNo),
    listInjuryClasses(on, region, employerNo),
    nobody ? [] : listSpans(on, region, employerNo, personNos),
    nobody ? [] : listWages(on, region, employerNo, personNos),
    nobody ? [] : personNos && listExemptions(on, region, personNos),
  ]);
  const everybody = [...new Set(spans.map((span) => span.personNo))];
  const exemptions = exemptionsOfNamed ?? (everybody.length === 0 ? [] : await listExemptions(on, region, everybody));
  const persons = new Map<string, { spans: Span[]; wages: WageDeclaration[]; exemptions: Exemption[] }>();
  const of = (personNo: string) => {
    const found = persons.get(personNo) ?? { spans: [], wages: [], exemptions: [] };
    persons.set(personNo, found);
    return found;
  };
  for (const span of spans) of(span.personNo).spans.push(span);
  for (const wage of wages) if (persons.has(wage.personNo)) of(wage.personNo).wages.push(wage);
  for (const exemption of exemptions)
    if (persons.has(exemption.personNo)) of(exemption.personNo).exemptions.push(exemption);
  return {
    employerNo,
    injuryClasses,
    enjoysRelief2020: employer?.enjoysRelief2020 ?? false,
    persons,
  };
}

/** The facts as they would be with further spans and wages: what a preview computes on. */
export function withPlanned(
  facts: EmployerFacts,
  planned: readonly {
    readonly personNo: string;
    readonly spans: readonly Span[];
    readonly wages: readonly WageDeclaration[];
  }[],
): EmployerFacts {
  const persons = new Map(facts.persons);
  for (const { personNo, spans, wages } of planned) {
    const known = persons.get(personNo) ?? { spans: [], wages: [], exemptions: [] };
    persons.set(personNo, {
      spans: [...known.spans, ...spans],
      wages: [...known.wages, ...wages].sort((a, b) => (a.from < b.from ? -1 : 1)),
      exemptions: known.exemptions,
    });
  }
  return { ...facts, persons };
}

export function injuryClassIn(facts: EmployerFacts, month: Month): number | undefined {
  return facts.injuryClasses.findLast((fact) => fact.from <= month)?.injuryClass;
}

export function isInsured(person: PersonFacts, insurance: Insurance, month: Month): boolean {
  return person.spans.some((span) => span.insurance === insurance && covers(span, month));
}

export function exemptionIn(person: PersonFacts, month: Month): Exemption | undefined {
  return person.exemptions.find(
    (exemption) => exemption.from <= month && (exemption.to === null || month <= exemption.to),
  );
}

export { wageInForce };
