import type { CivilDate, Month } from '../src/kernel/month.ts';

export type CityEmployer = {
  /** 9 digits. */
  readonly employerNo: string;
  readonly uscc: string;
  readonly name: string;
  /** Code of its industry. */
  readonly industry: string;
  readonly injuryClass: number;
  /** All three insurances begin here. */
  readonly since: Month;
  /** 单位最大做账期号; some lag behind. */
  readonly bookedThrough: Month;
  readonly refundAccount: { readonly bankName: string; readonly account: string; readonly holder: string };
  readonly jobs: readonly Job[];
};

export type CityPerson = {
  /** 11 digits. */
  readonly personNo: string;
  readonly idNo: string;
  readonly name: string;
  readonly sex: 'male' | 'female';
  readonly birthDate: CivilDate;
  readonly firstWorkDate: CivilDate;
};

export type Exempt = {
  readonly reason: 'RETIREMENT_APPROVED' | 'CUSTODY' | 'TREATY';
  readonly from: Month;
  readonly to: Month | null;
};

/** A person's time at one employer; nobody comes back to an employer once left. */
export type Job = {
  readonly person: CityPerson;
  readonly from: Month;
  readonly to: Month | null;
  /** Code of 停保原因 when it has ended. */
  readonly reason: SuspendCode | null;
  readonly entryDate: CivilDate;
  readonly injuryOnly: boolean;
  /** Declared wages in order of month, the first from `from`. */
  readonly wages: readonly { readonly from: Month; readonly wageFen: number }[];
  readonly exempt: Exempt | null;
};

/** Those of 停保原因 the city knows: 辞职, 统筹内转移, 转出, 退休, 死亡. */
export type SuspendCode = 'S02' | 'S03' | 'S04' | 'S09' | 'S10';

/** What really was: what the tables cannot hold, or hold wrongly because somebody made a mistake. One line of the truth file each. */
export type Truth =
  /** The same human under two numbers: a mistaken digit of the birth year became a second person. */
  | {
      readonly kind: 'SAME_PERSON';
      readonly personNo: string;
      readonly wrongPersonNo: string;
      readonly idNo: string;
      readonly wrongIdNo: string;
    }
  /** Typed with a wrong digit and refused. */
  | {
      readonly kind: 'ID_REFUSED';
      readonly employerNo: string;
      readonly typed: string;
      readonly idNo: string;
      readonly day: CivilDate;
    }
  /** 增员 tried again at the same employer (REG-003), or while the one before had not stopped (REG-009): refused. */
  | {
      readonly kind: 'DOUBLE_ENROLMENT';
      readonly personNo: string;
      readonly employerNo: string;
      readonly day: CivilDate;
      readonly refusal: 'REG-003' | 'REG-009';
    }
  /** Enrolled too late: the months between entry and enrolment are not in the books. */
  | {
      readonly kind: 'LATE_ENROLMENT';
      readonly personNo: string;
      readonly employerNo: string;
      readonly entryDate: CivilDate;
      readonly missing: readonly [from: Month, to: Month];
    }
  /** The employer is behind with its declarations. */
  | {
      readonly kind: 'LATE_DECLARATION';
      readonly employerNo: string;
      readonly bookedThrough: Month;
      readonly months: number;
    }
  /** Stopped too late: paid for after the last month there was a duty to. */
  | {
      readonly kind: 'LATE_STOP';
      readonly personNo: string;
      readonly employerNo: string;
      readonly lastMonth: Month;
      readonly paidThrough: Month;
    }
  | {
      readonly kind: 'WAGE_UNDERSTATED';
      readonly personNo: string;
      readonly employerNo: string;
      readonly from: Month;
      readonly declaredFen: number;
      readonly trueFen: number;
    }
  | { readonly kind: 'RETIREMENT'; readonly personNo: string; readonly month: Month; readonly group: string }
  | { readonly kind: 'DEATH'; readonly personNo: string; readonly day: CivilDate }
  /** 灵活就业: no table yet. */
  | { readonly kind: 'FLEXIBLE'; readonly personNo: string; readonly from: Month; readonly to: Month }
  /** 工程项目: no table yet; its people stand at the employer, insured for work injury only. */
  | {
      readonly kind: 'PROJECT';
      readonly employerNo: string;
      readonly name: string;
      readonly contractFen: number;
      readonly from: Month;
      readonly to: Month;
    };

/** A part of the city that is made, and can be forgotten, by itself: people move between its employers only. */
export type District = {
  readonly no: number;
  readonly employers: readonly CityEmployer[];
  /** Every number given out in the district, in order; a human with two numbers stands twice. */
  readonly persons: readonly CityPerson[];
  readonly truth: readonly Truth[];
  /** Humans, however many numbers they have. */
  readonly people: number;
};
