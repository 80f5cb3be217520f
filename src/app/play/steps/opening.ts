import { parseYuan } from '../../../kernel/fen.ts';
import { INSURANCE_SHORT_NAMES, INSURANCES, type Insurance } from '../../../kernel/insurance.ts';
import { addMonths, month, parseMonth } from '../../../kernel/month.ts';
import { isPolicyKey, POLICY_KEYS } from '../../../rules/policy-keys.ts';
import { observed } from '../observed.ts';
import type { Step } from '../parse.ts';
import { type Employer, mistake, type Verb, type World } from '../world.ts';
import { syntheticIdNo } from './people.ts';
import { staffOf } from './session.ts';

const PASSWORD = 'Yanlian-2023';
/** 单位信用代码 of appendix A, given out in order to employers that name none. */
const USCCS = ['91429999MA0000T01U', '91429999MA0000T1XK', '91429999MA0000T28K'];

export function readInsurances(text: string): Insurance[] {
  const names = text.split(/[、,，\s]+/).filter(Boolean);
  return names.map(
    (name) =>
      INSURANCES.find((each) => INSURANCE_SHORT_NAMES[each] === name || each === name) ??
      mistake(`不认识的险种：${name}`),
  );
}

function readMonth(text: string): string {
  return parseMonth(text) ?? mistake(`不是月份：${text}，应写成 2023-04`);
}

function readFen(text: string): number {
  return parseYuan(text) ?? mistake(`不是金额：${text}`);
}

const REASONS: Readonly<Record<string, string>> = {
  退休审批: 'RETIREMENT_APPROVED',
  服刑: 'CUSTODY',
  中外互免: 'TREATY',
};

/** 单位最大做账期号: one month for all insurances, or `养老 2021-10、失业 2021-09`. */
function bookedThrough(text: string | undefined, insurances: readonly Insurance[]): Map<Insurance, string> {
  if (!text) return new Map();
  const single = parseMonth(text);
  if (single) return new Map(insurances.map((insurance) => [insurance, single]));
  return new Map(
    text.split(/[、,，]/).map((part) => {
      const [name = '', month = ''] = part.trim().split(/\s+/);
      return [readInsurances(name)[0] as Insurance, readMonth(month)];
    }),
  );
}

function readPerson(world: World, cells: Readonly<Record<string, string>>, since: string) {
  const name = cells.姓名 || mistake('人员表要有“姓名”一列');
  const idNo = cells.证件号码 || syntheticIdNo('1990-01-01', 500 + world.people.size);
  world.people.set(name, idNo);
  // Enrolled from the first paid month, else from the first month not booked: nothing owed from before the story begins.
  const from = readMonth(cells.参保月 || cells.已缴自 || since);
  const base = cells.基数;
  const wage = cells.申报工资;
  return {
    idNo,
    name,
    from,
    ...(cells.停保月 ? { to: readMonth(cells.停保月) } : {}),
    ...(cells.险种 ? { insurances: readInsurances(cells.险种) } : {}),
    ...(cells.参工时间 ? { entryDate: cells.参工时间, firstWorkDate: cells.参工时间 } : {}),
    ...(base ? { baseFen: readFen(base) } : {}),
    ...(wage ? { wageFen: readFen(wage) } : {}),
    ...(cells.已缴自 && cells.已缴至 ? { paid: { from: readMonth(cells.已缴自), to: readMonth(cells.已缴至) } } : {}),
    ...(cells.不可做账
      ? {
          exempt: {
            reason: REASONS[cells.不可做账] ?? mistake(`不可做账的原因只有 ${Object.keys(REASONS).join('、')}`),
            from: cells.不可做账自 ? readMonth(cells.不可做账自) : since,
          },
        }
      : {}),
  };
}

/** `单位 云帆示例`: 期初建账 of one employer with its people (operator's function). */
export const openEmployer: Verb = async (world, step) => {
  const short = step.words[0] ?? mistake('单位要有名字');
  const field = (name: string, otherwise: string) => step.fields.get(name) ?? otherwise;
  const insurances = readInsurances(field('险种', '养老、失业、工伤'));
  const since = readMonth(field('参保月', '2020-01'));
  const booked = bookedThrough(step.fields.get('做账期号'), insurances);
  const uscc = field('信用代码', USCCS[world.employers.size] ?? mistake('第四个单位起请写明“信用代码”'));
  const agentId = syntheticIdNo('1985-06-01', 900 + world.employers.size);
  const account = step.fields.get('退收账户');
  const name = field('全称', `${short}有限公司`);
  const latest = [...booked.values()].sort().at(-1);
  const personsFrom = latest ? addMonths(month(latest), 1) : since;
  const persons = (step.table?.rows ?? []).map((row) => readPerson(world, row.cells, personsFrom));
  const staff = await staffOf(world);
  const answer = await staff.call<{ employers: { employerNo: string }[] }>('POST', '/api/ops/opening', {
    employers: [
      {
        ...(step.fields.get('单位编号') ? { employerNo: step.fields.get('单位编号') } : {}),
        uscc,
        name,
        injuryClass: Number(field('工伤类别', '1')),
        insurances: insurances.map((insurance) => ({
          insurance,
          from: since,
          ...(booked.has(insurance) ? { bookedThrough: booked.get(insurance) } : {}),
        })),
        ...(account ? { refundAccount: { bankName: '示例银行', account, holder: name } } : {}),
        legal: { login: uscc, password: PASSWORD, name: '样法人' },
        agents: [{ login: `${uscc}-1`, password: PASSWORD, name: '样经办', idNo: agentId }],
        persons,
      },
    ],
  });
  const employer: Employer = {
    name,
    uscc,
    employerNo: answer.employers[0]?.employerNo ?? mistake('期初建账没有返回单位编号'),
    legal: { login: uscc, password: PASSWORD },
    agent: { login: `${uscc}-1`, password: PASSWORD, idNo: agentId },
  };
  world.employers.set(short, employer);
  return observed({ facts: { 单位编号: employer.employerNo, 人数: String(persons.length) }, raw: answer });
};

/** `3.65%` → 36500 ppm, `3450.00元` → fen, other integers and words as they are. */
function readPolicyValue(text: string): number | string {
  const percent = /^(\d+(?:\.\d{1,4})?)%$/.exec(text);
  if (percent) {
    const [whole = '0', decimals = ''] = (percent[1] ?? '').split('.');
    return Number(whole) * 10_000 + Number(decimals.padEnd(4, '0'));
  }
  if (text.endsWith('元')) return readFen(text.slice(0, -1));
  return /^-?\d+$/.test(text) ? Number(text) : text;
}

function option(step: Step, name: string): string | undefined {
  const at = step.words.indexOf(name);
  return at < 0 ? undefined : step.words[at + 1];
}

/** `测试参数 补缴利息年利率 3.65% 自 2020-01`: a dated value laid over the book, marked 测试参数 in every trace. */
export const overlay: Verb = async (world, step) => {
  const [name = '', value = ''] = step.words;
  const key = isPolicyKey(name)
    ? name
    : Object.entries(POLICY_KEYS).find(([, { name: chinese }]) => chinese === name)?.[0];
  if (!key) mistake(`没有这个政策参数：${name}`);
  const staff = await staffOf(world);
  const raw = await staff.call('POST', '/api/ops/overlays', {
    overlays: [
      {
        region: option(step, '地区') ?? world.region,
        key,
        from: option(step, '自') ?? '2000-01',
        to: option(step, '至') ?? null,
        value: readPolicyValue(value),
        label: '测试参数',
      },
    ],
  });
  return observed({ raw, facts: { 参数: name, 值: value } });
};

/** `不可做账 样甲 退休审批 自 2023-04` (HB-DEC-05). */
export const exempt: Verb = async (world, step) => {
  const [who = '', reason = ''] = step.words;
  const staff = await staffOf(world);
  const to = option(step, '至');
  const raw = await staff.call('POST', '/api/ops/exemptions', {
    idNo: world.people.get(who) ?? who,
    reason: REASONS[reason] ?? mistake(`不可做账的原因只有 ${Object.keys(REASONS).join('、')}`),
    from: readMonth(option(step, '自') ?? mistake('请写明“自 年-月”')),
    to: to ? readMonth(to) : null,
  });
  return observed({ raw });
};
