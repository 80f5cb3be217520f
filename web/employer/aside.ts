/**
 * What somebody typed to find a person may be a name or an identity number. It stays in this browser tab; the address holds a mark for it,
 * so going back, other tabs and a reload find it again, and no address, history or server log ever does (wire.md §10 test 76).
 */
const KEY = 'tz.aside';
/** More searches than anybody goes back through. */
const KEPT_MAX = 100;

let texts: Map<string, string> | undefined;

function load(): Map<string, string> {
  if (texts) return texts;
  try {
    texts = new Map(JSON.parse(sessionStorage.getItem(KEY) ?? '[]') as [string, string][]);
  } catch {
    texts = new Map();
  }
  return texts;
}

/** The mark of a text; the same text has the same mark. Nothing typed has none. */
export function setAside(text: string): string {
  if (text === '') return '';
  const known = load();
  const found = [...known].find(([, kept]) => kept === text);
  if (found) return found[0];
  const mark = Math.random().toString(36).slice(2, 10);
  known.set(mark, text);
  for (const old of [...known.keys()].slice(0, -KEPT_MAX)) known.delete(old);
  try {
    sessionStorage.setItem(KEY, JSON.stringify([...known]));
  } catch {
    // Full storage only costs the reload.
  }
  return mark;
}

/** The text of a mark; undefined for one of another tab or day. */
export function takeAside(mark: string | undefined): string | undefined {
  return mark === undefined ? undefined : load().get(mark);
}
