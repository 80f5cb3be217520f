/** 填词: puts a region's own words where a text names them. Needs no policy book, so every page can use it. */

type Words = Readonly<Record<string, string>>;

/** Puts the words where a text says `{autoBack}`. @throws Error for a name that does not exist: the text is wrong. */
export function fillWords(text: string, words: Words): string {
  return text.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const found = words[name];
    if (found === undefined) throw new Error(`no such word: {${name}}`);
    return found;
  });
}

/** The same for every text inside a value (a form's help, a guide). */
export function fillAll<T>(value: T, words: Words): T {
  if (typeof value === 'string') return fillWords(value, words) as T;
  if (Array.isArray(value)) return value.map((one) => fillAll(one, words)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, fillAll(one, words)])) as T;
}
