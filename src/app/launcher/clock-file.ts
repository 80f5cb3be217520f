import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { momentToMs, parseMoment } from '../../kernel/month.ts';
import { replaceSynced } from '../../platform/synced.ts';
import type { ClockSetting } from '../conductor.ts';
import type { LaunchMode } from './settings.ts';

/** Where the demo begins: a Monday on which the month of the demo city is still to be declared. */
export const DEMO_START = '2023-04-10 09:00';

/** The demo's clock goes on across restarts: only its distance from real time is kept. */
export function openClockFile(dataDir: string, mode: LaunchMode) {
  const file = join(dataDir, 'clock.json');
  /** Undefined where nothing was ever started. */
  const find = (): ClockSetting | undefined => {
    if (mode === 'production') return { offsetMs: 0, frozenAt: null };
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as ClockSetting) : undefined;
  };
  return {
    find,
    /** For the launcher: a demo that was never started begins now, at its own beginning. */
    load(): ClockSetting {
      const found = find();
      if (found) return found;
      const start = parseMoment(DEMO_START);
      if (!start) throw new Error(`not a moment: ${DEMO_START}`);
      return { offsetMs: momentToMs(start) - Date.now(), frozenAt: mode === 'test' ? start : null };
    },
    save(setting: ClockSetting): void {
      if (mode === 'production') return;
      replaceSynced(file, `${JSON.stringify(setting)}\n`, 0o644);
    },
  };
}
