import { type RefObject, useEffect, useState } from 'react';
import { inFours } from '../ui/format.ts';
import { SearchBox } from '../ui/Shell.tsx';
import { setAside } from './aside.ts';
import { useGo } from './place.ts';
import { type Findable, find, loadInitials } from './search.ts';

type Item = Findable & { readonly route: string };

const MOST_HITS = 6;

/** The one box in the header: items answer while one types, and it says what Enter will look for. */
export function HeaderSearch({
  inputRef,
  items,
}: {
  readonly inputRef: RefObject<HTMLInputElement | null>;
  readonly items: readonly Item[];
}) {
  const go = useGo();
  const [text, setText] = useState('');
  // Drawn again once the pinyin table is there.
  const [, setLetters] = useState(false);
  useEffect(() => {
    if (/[a-z]/i.test(text)) loadInitials().then(() => setLetters(true));
  }, [text]);
  const wanted = text.trim();
  const hits = find(items, wanted).slice(0, MOST_HITS);
  const target = targetOf(items, wanted);
  const leave = (to: string) => {
    setText('');
    go(to);
  };
  return (
    <SearchBox
      inputRef={inputRef}
      value={text}
      onChange={setText}
      onEnter={() => leave(target === 'bill' ? `/bills/${wanted}` : `/${target}?q=${setAside(wanted)}`)}
    >
      {wanted ? (
        <>
          {hits.map(({ item }) => (
            <button type="button" key={item.code} className="side-item" onClick={() => leave(item.route)}>
              {item.name}
            </button>
          ))}
          <p className="note" role="status">
            按 Enter {ENTER[target](wanted)}
          </p>
        </>
      ) : null}
    </SearchBox>
  );
}

type Target = 'bill' | 'people' | 'menu';

const ENTER: Readonly<Record<Target, (text: string) => string>> = {
  bill: (text) => `打开单据 ${inFours(text)}`,
  people: (text) => `在参保人员里找“${text}”`,
  menu: (text) => `在服务菜单和参保人员里找“${text}”`,
};

/** A bill by its number, an item that answers to the words, else the people: one Enter is enough. Letters may be pinyin of an item. */
function targetOf(items: readonly Findable[], text: string): Target {
  if (/^\d{16}$/.test(text)) return 'bill';
  const person = text !== '' && !/[a-z]/i.test(text.replace(/[xX]$/, '')) && find(items, text).length === 0;
  return person ? 'people' : 'menu';
}
