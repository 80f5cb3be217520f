/**
 * 月度规则: the law in force for (region, month), compiled once into flat integers with a content hash that every assessment stores.
 * A value that no source gives is a hole (MISSING); it fails only when it is needed, naming what is missing.
 */

import { DomainError } from '../kernel/errors.ts';
import { INSURANCES, type Insurance } from '../kernel/insurance.ts';
import type { Month } from '../kernel/month.ts';
import { findValue, missingValue, type PolicyBook, type PolicyValue } from './book.ts';
import { sha256Hex } from './hash.ts';
import { INJURY_CLASSES, injuryClassKey, type PolicyKey, rateKey } from './policy-keys.ts';

export const MISSING = -1;

export type InsuranceTable = {
  /** ppm; unused for injury, whose rate depends on the class. */
  readonly employerPpm: number;
  readonly personPpm: number;
  /** Limits of the base in fen: kept per insurance, for they may differ (HB-RATE-05: never a percentage of the standard). */
  readonly lowerFen: number;
  readonly upperFen: number;
};

export type MonthRules = {
  readonly region: string;
  readonly month: Month;
  readonly roundToFen: number;
  readonly tables: Readonly<Record<Insurance, InsuranceTable>>;
  /** Index 1…8: class rate × stage factor, ppm (HB-RATE-03, HB-RATE-04). */
  readonly injuryPpm: readonly number[];
  /** What is left of the employer part for those who enjoy a relief, ppm; 1 000 000 when none is in force (HB-RED-01). */
  readonly reliefPpm: number;
  readonly hash: string;
  readonly sources: Readonly<Partial<Record<PolicyKey, PolicyValue>>>;
  /** Some value is a 测试参数. */
  readonly overlaid: boolean;
};

const FULL_PPM = 1_000_000;
const compiled = new WeakMap<PolicyBook, Map<string, MonthRules>>();

export function compileRules(book: PolicyBook, region: string, month: Month): MonthRules {
  let cache = compiled.get(book);
  if (!cache) {
    cache = new Map();
    compiled.set(book, cache);
  }
  const id = `${region} ${month}`;
  let rules = cache.get(id);
  if (!rules) {
    rules = compile(book, region, month);
    cache.set(id, rules);
  }
  return rules;
}

function compile(book: PolicyBook, region: string, month: Month): MonthRules {
  const sources: Partial<Record<PolicyKey, PolicyValue>> = {};
  const take = (key: PolicyKey): number => {
    const found = findValue(book, region, key, month);
    if (!found) return MISSING;
    if (typeof found.value !== 'number' || found.value < 0) {
      throw new DomainError({ code: 'POL-003', message: `政策参数须为非负整数：${found.name}` });
    }
    sources[key] = found;
    return found.value;
  };
  const limit = (bound: 'lower' | 'upper', insurance: Insurance): number => {
    const own = take(`base.${bound}.${insurance}`);
    return own === MISSING ? take(`base.${bound}`) : own;
  };
  const table = (insurance: Insurance): InsuranceTable => ({
    employerPpm: insurance === 'injury' ? MISSING : take(rateKey(insurance, 'employer')),
    personPpm: insurance === 'injury' ? take('rate.injury.person') : take(rateKey(insurance, 'person')),
    lowerFen: limit('lower', insurance),
    upperFen: limit('upper', insurance),
  });
  const tables = { pension: table('pension'), unemployment: table('unemployment'), injury: table('injury') };
  const stageFactor = take('rate.injury.stageFactor');
  const injuryPpm: number[] = [MISSING];
  for (const injuryClass of INJURY_CLASSES) {
    injuryPpm.push(injuryRate(take(injuryClassKey(injuryClass)), stageFactor));
  }
  const roundToFen = take('wage.roundTo');
  const relief = take('relief.employerFactor');
  const reliefPpm = relief === MISSING ? FULL_PPM : relief;
  const content = [
    'tongzheng month rules 1',
    `${region} ${month} ${roundToFen} ${reliefPpm}`,
    ...INSURANCES.map((insurance) => `${insurance} ${Object.values(tables[insurance]).join(' ')}`),
    `injury ${injuryPpm.join(' ')}`,
    ...Object.values(sources).map((value) => `${value.key} ${value.region} ${value.value} ${citation(value)}`),
  ];
  const overlaid = Object.values(sources).some((value) => value.source.overlay === true);
  const hash = sha256Hex(content.join('\n'));
  return { region, month, roundToFen, tables, injuryPpm, reliefPpm, hash, sources, overlaid };
}

function citation({ source }: PolicyValue): string {
  return `${source.from}/${source.to ?? ''} ${source.overlay ? 'overlay' : (source.docNo ?? source.title)}`;
}

/** Rates are whole ppm: 0.2 % × 0.5 is exact; a product that is not is refused rather than rounded. */
function injuryRate(classPpm: number, stageFactor: number): number {
  if (classPpm === MISSING || stageFactor === MISSING) return MISSING;
  const product = classPpm * stageFactor;
  if (product % FULL_PPM !== 0) {
    throw new DomainError({
      code: 'POL-003',
      message: '工伤费率与阶段性系数之积超出百万分之一精度',
      next: '请核对工伤费率和系数。',
    });
  }
  return product / FULL_PPM;
}

/** The error for a hole in the rules. */
export function missingRule(rules: MonthRules, key: PolicyKey): DomainError {
  return new DomainError(missingValue(rules.region, key, rules.month));
}

/** The source of a value that the rules used. @throws DomainError POL-001 */
export function ruleSource(rules: MonthRules, key: PolicyKey): PolicyValue {
  const source = rules.sources[key];
  if (!source) throw missingRule(rules, key);
  return source;
}
