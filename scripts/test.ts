/**
 * `npm test`: the preflight, then the groups one after another, each with its time, and one summary.
 *   npm test -- --only unit,stories     some groups
 *   DATABASE_URL=… npm test             also the database tests on that server
 */
import { globSync } from 'node:fs';
import { preflight } from './preflight.ts';
import { type Ran, ROOT, runNode, runVitest } from './shell.ts';
import { buildWeb } from './web.ts';

type Group = { readonly key: string; readonly title: string; readonly work: () => Promise<Ran> | undefined };

/** Few steps, but every kind of write between two of them; `npx tongzheng play --kill stories/*.story` plays all. */
const KILLED = ['stories/正常-五个节点.story'];
/** Of `npm run kills`, which takes hundreds. */
const KILLS = 10;

/** What needs no superuser: the acts of the house, COPY, jobs, and the pair itself. */
const ON_A_SERVER = [
  'tests/domain/',
  'src/collection/batch/',
  'src/platform/copy/',
  'src/platform/jobs/',
  'src/platform/services.test.ts',
  'src/app/launcher/database-url.test.ts',
];

const GROUPS: readonly Group[] = [
  { key: 'check', title: '检查', work: () => runNode('scripts/check.ts', []) },
  {
    key: 'unit',
    title: '单元与数据库',
    // Always on the embedded server; one of your own has its group. Three files on two cores: who waits for the database leaves his to another.
    work: () =>
      runVitest(['--maxWorkers=3', '--exclude', 'tests/browser/**', '--exclude', 'tests/architecture.test.ts'], {
        DATABASE_URL: '',
      }),
  },
  {
    key: 'server',
    title: 'DATABASE_URL 的服务器',
    work: () => (process.env.DATABASE_URL ? runVitest(ON_A_SERVER) : undefined),
  },
  {
    key: 'stories',
    title: '演练故事',
    work: () => {
      const stories = globSync('stories/*.story', { cwd: ROOT }).sort();
      return stories.length > 0 ? playInTwo(stories) : undefined;
    },
  },
  {
    // Both programs are killed and started again after every step.
    key: 'kill',
    title: '断电演练（每两步之间 kill -9）',
    work: () => runNode('src/app/cli.ts', ['play', '--kill', '--quiet', ...KILLED]),
  },
  {
    // A database with fsync on, work by HTTP, and at random moments a program, the launcher or PostgreSQL gone.
    key: 'kills',
    title: `随机 kill -9，${KILLS} 轮`,
    work: () => runNode('simulation/kills/main.ts', ['--rounds', String(KILLS)]),
  },
  {
    key: 'browser',
    title: '浏览器',
    // Built once, before two files at a time ask for the pages.
    work: () => buildWeb().then(() => runVitest(['tests/browser/'])),
  },
];

/** A story waits more than it works: two play at the same time, each half with a pair of programs and a server of its own. */
async function playInTwo(stories: readonly string[]): Promise<Ran> {
  const halves = [0, 1].map((which) => stories.filter((_, index) => index % 2 === which));
  const ran = await Promise.all(
    halves.filter((half) => half.length > 0).map((half) => runNode('src/app/cli.ts', ['play', '--quiet', ...half])),
  );
  return {
    code: Math.max(...ran.map((one) => one.code)),
    output: ran.map((one) => one.output).join('\n'),
    seconds: Math.max(...ran.map((one) => one.seconds)),
  };
}

const onlyAt = process.argv.indexOf('--only');
const only = onlyAt < 0 ? undefined : (process.argv[onlyAt + 1] ?? '').split(',');

/** Adds up vitest's closing lines «Tests  3 failed | 12 passed (15)» and play's «故事 8 个，失败 0 个». */
function count(output: string, pattern: RegExp): number {
  return [...output.matchAll(pattern)].reduce((sum, match) => sum + Number(match[1]), 0);
}

if (!preflight()) process.exit(1);

const lines: string[] = [];
let passed = 0;
let failed = 0;
let broken = 0;
for (const group of GROUPS) {
  if (only && !only.includes(group.key)) continue;
  const running = group.work();
  if (!running) {
    lines.push(`  – ${group.title}：没有可跑的`);
    continue;
  }
  process.stdout.write(`\n━━ ${group.title} ━━\n`);
  const result = await running;
  passed +=
    count(result.output, /^\s*Tests\s+(?:\d+ failed \| )?(\d+) passed/gm) +
    count(result.output, /^故事通过 (\d+) 个/gm);
  failed += count(result.output, /^\s*Tests\s+(\d+) failed/gm) + count(result.output, /故事失败 (\d+) 个/gm);
  if (result.code !== 0) broken += 1;
  lines.push(`  ${result.code === 0 ? '✓' : '✗'} ${group.title}  ${result.seconds.toFixed(1)} 秒`);
}

process.stdout.write(`\n━━ 小结 ━━\n${lines.join('\n')}\n`);
process.stdout.write(` Tests  ${failed > 0 ? `${failed} failed | ` : ''}${passed} passed (${passed + failed})\n`);
process.exitCode = broken === 0 ? 0 : 1;
