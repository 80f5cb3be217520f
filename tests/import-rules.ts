import { isTest, type SourceFile } from './source-files.ts';

/** Domains in the order of the money (ARCHITECTURE.md): one may import the `index.ts` of those before it. */
const DOMAINS = [
  'registry',
  'enrolment',
  'wages',
  'collection',
  'account',
  'fund',
  'casework',
  'archive',
  'control',
] as const;

/** The room a file lives in: `src/collection/store.ts` → `collection`, `wire/seal.ts` → `wire`. */
function roomOf(path: string): string {
  const [top = '', second = ''] = path.split('/');
  return top === 'src' ? second : top;
}

function isContract(path: string): boolean {
  return path.endsWith('contract.ts') || path.endsWith('/schemas.ts');
}

/** Rooms open to each room; `contract` stands for any contract.ts, `index` for any domain's index.ts. */
const OPEN: Readonly<Record<string, readonly string[]>> = {
  policy: ['kernel'],
  calculators: ['kernel', 'policy', 'rules'],
  kernel: [],
  rules: ['kernel', 'policy'],
  platform: ['kernel'],
  wire: ['kernel', 'platform'],
  city: ['kernel', 'rules'],
  deploy: [],
  parameters: ['kernel', 'rules', 'policy', 'platform'],
  exchange: ['kernel', 'rules', 'platform', 'wire', 'parameters', 'index'],
  items: ['kernel', 'rules', 'platform', 'parameters', 'index'],
  tax: ['kernel', 'platform', 'wire'],
  web: ['kernel', 'rules', 'policy', 'calculators', 'contract'],
};

function allowed(from: string, to: string): boolean {
  const room = roomOf(from);
  const target = roomOf(to);
  if (
    room === target ||
    room === 'app' ||
    room === 'scripts' ||
    room === 'tests' ||
    ['bench', 'simulation'].includes(room)
  )
    return true;
  const place = (DOMAINS as readonly string[]).indexOf(room);
  if (place >= 0) {
    if (['kernel', 'rules', 'platform', 'parameters', 'policy'].includes(target)) return true;
    const targetPlace = (DOMAINS as readonly string[]).indexOf(target);
    return targetPlace >= 0 && targetPlace < place && (to.endsWith('/index.ts') || isContract(to));
  }
  const open = OPEN[room];
  if (!open) return false;
  if (open.includes(target)) return true;
  if (open.includes('contract') && isContract(to)) return true;
  return (
    open.includes('index') &&
    (DOMAINS as readonly string[]).includes(target) &&
    (to.endsWith('/index.ts') || isContract(to))
  );
}

/** One sentence per broken import: the rule, the two files and the usual fix. */
export function importViolations(files: readonly SourceFile[]): string[] {
  return files
    .filter((file) => !isTest(file.path))
    .flatMap((file) =>
      file.imports
        .filter((target) => !allowed(file.path, target))
        .map(
          (target) =>
            `${file.path} imports ${target}: ${roomOf(file.path)} may not look into ${roomOf(target)} there ` +
            '(ARCHITECTURE.md 房子). Usual fix: take it from an index.ts of an earlier domain, or receive it as a value from the item.',
        ),
    );
}
