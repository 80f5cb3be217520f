/** One series for a load: facts are taken before the dues that follow from them, so they sort before them, as when written one by one. */
export { idSeries } from '../../kernel/ids.ts';
