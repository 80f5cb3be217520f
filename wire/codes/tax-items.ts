import { DomainError } from '../../src/kernel/errors.ts';
import type { CivilDate } from '../../src/kernel/month.ts';
import { wireProblem } from '../errors.ts';

/** Where a code was seen. What nobody has shown us is `unverified` and must not be relied on towards a real bureau. */
export type CodeSource = { readonly title: string; readonly status: 'seen' | 'unverified' };

export type TaxPart = 'EMPLOYER' | 'PERSON' | 'LATE' | 'INTEREST';

/** 征收项目、征收品目 of one part of one insurance; a code that no source gives is null, never guessed. */
export type TaxItem = {
  readonly ins: string;
  readonly part: TaxPart;
  readonly projectCode: string;
  readonly projectName: string;
  readonly projectSource: CodeSource;
  readonly itemCode: string | null;
  readonly itemName: string;
  readonly itemSource: CodeSource;
  /** Null: open on that side. */
  readonly validFrom: CivilDate | null;
  readonly validTo: CivilDate | null;
};

const PORTAL: CodeSource = { title: '税务门户征收项目列表（10201、10202）', status: 'seen' };
const BUDGET: CodeSource = { title: '按政府收支分类科目顺序推断', status: 'unverified' };
const CLIENT: CodeSource = { title: '社保费客户端：项目下按单位缴纳、个人缴纳分品目', status: 'seen' };
const ANALOGY: CodeSource = { title: '比照职工基本养老保险品目名称', status: 'unverified' };
const NO_SOURCE: CodeSource = { title: '没有公开的品目代码', status: 'unverified' };

type Project = {
  ins: string;
  code: string;
  name: string;
  source: CodeSource;
  names: CodeSource;
  parts: readonly TaxPart[];
};

const PROJECTS: readonly Project[] = [
  {
    ins: 'pension',
    code: '10201',
    name: '职工基本养老保险',
    source: PORTAL,
    names: CLIENT,
    parts: ['EMPLOYER', 'PERSON', 'LATE', 'INTEREST'],
  },
  {
    ins: 'unemployment',
    code: '10202',
    name: '失业保险',
    source: PORTAL,
    names: ANALOGY,
    parts: ['EMPLOYER', 'PERSON', 'LATE'],
  },
  // Persons pay nothing for injury (《社会保险法》第33条).
  { ins: 'injury', code: '10204', name: '工伤保险', source: BUDGET, names: ANALOGY, parts: ['EMPLOYER', 'LATE'] },
];

const PART_NAMES: Readonly<Record<TaxPart, string>> = {
  EMPLOYER: '单位缴纳',
  PERSON: '个人缴纳',
  LATE: '滞纳金',
  INTEREST: '利息',
};

export const TAX_ITEMS: readonly TaxItem[] = PROJECTS.flatMap((project) =>
  project.parts.map(
    (part): TaxItem => ({
      ins: project.ins,
      part,
      projectCode: project.code,
      projectName: project.name,
      projectSource: project.source,
      itemCode: null,
      itemName: `${project.name}(${PART_NAMES[part]})`,
      itemSource: part === 'EMPLOYER' || part === 'PERSON' ? project.names : NO_SOURCE,
      validFrom: null,
      validTo: null,
    }),
  ),
);

/** The tax words of a part of an insurance on a day; DomainError `TZ-WIR-306` when there is no row (wire.md §2 rule 8). */
export function taxItem(ins: string, part: TaxPart, day: CivilDate): TaxItem {
  const found = TAX_ITEMS.find(
    (row) =>
      row.ins === ins &&
      row.part === part &&
      (row.validFrom === null || row.validFrom <= day) &&
      (row.validTo === null || day <= row.validTo),
  );
  if (!found) throw new DomainError(wireProblem('TZ-WIR-306', `${ins} ${part}`));
  return found;
}
