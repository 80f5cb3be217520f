import { chownSync, existsSync, mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { reachableByOthers, serverAccount } from '../binaries.ts';

/**
 * Settings that make the embedded server keep its log in `folder`, segment by segment, at the latest a minute after it was written: with
 * a backup and this log a cluster can be brought back to any moment since. A segment gets its name only when it is whole and on disk,
 * and counts as kept only when the name is, too; one that is there already must be the same.
 * @throws Error when the server's account cannot reach the folder.
 */
export function archiveSettings(folder: string | undefined): Readonly<Record<string, string>> {
  if (!folder) return {};
  const place = resolve(folder);
  const account = serverAccount();
  refuseOddPath(place);
  if (!existsSync(place)) {
    mkdirSync(dirname(place), { recursive: true });
    mkdirSync(place, { mode: 0o700 });
    if (account) chownSync(place, account.uid, account.gid);
  }
  if (account && !reachableByOthers(dirname(place))) {
    throw new Error(`数据库进程进不了日志归档目录 ${place}，请换一个上级目录可进入的位置`);
  }
  const copy = `cp "%p" '${place}/%f.part' && sync '${place}/%f.part' && mv '${place}/%f.part' '${place}/%f'`;
  return {
    archive_mode: 'on',
    archive_timeout: '60',
    archive_command: `if test -f '${place}/%f'; then cmp -s "%p" '${place}/%f'; else ${copy}; fi && sync '${place}'`,
  };
}

/** What the server runs to get a segment back. */
export function restoreCommand(folder: string): string {
  const place = resolve(folder);
  refuseOddPath(place);
  return `cp '${place}/%f' "%p"`;
}

/** The path stands in a command line of the server. */
function refuseOddPath(place: string): void {
  if (/['%\\\n]/.test(place)) throw new Error(`日志归档目录的路径里不能有引号、百分号或反斜杠：${place}`);
}
