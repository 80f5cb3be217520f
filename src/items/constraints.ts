import { DomainError, type Problem } from '../kernel/errors.ts';
import { constraintOf } from '../platform/db.ts';

/** What the database itself forbids, whoever comes first, in the words of the rule each constraint stands for. */
export const RULES: Readonly<Record<string, Problem>> = {
  enrolment_one_holder: {
    code: 'REG-009',
    message: '该人员在原单位尚未停保，请先由原单位办理停保',
    why: '同一个月的养老、失业只能由一个单位缴，刚才已有单位为他办了参保。',
    next: '请重新校验后再提交。',
  },
  enrolment_once_per_employer: {
    code: 'REG-003',
    message: '该人员已在本单位参保',
    why: '刚才已经有人办过。',
    next: '请重新校验。',
  },
  // Two employers hire the same newcomer at the same moment: one person, one number.
  registry_person_directory_pkey: {
    code: 'REG-009',
    message: '该人员在原单位尚未停保，请先由原单位办理停保',
    why: '刚才另有单位为他办了登记。',
    next: '请重新校验后再提交。',
  },
  collection_settlement_unbilled_due: {
    code: 'BILL-016',
    message: '这笔费用刚刚开在单据上',
    why: '您办理时，另有人或者税务的到账把它放到了一张单据上。',
    next: '请刷新后再办；单据未缴的可以先撤单。',
  },
  collection_bill_due_open: {
    code: 'BILL-017',
    message: '这笔费用刚刚另行结清',
    why: '您开单时，另有人办的业务冲抵或结清了它。',
    next: '请刷新后重新开单。',
  },
  collection_due_on_one_live_bill: {
    code: 'BILL-001',
    message: '没有可开具的应缴明细',
    why: '费用刚刚开在另一张单据上。',
    next: '请到业务单据查询里看。',
  },
  collection_due_reversed_once: {
    code: 'CAN-003',
    message: '该业务已经撤销',
    why: '刚才已经有人撤销。',
    next: '不用再办。',
  },
};

/** A refusal of a constraint as the rule it stands for; undefined for any other error. */
function constraintProblem(error: unknown): Problem | undefined {
  const constraint = constraintOf(error);
  return constraint ? RULES[constraint] : undefined;
}

/** Whatever an act writes, forward or back: what a constraint refuses is refused in words (409). */
export async function inWords<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const problem = constraintProblem(error);
    if (problem) throw new DomainError(problem, 409);
    throw error;
  }
}
