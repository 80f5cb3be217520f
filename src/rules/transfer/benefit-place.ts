/** 待遇领取地 (国办发〔2009〕66号, unverified): where someone insured in several places draws the pension. */
import { lookup, type PolicyBook } from '../book.ts';
import { figureStep, policyStep } from '../exact-steps.ts';
import type { Trace } from '../trace.ts';

export type InsuredStay = {
  /** Six-digit code of the place. */
  readonly place: string;
  readonly months: number;
};

/**
 * The household's place when it is the last place insured; else the last place with ten years in all, going back; else the household's.
 * @param stays in order of time, at least one; several stays in one place count together.
 * @throws DomainError POL-001
 */
export function benefitPlace(
  book: PolicyBook,
  region: string,
  on: string,
  household: string,
  stays: readonly InsuredStay[],
): Trace<string> {
  const years = lookup(book, region, 'transfer.benefitPlaceYears', on);
  const needed = Number(years.value) * 12;
  const months = new Map<string, number>();
  // The later a place was last left, the later it stands.
  for (const { place, months: count } of stays) {
    const sum = (months.get(place) ?? 0) + count;
    months.delete(place);
    months.set(place, sum);
  }
  const [last, ...earlier] = [...months].reverse();
  const long = [last, ...earlier].find((each) => each !== undefined && each[1] >= needed);
  const atHome = last?.[0] === household;
  const place = atHome ? household : (long?.[0] ?? household);
  return {
    title: '待遇领取地',
    result: place,
    resultText: place,
    steps: [
      figureStep('input', '户籍地', household),
      ...[...months].map(([code, count]) => figureStep('input', `参保地 ${code}`, `${count} 个月`)),
      policyStep(years, `${years.value} 年`, `累计满 ${needed} 个月。`),
      figureStep('result', '待遇领取地', place, wordsFor()),
    ],
  };

  function wordsFor(): string {
    if (atHome) return '户籍地就是最后参保地。';
    if (!long) return `各参保地都不满 ${years.value} 年，由户籍地办理。`;
    return long === last
      ? `最后参保地累计满 ${years.value} 年。`
      : `最后参保地不满，上一个满 ${years.value} 年的参保地办理。`;
  }
}
