import { dateOf } from '../kernel/month.ts';
import { type OfficeWords, officeWords } from '../rules/index.ts';
import type { ItemEnv } from './model.ts';

/** The region's own times and counts, as sentences say them; declarations name them as `{autoBack}`. */
export function wordsOf(env: Pick<ItemEnv, 'ctx' | 'law'>): OfficeWords {
  return officeWords(env.law.book, env.ctx.region, dateOf(env.ctx.now));
}
