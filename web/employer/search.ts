/** Menu search by name, alias, code and pinyin initials; the pinyin table is loaded at the first letter typed. */
export type Findable = {
  readonly code: string;
  readonly name: string;
  readonly group: string;
  readonly aliases: readonly string[];
};

type Hit<T> = { readonly item: T; readonly rank: number; readonly mark: readonly [number, number] | null };

let initialsOf: ((text: string) => string) | undefined;

export async function loadInitials(): Promise<void> {
  if (initialsOf) return;
  const { pinyin } = await import('pinyin-pro');
  initialsOf = (text) =>
    pinyin(text, { pattern: 'first', toneType: 'none', type: 'array' })
      .map((letter) => (letter[0] ?? ' ').toLowerCase())
      .join('');
}

/** Best hits first: the name, then its initials, then aliases. `mark` is the part of the name to highlight. */
export function find<T extends Findable>(items: readonly T[], text: string): readonly Hit<T>[] {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return [];
  const hits: Hit<T>[] = [];
  for (const item of items) {
    const hit = match(item, wanted);
    if (hit) hits.push({ item, ...hit });
  }
  return hits.sort((a, b) => a.rank - b.rank);
}

function match(item: Findable, wanted: string): { rank: number; mark: readonly [number, number] | null } | undefined {
  const at = item.name.toLowerCase().indexOf(wanted);
  if (at >= 0) return { rank: at, mark: [at, wanted.length] };
  if (/^[a-z]+$/.test(wanted) && initialsOf) {
    const initials = initialsOf(item.name);
    const from = initials.indexOf(wanted);
    if (from >= 0) return { rank: 100 + from, mark: [from, wanted.length] };
  }
  if (item.aliases.some((alias) => alias.toLowerCase().includes(wanted))) return { rank: 200, mark: null };
  if (/^[a-z]+$/.test(wanted) && initialsOf) {
    const toInitials = initialsOf;
    if (item.aliases.some((alias) => toInitials(alias).includes(wanted))) return { rank: 250, mark: null };
  }
  if (item.group.includes(wanted) || item.code.startsWith(wanted)) return { rank: 300, mark: null };
  return undefined;
}
