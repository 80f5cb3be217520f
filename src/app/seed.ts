import type { OpeningDeps } from '../control/index.ts';
import { type OpeningInput, openBooks } from '../control/index.ts';
import { idNumberCheckDigit } from '../kernel/id-number.ts';
import type { Month } from '../kernel/month.ts';
import { addOverlays, listCalendarYears, loadLaw, replaceCalendarYear, yearlyNotice } from '../parameters/index.ts';
import { first, sql } from '../platform/db.ts';
import { createAccount, DEMO_PASSWORD } from '../platform/identity/index.ts';
import { type Services, systemActor, transact } from '../platform/services.ts';
import { calendarSeedRows, SEED_YEARS } from '../rules/calendar-seed.ts';

const SEED_YEAR_LIST = Array.from({ length: SEED_YEARS.last - SEED_YEARS.first + 1 }, (_, n) => SEED_YEARS.first + n);

/** 国务院办公厅 publishes each year's working days; the library's table is the seed of the years that nobody imported. */
export async function seedCalendar(services: Services): Promise<void> {
  const published = new Set((await listCalendarYears(services.db)).map(({ year }) => year));
  const isMissing = (year: number): boolean => !published.has(year);
  if (!SEED_YEAR_LIST.some(isMissing)) return;
  const byYear = Map.groupBy(calendarSeedRows(), (row) => Number(row.day.slice(0, 4)));
  await transact(services, systemActor('seed'), async (ctx) => {
    for (const [year, days] of byYear) {
      if (isMissing(year)) await replaceCalendarYear(ctx.tx, year, yearlyNotice(year), days);
    }
  });
}

/** The operator of demo and test mode. */
export async function seedStaff(services: Services): Promise<void> {
  if (services.mode === 'production') return;
  const login = 'yunying';
  const known = await first(services.db, sql`select 1 from platform_account where login = ${login}`);
  if (known) return;
  await createAccount(services.db, {
    login,
    password: DEMO_PASSWORD,
    kind: 'STAFF',
    name: '杜样清',
    region: services.region,
    roles: ['OPERATOR'],
    demo: true,
  });
}

const SURNAMES = '赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜';
const GIVEN = '平岚云溪知川柏文青晴明月宁恒星辰';

/** Synthetic people of the unassigned area 429999; every name has 样 in it. */
function person(index: number): { idNo: string; name: string } {
  const year = 1968 + (index % 34);
  const month = String(1 + (index % 12)).padStart(2, '0');
  const day = String(1 + (index % 27)).padStart(2, '0');
  const first17 = `429999${year}${month}${day}${String(100 + (index % 900)).padStart(3, '0')}`;
  const surname = SURNAMES[index % SURNAMES.length] ?? '样';
  const given = GIVEN[(index * 7) % GIVEN.length] ?? '';
  return { idNo: `${first17}${idNumberCheckDigit(first17)}`, name: `${surname}样${given}` };
}

/** 单位经办人 of the demo employers by login. */
const AGENTS: Readonly<Record<string, string>> = { yunfan: '林样知', changdi: '苏样言', qinghe: '白样川' };

const THREE = ['pension', 'unemployment', 'injury'] as const;

function employer(
  uscc: string,
  name: string,
  login: string,
  injuryClass: number,
  people: { from: number; count: number },
  paid: { from: Month; to: Month },
): OpeningInput['employers'][number] {
  return {
    uscc,
    name,
    injuryClass,
    enjoysRelief2020: false,
    insurances: THREE.map((insurance) => ({ insurance, from: '2022-07' as Month, bookedThrough: paid.to })),
    refundAccount: {
      bankName: '示例银行',
      account: `62000000000${String(people.from).padStart(4, '0')}`,
      holder: name,
    },
    legal: { login: `${login}-fr`, password: DEMO_PASSWORD, name: `${name.slice(0, 2)}法人 方样宁` },
    agents: [{ login, password: DEMO_PASSWORD, name: AGENTS[login] ?? '林样知', idNo: person(900 + people.from).idNo }],
    persons: Array.from({ length: people.count }, (_, index) => ({
      ...person(people.from + index),
      from: '2022-07' as Month,
      wageFen: 300_000 + (((people.from + index) * 73_700) % 1_700_000),
      paid,
    })),
  };
}

/** 演示城市: three employers at different points of their month. */
function demoCity(): OpeningInput {
  const year: { from: Month; to: Month } = { from: '2022-07' as Month, to: '2023-03' as Month };
  return {
    employers: [
      employer('91429999MA0000T01U', '云帆示例制造有限公司', 'yunfan', 1, { from: 0, count: 88 }, year),
      employer('91429999MA0000T1XK', '长堤示例物流有限公司', 'changdi', 3, { from: 100, count: 24 }, year),
      employer(
        '91429999MA0000T28K',
        '青禾示例软件有限公司',
        'qinghe',
        1,
        { from: 130, count: 12 },
        {
          from: '2022-07' as Month,
          to: '2023-02' as Month,
        },
      ),
    ],
  };
}

/** Loads the demo city once, and says whether it did; the clock of the demo says when it happens. */
export async function seedDemo(services: Services, deps: OpeningDeps): Promise<boolean> {
  if (services.mode !== 'demo') return false;
  const known = await first(services.db, sql`select 1 from registry_employer limit 1`);
  if (known) return false;
  await transact(services, systemActor('seed'), async (ctx) => {
    // No source gives the interest rate: the demo overlays one, marked 测试参数 in every trace (design §9.6).
    await addOverlays(
      ctx.tx,
      [
        {
          region: services.region,
          key: 'interest.annualRate',
          from: '2020-01-01',
          to: null,
          value: 36_500,
          label: '演示用利率 3.65%',
        },
      ],
      ctx.now,
    );
    await openBooks(ctx, await loadLaw(ctx.tx), demoCity(), deps);
  });
  return true;
}
