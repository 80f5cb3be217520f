/** `npx tongzheng`: finds the command and hands its arguments on. */
import { COMMANDS } from './cli/commands.ts';

const [name, ...args] = process.argv.slice(2);
const command = COMMANDS.find((candidate) => candidate.name === name);

function overview(): string {
  const width = Math.max(...COMMANDS.map((each) => each.name.length));
  const lines = COMMANDS.map((each) => `  ${each.name.padEnd(width)}  ${each.title}`);
  return [
    '统征：社会保险经办系统',
    '',
    '用法：npx tongzheng <命令> [参数]',
    '',
    ...lines,
    '',
    '各命令的说明：npx tongzheng <命令> --help',
    '',
  ].join('\n');
}

if (!name || name === '--help' || name === 'help') {
  process.stdout.write(overview());
} else if (!command) {
  process.stderr.write(`没有命令“${name}”。\n\n${overview()}`);
  process.exitCode = 64;
} else if (args.includes('--help')) {
  process.stdout.write(command.help);
} else {
  process.exitCode = await command.run(args).catch((error: NodeJS.ErrnoException) => {
    if (error.code?.startsWith('ERR_PARSE_ARGS')) {
      process.stderr.write(`参数不对，请对照说明：\n\n${command.help}`);
      return 64;
    }
    process.stderr.write(`${error.message}\n`);
    return 70;
  });
}
