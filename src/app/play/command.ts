import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { PLAY_HELP } from './help.ts';
import { openScratch, playAgainst } from './pair.ts';
import { parseStory, type Story } from './parse.ts';
import { playStory, type Write } from './runner.ts';

type Read = { readonly file: string; readonly story?: Story; readonly error?: string };

function readStory(file: string): Read {
  try {
    return { file, story: parseStory(readFileSync(file, 'utf8')) };
  } catch (error) {
    return { file, error: (error as Error).message };
  }
}

/** The number of failed stories, at most 100 (an exit status has 8 bits). */
export async function playCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      url: { type: 'string' },
      'tax-url': { type: 'string' },
      quiet: { type: 'boolean' },
      kill: { type: 'boolean' },
    },
  });
  if (positionals.length === 0) {
    process.stderr.write(PLAY_HELP);
    return 64;
  }
  const failures: string[] = [];
  const began = performance.now();
  const stage = values.url
    ? playAgainst(values.url, values['tax-url'])
    : await openScratch({ kill: values.kill ?? false });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.once(signal, () => void stage.close().finally(() => process.exit(130)));
  }
  try {
    for (const { file, story, error } of positionals.map(readStory)) {
      const lines: string[] = [];
      const write: Write = (line) => (values.quiet ? lines.push(line) : process.stdout.write(`${line}\n`));
      const ok = story ? await playOne(stage, story, write) : false;
      if (error) write(`✗ ${file}：${error}`);
      if (!ok) failures.push(file);
      if (!ok && values.quiet) process.stdout.write(`${lines.join('\n')}\n`);
    }
  } finally {
    await stage.close();
  }
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  process.stdout.write(
    `\n故事通过 ${positionals.length - failures.length} 个，故事失败 ${failures.length} 个，${seconds} 秒\n`,
  );
  for (const file of failures) process.stdout.write(`  ✗ ${file}\n`);
  return Math.min(failures.length, 100);
}

async function playOne(stage: Awaited<ReturnType<typeof openScratch>>, story: Story, write: Write): Promise<boolean> {
  const began = performance.now();
  const { world, close } = await stage.open(story);
  try {
    write(`（准备 ${((performance.now() - began) / 1000).toFixed(1)} 秒）`);
    return await playStory(world, story, write);
  } finally {
    await close();
  }
}
