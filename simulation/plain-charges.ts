import { rows, sql } from '../src/platform/db.ts';
import { daysFromTo } from '../tests/plain/days.ts';
import type { Fraction } from '../tests/plain/fraction.ts';
import { dailyRate, hubeiStart, interest, lateFee } from '../tests/plain/late.ts';
import { INTEREST, REGION } from './law.ts';
import type { World } from './world.ts';

const PPM = 1_000_000n;
const PERIOD_KINDS = ['MONTHLY', 'BACK_UNIT', 'OPENING'];

/** 滞纳金、利息: from when, for how many days, how much. */
export async function compareCharges(world: World): Promise<string[]> {
  const lines = await rows(
    world.services.db,
    sql<{
      bill_no: string;
      kind: string;
      insurance: string;
      month: string;
      late_from: string;
      late_days: number;
      principal: number;
      late_fen: number;
      interest_fen: number;
      issued: string;
      assessed: string;
      people: number;
      waits: [asked: string, granted: string][];
    }>`
      select l.bill_no, l.kind, l.insurance, l.month, l.late_from, l.late_days, (l.employer_fen + l.person_fen)::bigint as principal,
             l.late_fen, l.interest_fen, to_char(b.issued_at, 'YYYY-MM-DD') as issued,
             (select to_char(min(a.at), 'YYYY-MM') from collection_bill_due x
                join collection_block d on d.region = x.region and d.block_id = collection_block_of(x.due_id)
                join collection_assessment a on a.region = d.region and a.assessment_no = d.assessment_no
              where x.region = l.region and x.bill_no = l.bill_no and x.line_no = l.line_no) as assessed,
             (select coalesce(sum(p.employer_fen + p.person_fen), 0)::bigint from collection_bill_person p
              where p.region = l.region and p.bill_no = l.bill_no and p.line_no = l.line_no) as people,
             (select coalesce(json_agg(json_build_array(to_char(o.revoke_asked_at, 'YYYY-MM-DD'), to_char(o.revoked_at, 'YYYY-MM-DD'))), '[]')
              from collection_bill o
              where o.region = l.region and o.revoked_at <= b.issued_at
                and o.bill_no in (select y.bill_no from collection_bill_due x join collection_bill_due y
                                    on y.region = x.region and y.due_id = x.due_id
                                  where x.region = l.region and x.bill_no = l.bill_no and x.line_no = l.line_no)) as waits
      from collection_bill_line l join collection_bill b on b.region = l.region and b.bill_no = l.bill_no
      where l.region = ${REGION}`,
  );
  const found: string[] = [];
  const rateOf = (year: number): Fraction => [BigInt(INTEREST[String(year)] ?? 0), PPM];
  for (const line of lines) {
    const name = `单据 ${line.bill_no} ${line.insurance} ${line.kind} ${line.month}`;
    const principal = BigInt(line.principal);
    if (BigInt(line.people) !== principal) found.push(`重算：${name} 人员合计 ${line.people}，本金 ${principal}`);
    const from = hubeiStart(PERIOD_KINDS.includes(line.kind) ? line.month : line.assessed);
    if (from !== line.late_from) found.push(`重算：${name} 应自 ${from} 起加收，实为 ${line.late_from}`);
    const waited = line.waits.reduce((sum, [asked, granted]) => sum + daysAfter(asked, from, granted), 0);
    // The days of waiting for a revocation are not charged (design §9.5).
    const days = Math.max(0, daysAfter('', from, line.issued) - waited);
    if (line.late_days !== days) {
      found.push(`重算：${name} 应计 ${days} 天，实计 ${line.late_days} 天`);
    }
    const rate = dailyRate(from);
    const late = rate && line.late_days > 0 ? lateFee(principal, rate, line.late_days) : 0n;
    if (late !== BigInt(line.late_fen)) found.push(`重算：${name} 滞纳金应为 ${late} 分，实为 ${line.late_fen} 分`);
    const until = lastOf(from, line.late_days);
    const own = line.insurance === 'pension' && line.late_days > 0 ? interest(principal, from, until, rateOf).fen : 0n;
    if (own !== BigInt(line.interest_fen)) found.push(`重算：${name} 利息应为 ${own} 分，实为 ${line.interest_fen} 分`);
  }
  return found;
}

/** Days from `from` through `until` that come after `asked`. */
const daysAfter = (asked: string, from: string, until: string): number => {
  const first = asked < from ? from : lastOf(asked, 2);
  return first <= until ? daysFromTo(first, until) : 0;
};

const DAY_MS = 86_400_000;
const lastOf = (from: string, days: number): string =>
  new Date(Date.parse(from) + (days - 1) * DAY_MS).toISOString().slice(0, 10);
