import { PLAY_HELP } from '../play/help.ts';
import { BACKUP_HELP, RESTORE_HELP } from './backup-help.ts';
import { CALC_HELP } from './calc-help.ts';
import { CALENDAR_HELP } from './calendar-help.ts';
import { GENERATE_HELP } from './generate-help.ts';
import { INTEGRITY_HELP } from './integrity-help.ts';
import { KEYS_HELP } from './keys-help.ts';
import { POLICY_HELP } from './policy-help.ts';

/** A command of `npx tongzheng`. Its code is loaded only when it runs, so that the overview stays instant. */
export type Command = {
  readonly name: string;
  readonly title: string;
  readonly help: string;
  /** Ends with the exit status. */
  readonly run: (args: readonly string[]) => Promise<number>;
};

export const COMMANDS: readonly Command[] = [
  {
    name: 'play',
    title: '演练故事（.story 文件），退出码是失败的故事数',
    help: PLAY_HELP,
    run: async (args) => (await import('../play/command.ts')).playCommand(args),
  },
  {
    name: 'integrity',
    title: '在现有数据上核对八条承诺',
    help: INTEGRITY_HELP,
    run: async (args) => (await import('./integrity.ts')).integrityCommand(args),
  },
  {
    name: 'generate',
    title: '生成一座虚构的城市，载入空的数据库',
    help: GENERATE_HELP,
    run: async (args) => (await import('./generate.ts')).generateCommand(args),
  },
  {
    name: 'backup',
    title: '备份数据库、密钥与时钟，业务不停',
    help: BACKUP_HELP,
    run: async (args) => (await import('./backup.ts')).backupCommand(args),
  },
  {
    name: 'restore',
    title: '从备份恢复到新的数据目录，可到某一时刻',
    help: RESTORE_HELP,
    run: async (args) => (await import('./restore.ts')).restoreCommand(args),
  },
  {
    name: 'keys',
    title: '备好收发与签章的密钥，供两端各自部署',
    help: KEYS_HELP,
    run: async (args) => (await import('./keys.ts')).keysCommand(args),
  },
  {
    name: 'calc',
    title: '政策计算器，逐行读写 JSON',
    help: CALC_HELP,
    run: async (args) => (await import('./calc.ts')).calcCommand(args),
  },
  {
    name: 'policy',
    title: '政策参数：show、diff、expiring、check',
    help: POLICY_HELP,
    run: async (args) => (await import('./policy.ts')).policyCommand(args),
  },
  {
    name: 'calendar',
    title: '工作日历：导入新的一年，看已有的',
    help: CALENDAR_HELP,
    run: async (args) => (await import('./calendar.ts')).calendarCommand(args),
  },
];
