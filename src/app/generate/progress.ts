import type { LoadProgress } from './load.ts';

const STEP_PERCENT = 10;
const CELLS = 24;

/** One moving line for each phase in a terminal, a line every tenth elsewhere. */
export function loadBar(err: NodeJS.WriteStream = process.stderr): (progress: LoadProgress) => void {
  let phase = '';
  let told = -1;
  return (progress) => {
    if (progress.phase !== phase) {
      phase = progress.phase;
      told = -1;
    }
    if (progress.phase === 'ANALYZE') {
      err.write('收集统计\n');
      return;
    }
    const done = progress.phase === 'LOADING' ? progress.people : progress.done;
    const percent = Math.floor((done * 100) / progress.of);
    const due = err.isTTY ? percent > told : percent >= told + STEP_PERCENT || (percent === 100 && told < 100);
    if (!due) return;
    told = percent;
    const full = Math.floor((percent * CELLS) / 100);
    const bar = `${'█'.repeat(full)}${'░'.repeat(CELLS - full)}`;
    const what = progress.phase === 'LOADING' ? `载入 ${bar} ${percent}%　${done} 人` : `建键与索引 ${bar} ${percent}%`;
    err.write(err.isTTY ? `\r${what}${percent === 100 ? '\n' : ''}` : `${what}\n`);
  };
}
